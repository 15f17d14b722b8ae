"""The card (clauses 2.1 to 6.3): planned, supplied with materials, run, inspected, split or
held.
"""
