"""Scores of candidates by independent raters, how robust the ranking is, and whether groups fare alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from tenfold.facts.views import folded
from tenfold.mechanisms.screening.measures.people import ADMITTED, CANDIDATE, candidates
from tenfold.methods.decision_analysis import rank_acceptability
from tenfold.methods.intervals import fisher_exact
from tenfold.methods.intervals import impact_ratio as smallest_over_largest
from tenfold.terms.measure import DIGITS, Facts, Select, measure
from tenfold.terms.rules import Rules

SEATS = 3  # where the charter does not say how many of a class the stage needs [C]
CANDIDATES_MIN = 2
COMPARED = ("fewest", "of_fewest", "most", "of_most")  # admitted and decided of the two groups of an impact ratio
RATED: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
    "because": pl.List(pl.String),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One candidate's score card: complete raters' totals, mean per criterion, and what it adds up to.

    total, means   None while fewer raters than the charter asks for have rated every criterion
    vetoed         the criteria whose mean lies below their veto
    spread         how far the raters' totals lie apart

    Computed in fractions and rounded once, to the digits of `scr.score`: a total of just 60 is no 59.99999999999999,
    and what is shown as 60.00 is enough wherever 60 is.
    """

    party: str
    class_: str
    raters: int
    total: float | None
    low: float | None
    high: float | None
    means: Mapping[str, float]
    vetoed: tuple[str, ...]
    facts: tuple[str, ...]
    spread: float = 0.0


def cards(facts: Facts, rules: Rules, end: int) -> list[Card]:
    """Return the score card of every candidate whose class has one, by party."""
    people = candidates(facts).filter(pl.col("end") == end)
    ratings = _current(facts).filter(pl.col("end") == end)
    found: list[Card] = []
    for party, class_ in people.select("party", "class").iter_rows():
        card = rules.screening.scorecards.get(class_)
        if card is None or any(one.party == party for one in found):
            continue
        own = ratings.filter(pl.col("party") == party, pl.col("criterion").is_in(list(card.criteria)))
        found.append(_card(party, class_, card, own, rules))
    return found


def _current(facts: Facts) -> pl.DataFrame:
    """Return the latest rating per end, party, rater and criterion; nobody rates himself."""
    key = ["end", "party", "rater", "criterion"]
    rows = folded(facts.rows("ratings"), facts.read("view.same")).filter(pl.col("rater") != pl.col("party"))
    return rows.sort(*key, "occurred_at", "recorded_at", "fact").group_by(key, maintain_order=True).last()


def _card(party: str, class_: str, card: Any, ratings: pl.DataFrame, rules: Rules) -> Card:
    weights = {criterion: Fraction(points) for criterion, points in card.criteria.items()}
    by_rater: dict[str, dict[str, Fraction]] = {}
    for rater, criterion, score in ratings.select("rater", "criterion", "score").iter_rows():
        by_rater.setdefault(rater, {})[criterion] = Fraction(score)
    complete = {rater: marks for rater, marks in sorted(by_rater.items()) if len(marks) == len(weights)}
    named = tuple(ratings.filter(pl.col("rater").is_in(list(complete))).sort("fact")["fact"])
    if len(complete) < rules.screening.raters.min or not any(weights.values()):
        return Card(party, class_, len(complete), None, None, None, {}, (), named)
    totals = [_weighed(weights, marks) for marks in complete.values()]
    means = {key: _mean([marks[key] for marks in complete.values()]) for key in weights}
    vetoed = tuple(key for key, least in card.veto_below.items() if means[key] < least)
    numbers = (_weighed(weights, means), min(totals), max(totals), max(totals) - min(totals))
    total, low, high, spread = (float(round(number, DIGITS["0-100"])) for number in numbers)
    told = {key: float(mean) for key, mean in means.items()}
    return Card(party, class_, len(complete), total, low, high, told, vetoed, named, spread)


def _weighed(weights: Mapping[str, Fraction], marks: Mapping[str, Fraction]) -> Fraction:
    points = sum((weight * marks[key] for key, weight in weights.items()), start=Fraction(0))
    return points / sum(weights.values(), start=Fraction(0))


def _mean(marks: Sequence[Fraction]) -> Fraction:
    return sum(marks, start=Fraction(0)) / len(marks)


