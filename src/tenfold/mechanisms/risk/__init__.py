"""Risk: what warns, who owns it, and what the community could lose.

Reads rules    charter section ``risk``
Reads facts    risks, incidents, alert_acts, figures, agreements, signatures, rights, cash_movements, interactions
Measures       risk.*, cov.*, fin.*, agr.*, prj.*, view.indicator
Decides        indicator states, alerts, stress results, missing agreements
"""
