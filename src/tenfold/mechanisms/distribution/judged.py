"""What links and sanctions are worth at a pool's own instant: judged by the same functions as today's."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from tenfold.facts.links import connecting, current_links
from tenfold.facts.standing import Court, Rows, appeals_of, standing
from tenfold.facts.views import components, standing_for
from tenfold.terms.measure import Facts, view
from tenfold.terms.rules import Rules

KEY = ["end", "pool"]
LEVEL = 2  # the step of the ladder that reduces points
HUNDRED = 100
CUTS = {"end": pl.Int32, "pool": pl.String, "party": pl.String, "cut": pl.Float64, "because": pl.String}
LINKS = ("pool.terms", "pool.linked", "pool.offices", "pool.confirmed", "pool.merges")


@view("pool.links", subject="member × pool", reads=LINKS, whole=LINKS[1:], source="DOMAIN R11, §14.4")
def links(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of connected parties as known at each pool's instant: end, pool, party, other, merged."""
    linked, offices, confirmed = (facts.read(f"pool.{name}") for name in ("linked", "offices", "confirmed"))
    found = current_links(linked, offices, confirmed, rules.charter.timezone, KEY)
    found = found.join(facts.read("pool.terms").select(*KEY, "period_end"), on=KEY, maintain_order="left")
    lasts = pl.col("until").is_null() | (pl.col("until") >= pl.col("period_end"))
    tied = found.filter(pl.col("office").is_not_null(), lasts, connecting())
    pairs = (tied, pl.lit(value=False)), (facts.read("pool.merges"), pl.lit(value=True))
    return pl.concat(frame.select(*KEY, "party", "other", merged=merged) for frame, merged in pairs)


def groups(links: pl.DataFrame) -> Mapping[str, str]:
    """Return party → connected group of one pool's links."""
    return components(links.sort("party", "other").select("party", "other").iter_rows())


@view("pool.same", subject="member × pool", reads=("pool.merges",), whole=("pool.merges",), records=True, source="§12b")
def same(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return end, pool, party, target: the record that stands for each that had been merged by a pool's instant."""
    merged = facts.read("pool.merges").sort(*KEY, "party")
    found = [
        (end, pool, party, target)
        for (end, pool), rows in merged.group_by(KEY, maintain_order=True)
        for party, target in standing_for(dict(rows.select("party", "other").iter_rows())).items()
    ]
    schema = {"end": pl.Int32, **dict.fromkeys(("pool", "party", "target"), pl.String)}
    return pl.DataFrame(found, schema=schema, orient="row")


@view(
    "pool.cuts",
    subject="member × pool",
    reads=("pool.terms", "pool.sanctions", "pool.appeals", "pool.links", "pool.same"),
    whole=("pool.appeals", "pool.links"),
    source="DOMAIN §2.5",
)
def cuts(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return end, pool, party, cut (share of points that sanctions take at the period end) and the sanctions' facts."""
    sanctions, appeals, ties, records = (
        facts.read(f"pool.{name}").partition_by(KEY, as_dict=True) for name in ("sanctions", "appeals", "links", "same")
    )
    nobody = facts.read("pool.links").clear()
    found: list[dict[str, Any]] = []
    for end, pool, period_end in facts.read("pool.terms").select(*KEY, "period_end").iter_rows():
        tied = ties.get((end, pool), nobody)
        court = Court(rules, groups(tied))
        merged = records.get((end, pool))
        rows, against = (_of_one(frames.get((end, pool)), merged) for frames in (sanctions, appeals))
        for one in standing(court, rows, appeals_of(court, rows, against), period_end):
            if one.standing and one.level == LEVEL:
                pct = float(_percent(rules.judging(one.at))) / HUNDRED
                found.append({"end": end, "pool": pool, "party": one.party, "cut": pct, "because": one.fact})
    frame = pl.DataFrame(found, schema=CUTS)
    return frame.group_by("end", "pool", "party", maintain_order=True).agg(pl.col("cut").sum(), "because")


def _of_one(frame: pl.DataFrame | None, merged: pl.DataFrame | None) -> Rows:
    """Return the rows of one pool, with each party as the record that stands for it."""
    targets = {} if merged is None else dict(merged.select("party", "target").iter_rows())
    rows = [] if frame is None else frame.to_dicts()
    return [row | {"party": targets.get(row["party"], row["party"])} for row in rows]


def _percent(rules: Rules) -> Fraction:
    return Fraction(sum((step.pct or 0 for step in rules.incentives.ladder if step.level == LEVEL), start=0))


SPECS = (links, same, cuts)
