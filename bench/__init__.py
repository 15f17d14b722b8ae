"""The benchmark: a plant with 500 open cards and 20,000 closed orders, real processes, figures
beside their targets.
"""
