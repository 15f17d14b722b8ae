"""What every page may use: context, filters, languages, assets, caches; and what is said of
faults.
"""
