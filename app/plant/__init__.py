"""The arithmetic of the plant: frozen values in, frozen values out.

No database, no request, no floats.
"""