@measure(
    "scr.score",
    unit="0-100",
    direction="up",
    subject="party",
    reads=("ratings", "memberships", "view.same", "view.member"),
    facts=(Select("ratings", subject="party"), Select("memberships", subject="party")),
    minimum="raters.min independent raters",
    source="additive MAVT",
    pointer="/screening/scorecards",
)
def score(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return Σ weight·mean rating ÷ Σ weight of each candidate; `low` and `high` are the raters' own totals' ends.

    Only raters who rated every criterion count; `n` says how many. A veto stands beside and is no part of the number.
    """
    rows = [
        (card.party, end, card.total, card.low, card.high, card.raters, list(card.facts))
        for end in ends["end"]
        for card in cards(facts, rules, end)
    ]
    return pl.DataFrame(rows, schema=RATED, orient="row")


def seats(facts: Facts, rules: Rules, class_: str, end: int) -> int:
    """Return how many of a class the stage still needs; three where the charter does not say, or none is open."""
    size = rules.adjustment.membership_by_stage.get(rules.community.current_stage)
    wanted = size.class_min.get(class_) if size is not None else None
    if wanted is None:
        return SEATS
    rows = facts.read("view.member").filter(pl.col("end") == end, pl.col("class") == class_)
    return int(wanted) - rows.height if rows.height < wanted else SEATS


@measure(
    "scr.rank_acceptability",
    unit="ratio",
    direction="up",
    subject="party",
    reads=("ratings", "memberships", "view.same", "view.member"),
    facts=(Select("ratings"), Select("memberships")),
    whole=("view.same", "view.member"),
    minimum="2 candidates",
    source="SMAA",
    pointer="/screening/sensitivity",
    parts={"draws": "count", "places": "count"},
)
def acceptability(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return in what share of random weightings a candidate is among the best k of his class; seeded by the charter."""
    plan = rules.screening.sensitivity
    rows: list[tuple[object, ...]] = []
    if plan is None or not plan.weight_draws:
        return pl.DataFrame(rows, schema=RATED, orient="row")
    for end in ends["end"]:
        rated = [card for card in cards(facts, rules, end) if card.total is not None]
        for class_ in sorted({card.class_ for card in rated}):
            peers = [card for card in rated if card.class_ == class_]
            places = seats(facts, rules, class_, end)
            rows += [(*row, end, plan.weight_draws, places) for row in _acceptable(peers, places, plan)]
    ordered = [(party, end, value, None, None, n, None, *parts) for party, value, n, end, *parts in rows]
    return pl.DataFrame(ordered, schema=RATED | {"draws": pl.Int64, "places": pl.Int64}, orient="row")


def _acceptable(peers: list[Card], top: int, plan: Any) -> list[tuple[str, float | None, int]]:
    if len(peers) < CANDIDATES_MIN:
        return [(card.party, None, len(peers)) for card in peers]
    table = [list(card.means.values()) for card in peers]
    shares = rank_acceptability(table, top, draws=plan.weight_draws, seed=plan.seed)
    return [(card.party, float(share), len(peers)) for card, share in zip(peers, shares, strict=True)]


@measure(
    "scr.impact_ratio",
    unit="ratio",
    direction="up",
    subject="attribute",
    reads=("memberships", "parties", "view.same"),
    facts=(Select("memberships"), Select("parties")),
    minimum="min_group in every group",
    source="EEOC 1978",
    pointer="/screening/fairness",
    ways=("ratio", "p"),
    parts={**dict.fromkeys(COMPARED, "count")},
)
def impact(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the smallest ÷ the largest share admitted over the groups of an attribute; Fisher's p at `ATTRIBUTE/p`.

    Decided = asked to enter, then admitted or declined. p compares the two groups named by the ratio. Insufficient
    while any group is smaller than `min_group`.
    """
    plan = rules.screening.fairness
    rows: list[tuple[object, ...]] = []
    if plan is None:
        return pl.DataFrame(rows, schema=RATED, orient="row")
    people = _decided(facts)
    for end in ends["end"]:
        for attribute in plan.attributes:
            groups = _groups(people.filter(pl.col("end") == end), attribute)
            ratio, p = _compared(groups, plan.min_group)
            parts = (*_extremes(groups)[0], *_extremes(groups)[1]) if groups else (None,) * len(COMPARED)
            beside = (None, None, sum(decided for _, decided in groups), None)
            rows += [
                (attribute, end, ratio, *beside, "ratio", *parts),
                (f"{attribute}/p", end, p, *beside, "p", *parts),
            ]
    return pl.DataFrame(rows, schema=RATED | {"way": pl.String} | dict.fromkeys(COMPARED, pl.Int64), orient="row")


def _decided(facts: Facts) -> pl.DataFrame:
    """Return end, party, admitted and attributes of those who asked to enter and got an answer; merged ones are one."""
    key = ["end", "party", "class"]
    history = folded(facts.rows("memberships"), facts.read("view.same")).sort(
        *key, "occurred_at", "recorded_at", "fact"
    )
    asked = pl.col("state").is_in(CANDIDATE)
    people = history.group_by(key, maintain_order=True).agg(
        asked=asked.any(),
        admitted=pl.col("state").is_in(ADMITTED).any(),
        declined=pl.col("state").last() == "declined",
        source=pl.col("source").drop_nulls().first(),
        tier=pl.col("tier").drop_nulls().first(),
    )
    decided = people.filter("asked", pl.col("admitted") | pl.col("declined"))
    kinds = facts.now("parties").select("end", "party", "type", "country", "region", "size", "language")
    return decided.join(kinds, on=["end", "party"], how="left").sort(key)


def _groups(people: pl.DataFrame, attribute: str) -> list[tuple[int, int]]:
    """Return (admitted, decided) per group of an attribute; who does not say is in none."""
    known = people.filter(pl.col(attribute).is_not_null())
    counts = known.group_by(attribute).agg(admitted=pl.col("admitted").sum(), decided=pl.len()).sort(attribute)
    return [(int(admitted), int(decided)) for admitted, decided in counts.select("admitted", "decided").iter_rows()]


def _extremes(groups: list[tuple[int, int]]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the groups with the smallest and the largest share admitted."""
    ordered = sorted(groups, key=lambda group: group[0] / group[1])
    return ordered[0], ordered[-1]


def _compared(groups: list[tuple[int, int]], least: int) -> tuple[float | None, float | None]:
    if len(groups) < 2 or min(decided for _, decided in groups) < least:
        return None, None
    (a, n), (b, m) = _extremes(groups)
    return smallest_over_largest(groups), fisher_exact(((a, n - a), (b, m - b)))[0]


SPECS = (score, acceptability, impact)
