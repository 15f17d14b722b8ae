"""Stock and where it went: lots, the ledger, decisions on stock, shipments (clauses 3.1 and 6.1
to 6.3).
"""
