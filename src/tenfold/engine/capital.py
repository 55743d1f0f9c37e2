"""Social capital: structure of ties, conduct in relations, shared understanding; and trust as shown and as said.

Every indicator is placed between fixed goalposts, so that one community can be compared with itself. Inside a dimension
strengths make up for weaknesses, across dimensions they do not. Too few indicators: no dimension; a dimension missing:
no index. Never a target for pay.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.answers import in_latest_wave, last_answers
from tenfold.methods.composite import arithmetic, geometric, normalise, weight_band
from tenfold.terms.days import in_last
from tenfold.terms.measure import Facts, Select, measure, view
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    from tenfold.methods.graphs import Network

COMMUNITY = "community"
YEAR = 365
MEMBERS_MIN = TIES_MIN = 10
STEPS_TO_FINANCE = 2
FINANCE_CLASSES = ("investor", "lender", "sponsor", "funder", "bank")  # who can bring money, by the id of the class [C]
TOP_GOALS = "top_goal"  # item of any survey, an answer for each of the three goals somebody names [C]
GOALS_NAMED = 3
TRUST, TRUST_LOW, TRUST_HIGH = "trust", 1, 5
# Indicator → goalposts, from nothing to all one could wish (MEASURES.md, capital) [C]
STRUCTURAL = {"closure": (0.1, 0.6), "across": (0.2, 0.8), "open": (0.2, 0.8), "finance": (0.3, 1.0)}
RELATIONAL = {"kept": (0.5, 0.95), "reciprocity": (0.2, 0.9), "replies": (0.5, 1.0), "follow_on": (0.0, 0.6)}
COGNITIVE = {"belonging": (0.0, 3.0), "goals": (0.2, 0.8), "charter": (0.3, 1.0)}
BEHAVIOUR = ("kept", "replies", "follow_on")
DIMENSIONS = ("structural", "relational", "cognitive")
SCORE: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
}
MEAN = {"sum": "number", "known": "count"}  # indicators between their goalposts, and how many are known
MADE: dict[str, Any] = SCORE | {"sum": pl.Float64, "known": pl.Int64}
Indicators = Mapping[str, float | None]


def placed(seen: Indicators, goalposts: Mapping[str, tuple[float, float]]) -> list[float]:
    """Return the known indicators between their goalposts, 0 … 100."""
    return [normalise(value, *goalposts[name]) for name, value in seen.items() if value is not None]


def dimension(seen: Indicators, goalposts: Mapping[str, tuple[float, float]], at_least: int) -> float | None:
    """Return the mean of the indicators between their goalposts, 0 … 100; None when fewer than `at_least` are known."""
    known = placed(seen, goalposts)
    return arithmetic(known) if len(known) >= at_least else None


def _indicators(names: Sequence[str]) -> dict[str, Any]:
    return {"end": pl.Int32} | dict.fromkeys(names, pl.Float64)


@view(
    "capital.structure",
    subject="community",
    reads=("interaction.ties", "view.member"),
    source="Coleman 1988, Burt 1992, Woolcock 2001",
)
def structure(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the indicators of the network of members (substantive ties of 365 days), null below 10 members or ties.

    closure   3 × triangles ÷ paths of two ties
    across    share of ties between members who have no class in common
    open      1 − mean constraint of the members that have a tie
    finance   share of members at most two steps from a member of a finance class (itself 0 steps)
    """
    from tenfold.methods.graphs import network

    classes = _by_end(facts.read("view.member").select("end", "party", "class"))
    ties = _by_end(facts.read("interaction.ties").select("end", "a", "b"))
    rows: list[tuple[Any, ...]] = []
    for end in ends["end"]:
        inside: dict[str, set[str]] = {}
        for party, one in classes.get(end, ()):
            inside.setdefault(party, set()).add(one)
        edges = [(a, b) for a, b in ties.get(end, ()) if a in inside and b in inside]
        if len(inside) < MEMBERS_MIN or len(edges) < TIES_MIN:
            rows.append((end, None, None, None, None))
        else:
            rows.append((end, *_structure(network(edges, sorted(inside)), edges, inside)))
    return pl.DataFrame(rows, schema=_indicators(list(STRUCTURAL)), orient="row")


