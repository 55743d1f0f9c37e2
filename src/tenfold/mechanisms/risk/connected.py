"""Links between parties that nobody in the compliance role stands behind: they wait, and say whom they wait for."""

from collections.abc import Iterator

import polars as pl

from tenfold.facts.links import PAIR, connecting
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, Grounds, decision
from tenfold.terms.reason import Reason


@decision(
    "risk.link_unconfirmed", of=Grounds, reads=("view.link",), hands_on=("decision_acts",), closes=("decision_acts",)
)
def link_unconfirmed(grounds: Grounds) -> Iterator[Draft]:
    """One for each recorded link that would join two parties, or change what joins them, once it is confirmed."""
    links = grounds.facts.read("view.link")
    counted = links.filter(pl.col("office").is_not_null()).select(*PAIR, counts=pl.lit(value=True))
    lasts = pl.col("until").is_null() | (pl.col("until") >= pl.col("today"))
    waiting = links.filter(pl.col("office").is_null()).join(counted, on=PAIR, how="left", maintain_order="left")
    rows = waiting.filter((connecting() & lasts) | pl.col("counts").fill_null(value=False))
    for row in rows.sort(PAIR).iter_rows(named=True):
        params = {name: row[name] for name in PAIR}
        changes = ".changes" if row["counts"] else ""
        yield (
            Draft("link_unconfirmed", f"{row['party']}@{row['other']}", row["fact"])
            .says(f"risk.link_unconfirmed{changes}", params)
            .asks_for("risk.confirm_link", "dismiss")
            .follows("/community/roles")
            .rests_on(MeasureRef("fund.top1_group", "community"), facts=(row["fact"],))
            .cured_by(Cure(Reason("risk.cure.confirm_link", params)))
            .closes(Fact("decision_acts", {"decision": row["fact"], "act": "confirm"}))
            .hands_on(Fact("decision_acts", {"decision": row["fact"], "act": "confirm"}))
        )
