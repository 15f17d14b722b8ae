"""Who may come in, at which device, in which role, for whom, and under which name they sign."""
