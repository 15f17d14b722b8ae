"""What an action is asked beyond its guards: limits, gates, figures that make sense; and
settings.
"""
