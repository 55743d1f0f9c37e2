"""What the members cover together, what one more would add, and what hangs on one of them alone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.views import grouped
from tenfold.mechanisms.screening.measures.people import NEEDS, candidates, members, needs
from tenfold.methods.coverage import HOLDS_AT, covered, gains, redundancy
from tenfold.terms.measure import Facts, Select, measure
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COMMUNITY = "community"
READS = ("view.capability", "view.member", "view.group", "needs")
GAIN: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "covered": pl.Float64,
    "weight": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class Cover:
    """Needs and who covers them at one end: levels shape (groups, needs), the largest level in a group."""

    needs: tuple[str, ...]
    weights: "Floats"
    wanted: "Floats"
    groups: tuple[str, ...]
    levels: "Floats"


def _by_group(facts: Facts) -> pl.DataFrame:
    """Return end, group, need, level of members: one voice per connected group."""
    held = facts.read("view.capability").join(members(facts), on=["end", "party"], how="semi")
    return (
        grouped(held, facts.read("view.group"))
        .group_by("end", "group", "need")
        .agg(level=pl.col("level").max())
        .sort("end", "need", "group")
    )


def _covered(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return end, need, weight, redundancy, covered."""
    covered = 1 - (1 - pl.col("level")).product()
    held = _by_group(facts).group_by("end", "need", maintain_order=True).agg(covered=covered)
    known = needs(facts, rules, ends).join(held, on=["end", "need"], how="left", maintain_order="left")
    return known.with_columns(pl.col("covered").fill_null(0.0))


def covers(facts: Facts, rules: Rules, end: pl.DataFrame) -> Cover:
    """Return needs, weights and levels at one end (a frame of one row)."""
    import numpy as np

    wanted = needs(facts, rules, end)
    held = _by_group(facts).filter(pl.col("end") == end["end"][0])
    rows = held.filter(pl.col("need").is_in(wanted["need"].implode()))
    groups = tuple(rows["group"].unique().sort())
    columns = {need: number for number, need in enumerate(wanted["need"])}
    places = {group: number for number, group in enumerate(groups)}
    levels = np.zeros((len(groups), len(columns)))
    for group, need, level in rows.select("group", "need", "level").iter_rows():
        levels[places[group], columns[need]] = level
    weights, holders = (wanted[name].to_numpy().astype(np.float64) for name in ("weight", "redundancy"))
    return Cover(tuple(columns), weights, holders, groups, levels)


@measure(
    "scr.coverage",
    unit="ratio",
    direction="up",
    reads=READS,
    facts=(NEEDS,),
    minimum="0 without members",
    source="coverage [L]; one voice per group [C]",
    pointer="/screening/needs",
    parts={"covered": "points", "weight": "points"},
)
def coverage(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return f(S) ÷ Σ w, f(S) = Σ w·(1 − Π(1 − c)) over members, a connected group with one voice. `n` = needs held."""
    points, whole = (pl.col("weight") * pl.col("covered")).sum(), pl.col("weight").sum()
    found = (
        _covered(facts, rules, ends)
        .group_by("end", maintain_order=True)
        .agg(value=points / whole, n=(pl.col("covered") >= HOLDS_AT).sum(), covered=points, weight=whole)
    )
    return ends.select("end").join(found, on="end", how="left").with_columns(subject=pl.lit(COMMUNITY))


@measure(
    "scr.redundancy",
    unit="ratio",
    direction="up",
    subject="need",
    reads=READS,
    facts=(NEEDS,),
    minimum="a covered need",
    source="N−1; 0.5 [C]",
    pointer="/screening/needs",
    parts={"left": "ratio", "now": "ratio"},
)
def redundancy_of_needs(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return what of a need stays covered when a member leaves with its group, at worst; `n` = holders."""
    rows: list[tuple[str, int, float | None, int, float, float]] = []
    for end in ends.iter_slices(1):
        cover = covers(facts, rules, end)
        holders = (cover.levels >= HOLDS_AT).sum(axis=0).tolist()
        now = covered(cover.levels).tolist()
        for need, value, count, before in zip(cover.needs, redundancy(cover.levels), holders, now, strict=True):
            rows.append((need, end["end"][0], value, count, (value or 0.0) * before, before))
    schema = {"subject": pl.String, "end": pl.Int32, "value": pl.Float64, "n": pl.Int64}
    return pl.DataFrame(rows, schema=schema | {"left": pl.Float64, "now": pl.Float64}, orient="row")


@measure(
    "scr.coverage_gain",
    unit="points",
    direction="up",
    subject="party",
    reads=(*READS, "memberships", "view.same"),
    facts=(NEEDS, Select("memberships", subject="party")),
    whole=("view.capability", "view.member", "view.group"),
    minimum="0",
    source="DOMAIN 2.2; penalty form [C]",
    pointer="/screening/set_value",
    parts={"covered": "points", "weight": "points"},
)
def coverage_gain(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the need points that each party outside would add, less the overlap penalty."""
    frames = [_gains(facts, rules, end) for end in ends.iter_slices(1)]
    empty = pl.DataFrame(schema=GAIN)
    return pl.concat([empty, *frames])


def _gains(facts: Facts, rules: Rules, end: pl.DataFrame) -> pl.DataFrame:
    import numpy as np

    number = end["end"][0]
    cover = covers(facts, rules, end)
    here = pl.col("end") == number
    able = facts.read("view.capability").filter(here).join(members(facts), on=["end", "party"], how="anti")
    outside = sorted({*able["party"], *candidates(facts).filter(here)["party"]})
    columns = {need: place for place, need in enumerate(cover.needs)}
    levels = np.zeros((len(outside), len(columns)))
    places = {party: place for place, party in enumerate(outside)}
    for party, need, level in able.select("party", "need", "level").iter_rows():
        if need in columns:
            levels[places[party], columns[need]] = level
    penalty = float(rules.screening.set_value.overlap_penalty)
    added = gains(cover.weights, cover.levels, levels, penalty=penalty, redundancy=cover.wanted)
    home = grouped(
        pl.DataFrame({"end": [number] * len(outside), "party": outside}, schema={"end": pl.Int32, "party": pl.String}),
        facts.read("view.group"),
    )
    for party, group in home.select("party", "group").iter_rows():
        if group in cover.groups:
            added[places[party]] = _gain_inside(cover, group, levels[places[party]], penalty)
    values = [round(value, 12) + 0.0 for value in added.tolist()]
    points = float(cover.weights @ covered(cover.levels)), float(cover.weights.sum())
    rows = [(party, number, value, *points) for party, value in zip(outside, values, strict=True)]
    return pl.DataFrame(rows, schema=GAIN, orient="row")


def _gain_inside(cover: Cover, group: str, own: "Floats", penalty: float) -> float:
    """Return what a party adds whose connected group is there already: only what exceeds the group's level."""
    import numpy as np

    row = cover.groups.index(group)
    others = np.delete(cover.levels, row, axis=0)
    both = np.stack([np.maximum(cover.levels[row], own), cover.levels[row]])
    more = gains(cover.weights, others, both)
    crowded = ((cover.levels >= HOLDS_AT).sum(axis=0) >= cover.wanted) & (own >= HOLDS_AT)
    return float(more[0] - more[1] - penalty * (cover.weights @ crowded))


SPECS = (coverage, redundancy_of_needs, coverage_gain)
