"""What happens beside the plan (clauses 4.1 and 4.3): anomalies, and what a shift leaves to the
next.
"""
