"""Links between parties that nobody in the compliance role stands behind: they wait, and say whom they wait for."""

from collections.abc import Iterator

import polars as pl

from tenfold.facts.links import PAIR, connecting
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.measure import Facts
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules


def waiting_links(facts: Facts, rules: Rules) -> Iterator[Decision]:
    """One for each recorded link that would join two parties, or change what joins them, once it is confirmed."""
    links = facts.read("view.link")
    counted = links.filter(pl.col("office").is_not_null()).select(*PAIR, counts=pl.lit(value=True))
    lasts = pl.col("until").is_null() | (pl.col("until") >= pl.col("today"))
    waiting = links.filter(pl.col("office").is_null()).join(counted, on=PAIR, how="left", maintain_order="left")
    rows = waiting.filter((connecting() & lasts) | pl.col("counts").fill_null(value=False))
    for row in rows.sort(PAIR).iter_rows(named=True):
        params = {name: row[name] for name in PAIR}
        changes = ".changes" if row["counts"] else ""
        yield Decision(
            mechanism="risk",
            kind="link_unconfirmed",
            subject=f"{row['party']}@{row['other']}",
            since=row["fact"],
            message=Reason(f"risk.link_unconfirmed{changes}", params),
            proposal="risk.confirm_link",
            pointer="/community/roles",
            version=rules.charter.version,
            measures=(MeasureRef("fund.top1_group", "community"),),
            facts=(row["fact"],),
            alternatives=("dismiss",),
            cure=Cure(Reason("risk.cure.confirm_link", params)),
            closes_when={"fact": "decision_acts", "decision": row["fact"], "act": "confirm"},
            proposes={"table": "decision_acts", "decision": row["fact"], "act": "confirm"},
        ).handing_on()
