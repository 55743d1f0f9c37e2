"""Risk: what warns, who owns it, and what the community could lose.

Reads rules    charter section ``risk``
Reads facts    risks, incidents, alert_acts, figures, agreements, rights, gate_checks, cash_movements
Measures       risk.*, cov.*, fin.*, agr.*, prj.*, view.indicator
Decides        indicator states, alerts, stress results, missing agreements, links that wait for compliance
"""

from tenfold.mechanisms.risk.decisions import DECISIONS
from tenfold.mechanisms.risk.measures import agreements, covenants, indicators, project, register, rights, structure

SPECS = (
    *indicators.SPECS,
    *register.SPECS,
    *structure.SPECS,
    *covenants.SPECS,
    *agreements.SPECS,
    *rights.SPECS,
    *project.SPECS,
)

__all__ = ["DECISIONS", "SPECS"]
