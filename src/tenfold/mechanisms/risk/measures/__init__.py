"""The numbers of risk, by what they read: indicators, register, structure, covenants, agreements, project."""