def _by_end(rows: pl.DataFrame) -> dict[int, list[tuple[str, str]]]:
    """Return end → the pairs of the other two columns, in order."""
    found: dict[int, list[tuple[str, str]]] = {}
    for end, one, two in rows.sort(rows.columns).iter_rows():
        found.setdefault(end, []).append((one, two))
    return found


def _structure(
    net: "Network[str]", edges: Sequence[tuple[str, str]], inside: Mapping[str, set[str]]
) -> tuple[float | None, ...]:
    from tenfold.methods.graphs import constraint, transitivity

    across = sum(not inside[a] & inside[b] for a, b in edges) / len(edges)
    held = [value for value in constraint(net).values() if value is not None]
    return transitivity(net), across, 1 - arithmetic(held), _near_finance(edges, inside)


def _near_finance(edges: Sequence[tuple[str, str]], inside: Mapping[str, set[str]]) -> float | None:
    sources = {party for party, classes in inside.items() if classes & {*FINANCE_CLASSES}}
    if not sources:
        return None
    reached = set(sources)
    for _ in range(STEPS_TO_FINANCE):
        reached |= {b for a, b in edges if a in reached} | {a for a, b in edges if b in reached}
    return len(reached) / len(inside)


@view(
    "capital.conduct",
    subject="community",
    reads=("inc.kept_rate", "rel.reciprocity", "interaction.clocks", "view.wired", "view.member", "rounds"),
    facts=(Select("rounds"),),
    source="DOMAIN §4",
)
def conduct(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the indicators of conduct, null where nothing is known.

    kept          share of promises kept by the members together
    reciprocity   mean over members
    replies       share of the questions and complaints of 365 days, to or from members, answered within their time
    follow_on     share of the funders of a round who fund the next one too, over all rounds that have a next
    """
    kept = facts.read("inc.kept_rate").filter(pl.col("subject") == COMMUNITY).select("end", kept="value")
    members = facts.read("view.member").select("end", "party").unique()
    ties = facts.read("rel.reciprocity").join(members.rename({"party": "subject"}), on=["end", "subject"], how="semi")
    mean = ties.sort("end", "subject").group_by("end", maintain_order=True).agg(reciprocity=pl.col("value").mean())
    clocks = facts.read("interaction.clocks").join(members.rename({"party": "member"}), on=["end", "member"])
    clocks = clocks.join(ends.select("end", "today"), on="end")
    recent = clocks.filter(in_last(YEAR), pl.col("within").is_not_null())
    replies = recent.group_by("end").agg(replies=pl.col("within").mean())
    frame = ends.select("end")
    for part in (kept, mean, replies, _follow_on(facts)):
        frame = frame.join(part, on="end", how="left", maintain_order="left")
    return frame.select("end", *RELATIONAL)


def _follow_on(facts: Facts) -> pl.DataFrame:
    """Return end, follow_on. Rounds follow each other in the order in which they were first recorded as happening."""
    funders = facts.read("view.wired").filter(pl.col("amount_minor") > 0, pl.col("round").is_not_null())
    funders = funders.select("end", "group", "round")
    opened = facts.rows("rounds", ("round",)).group_by("end", "round").agg(pl.col("occurred_at").min())
    funded = opened.join(funders, on=["end", "round"], how="semi").sort("end", "occurred_at", "round")
    following = funded.select("end", "round", after=pl.col("round").shift(-1).over("end")).drop_nulls()
    next_time = funders.select("end", "group", after="round", again=pl.lit(value=True))
    pairs = funders.join(following, on=["end", "round"]).join(next_time, on=["end", "group", "after"], how="left")
    return pairs.group_by("end").agg(follow_on=pl.col("again").fill_null(value=False).mean())


@view(
    "capital.understanding",
    subject="community",
    reads=("cul.sense_of_community", "survey_answers", "consents", "view.member"),
    facts=(Select("survey_answers", keep={"item": (TOP_GOALS,)}), Select("consents")),
    source="DOMAIN §4",
)
def understanding(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the indicators of shared understanding, null where nothing is known or fewer than k answered.

    belonging   cul.sense_of_community
    goals       largest share of people who name the same three goals (item `top_goal`, latest wave)
    charter     share of members whose acknowledgement (a consent) is of the charter version in force
    """
    belonging = facts.read("cul.sense_of_community").filter(~pl.col("subject").str.contains("/"))
    frame = ends.select("end").join(belonging.select("end", belonging="value"), on="end", how="left")
    for part in (_same_goals(facts, rules), _charter_read(facts, rules)):
        frame = frame.join(part, on="end", how="left", maintain_order="left")
    return frame.select("end", *COGNITIVE)


def _same_goals(facts: Facts, rules: Rules) -> pl.DataFrame:
    named = facts.rows("survey_answers", ("wave", "respondent", "item", "choice"), pl.col("item") == TOP_GOALS)
    named = named.filter(pl.col("choice").is_not_null())
    people = (
        in_latest_wave(named)
        .group_by("end", "respondent")
        .agg(goals=pl.col("choice").unique().sort().str.join("\n"), number=pl.col("choice").n_unique())
    )
    alike = people.group_by("end", "goals", "number").agg(same=pl.len())
    three = pl.col("same").filter(pl.col("number") == GOALS_NAMED).max().fill_null(0)
    sums = alike.group_by("end").agg(n=pl.col("same").sum(), three=three)
    enough = pl.col("n") >= rules.culture.surveys.k_anonymity
    return sums.select("end", goals=pl.when(enough).then(pl.col("three") / pl.col("n")))


def _charter_read(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, charter. A consent is an acknowledgement when its text is a charter version, such as `NAME-v3`."""
    names = (rules.charter.id, "charter")
    consents = facts.now("consents", ("granted", "text_version", "until"))
    about = pl.any_horizontal(pl.col("text_version").str.starts_with(f"{name}-v") for name in names)
    valid = pl.col("granted") & (pl.col("until").is_null() | (pl.col("until") >= pl.col("today")))
    current = pl.col("text_version").is_in([f"{name}-v{rules.charter.version}" for name in names])
    asked = consents.filter(about)
    read = asked.filter(valid, current).select("end", "party").unique().with_columns(read=pl.lit(value=True))
    members = facts.read("view.member").select("end", "party").unique()
    shares = members.join(read, on=["end", "party"], how="left").group_by("end")
    found = shares.agg(charter=pl.col("read").fill_null(value=False).mean())
    return found.join(asked.select("end").unique(), on="end", how="semi")


def _scores(facts: Facts, id: str, goalposts: Mapping[str, tuple[float, float]], at_least: int) -> pl.DataFrame:
    rows = []
    for row in facts.read(id).iter_rows(named=True):
        seen = {name: row[name] for name in goalposts}
        known = placed(seen, goalposts)
        score = dimension(seen, goalposts, at_least)
        rows.append((COMMUNITY, row["end"], score, None, None, None, sum(known), len(known)))
    return pl.DataFrame(rows, schema=MADE, orient="row")


@measure(
    "sc.structural",
    unit="0-100",
    direction="up",
    reads=("capital.structure",),
    minimum="10 members, 10 ties, 3 of 4 indicators",
    source="goalposts [C]; OECD/JRC 2008",
    parts=MEAN,
)
def structural(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """100 × mean of closure, ties across classes, open positions and reach to finance between their goalposts."""
    return _scores(facts, "capital.structure", STRUCTURAL, 3)


@measure(
    "sc.relational",
    unit="0-100",
    direction="up",
    reads=("capital.conduct",),
    minimum="3 of 4 indicators",
    source="goalposts [C]; DOMAIN §4",
    parts=MEAN,
)
def relational(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """100 × mean of kept rate, reciprocity, replies in time and follow-on share between their goalposts."""
    return _scores(facts, "capital.conduct", RELATIONAL, 3)


@measure(
    "sc.cognitive",
    unit="0-100",
    direction="up",
    reads=("capital.understanding",),
    minimum="2 of 3 indicators, answers of k people",
    source="goalposts [C]; DOMAIN §4",
    parts=MEAN,
)
def cognitive(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """100 × mean of belonging, shared goals and the charter acknowledged between their goalposts."""
    return _scores(facts, "capital.understanding", COGNITIVE, 2)


@measure(
    "sc.index",
    unit="0-100",
    direction="up",
    reads=tuple(f"sc.{name}" for name in DIMENSIONS),
    minimum="all three dimensions",
    source="OECD/JRC Handbook 2008",
    parts=dict.fromkeys(DIMENSIONS, "0-100"),
)
def index(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Geometric mean of the three dimensions; `low` and `high` cover 90 % of 5,151 weightings by Dirichlet(4, 4, 4)."""
    parts = [dict(facts.read(f"sc.{name}").select("end", "value").iter_rows()) for name in DIMENSIONS]
    rows: list[tuple[Any, ...]] = []
    for end in ends["end"]:
        seen = [part.get(end) for part in parts]
        known = [value for value in seen if value is not None]
        band = weight_band(known) if len(known) == len(seen) else (None, None)
        rows.append((COMMUNITY, end, geometric(seen), *band, None, *seen))
    return pl.DataFrame(rows, schema=SCORE | dict.fromkeys(DIMENSIONS, pl.Float64), orient="row")


@measure(
    "sc.trust",
    unit="0-100",
    direction="up",
    reads=("capital.conduct", "survey_answers"),
    facts=(Select("survey_answers", keep={"item": (TRUST,)}),),
    minimum="2 of 3 kinds of behaviour; answers of k people",
    source="DOMAIN §4",
    pointer="/culture/surveys",
    ways=("behaviour", "perception"),
    parts={**MEAN, "mean": "number"},
)
def trust(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Rows `community/behaviour` (kept rate, replies, follow-on) and `community/perception` (item `trust`, 1–5).

    Shown side by side, never merged; a widening gap says something itself.
    """
    goalposts = {name: RELATIONAL[name] for name in BEHAVIOUR}
    shown = _scores(facts, "capital.conduct", goalposts, 2).with_columns(
        subject=pl.lit(f"{COMMUNITY}/behaviour"), way=pl.lit("behaviour"), mean=pl.lit(0.0)
    )
    answers = facts.rows("survey_answers", ("wave", "respondent", "item", "score"), pl.col("item") == TRUST)
    answers = answers.filter(pl.col("score").is_between(TRUST_LOW, TRUST_HIGH))
    people = pl.col("respondent").n_unique().cast(pl.Int64)
    mean = pl.col("score").cast(pl.Float64).mean()
    score = 100 * (mean - TRUST_LOW) / (TRUST_HIGH - TRUST_LOW)
    said = (
        last_answers(answers)
        .group_by("end")
        .agg(n=people, value=pl.when(people >= rules.culture.surveys.k_anonymity).then(score).first(), mean=mean)
        .with_columns(way=pl.lit("perception"), sum=pl.lit(0.0), known=pl.lit(0, dtype=pl.Int64))
    )
    perceived = ends.select("end", subject=pl.lit(f"{COMMUNITY}/perception")).join(said, on="end", how="left")
    return pl.concat([shown, perceived], how="diagonal_relaxed")


SPECS = (structure, conduct, understanding, structural, relational, cognitive, index, trust)
