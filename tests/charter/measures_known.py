"""A few rows of a registry, enough to check the measures that small.yaml names."""

from tenfold.terms.measure import Spec


def _row(id: str, unit: str, direction: str = "up", subject: str = "community") -> Spec:
    return Spec(
        id=id, kind="measure", room="", compute=lambda *_: None, unit=unit, direction=direction, subject=subject
    )


KNOWN = {
    row.id: row
    for row in (
        _row("fund.wired", "money"),
        _row("fund.top1_group", "ratio", "down"),
        _row("fund.p_close", "probability"),
        _row("fin.runway_months", "months"),
        _row("cov.dscr_hist12", "ratio"),
        _row("cov.default", "count", "down"),
        _row("inc.kept_rate", "ratio"),
        _row("rel.p_active", "probability", subject="member"),
        _row("rel.response_km", "hours", "down", subject="member"),
        _row("sc.index", "0-100"),
        _row("dis.gini", "ratio", "none"),
        _row("gate.ready", "yes/no"),
    )
}
