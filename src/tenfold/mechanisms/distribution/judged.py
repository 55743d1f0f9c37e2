"""What links and sanctions are worth at a pool's own instant: judged by the same functions as today's."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from tenfold.facts.links import connecting, current_links
from tenfold.facts.standing import Court, Rows, appeals_of, standing
from tenfold.facts.views import components
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


def final(targets: Mapping[str, str], party: str) -> str:
    """Return where a chain of merged records ends; a circle is one record, named by its smallest key."""
    path = [party]
    while (following := targets.get(path[-1])) is not None:
        if following in path:
            return min(path[path.index(following) :])
        path.append(following)
    return path[-1]


@view(
    "pool.cuts",
    subject="member × pool",
    reads=("pool.terms", "pool.sanctions", "pool.appeals", "pool.links"),
    whole=("pool.appeals", "pool.links"),
    source="DOMAIN §2.5",
)
def cuts(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return end, pool, party, cut (share of points that sanctions take at the period end) and the sanctions' facts."""
    sanctions, appeals, ties = (
        facts.read(f"pool.{name}").partition_by(KEY, as_dict=True) for name in ("sanctions", "appeals", "links")
    )
    nobody = facts.read("pool.links").clear()
    found: list[dict[str, Any]] = []
    for end, pool, period_end in facts.read("pool.terms").select(*KEY, "period_end").iter_rows():
        tied = ties.get((end, pool), nobody)
        court = Court(rules, groups(tied))
        rows, against = (_of_one(frames.get((end, pool)), tied) for frames in (sanctions, appeals))
        for one in standing(court, rows, appeals_of(court, rows, against), period_end):
            if one.standing and one.level == LEVEL:
                pct = float(_percent(rules.judging(one.at))) / HUNDRED
                found.append({"end": end, "pool": pool, "party": one.party, "cut": pct, "because": one.fact})
    frame = pl.DataFrame(found, schema=CUTS)
    return frame.group_by("end", "pool", "party", maintain_order=True).agg(pl.col("cut").sum(), "because")


def _of_one(frame: pl.DataFrame | None, links: pl.DataFrame) -> Rows:
    """Return the rows of one pool, with each party as the record that it was merged into."""
    targets = dict(links.filter("merged").select("party", "other").iter_rows())
    rows = [] if frame is None else frame.to_dicts()
    return [row | {"party": final(targets, row["party"])} for row in rows]


def _percent(rules: Rules) -> Fraction:
    return Fraction(sum((step.pct or 0 for step in rules.incentives.ladder if step.level == LEVEL), start=0))


SPECS = (links, cuts)
