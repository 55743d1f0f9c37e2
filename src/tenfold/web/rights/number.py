"""Why of a single number: what it measures, the rule, from when it is, what rests on it, and what it is made of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from markupsafe import Markup

from tenfold.engine.explain import BELOW, FIRST, PAGE, pool_of
from tenfold.engine.registry import registry
from tenfold.report.figures import Figure, band, figure
from tenfold.report.phrases import Phrases
from tenfold.report.speech import unit_of
from tenfold.terms.money import from_minor
from tenfold.web.rights.explaining import explanation
from tenfold.web.rights.pools import judging
from tenfold.web.rights.results import Result, Results
from tenfold.web.rights.telling import fact_said
from tenfold.web.rights.times import time_said
from tenfold.web.rights.viewers import NotHere, Viewer

CURES = 3  # ways to turn it good
RESTING = 12  # decisions that a number names
AMOUNT = "amount_minor"
PROPOSING = ("insight",)  # what proposes an act, and judges no number
# Cures of two mechanisms that ask the same: where both ask one amount, or both amounts are hidden, one of them is said.
SAME = {"risk.cure.money_from_others": "goals.cure.from_others"}
TONES = {"green": "good", "amber": "warn", "red": "bad"}


@dataclass(frozen=True, slots=True)
class Resting:
    """A decision that rests on the number, in a sentence."""

    id: str
    sentence: Markup


@dataclass(frozen=True, slots=True)
class Number:
    """A number before it is unfolded.

    worth      the value to its last digit, where the headline says less
    band       where it lies nine times of ten, where it is an estimate
    count      how many observations it rests on
    state      green, amber or red, where an indicator watches it, with its tone
    rule       the place in the charter, as a pointer; none where the product itself fixes it; `place` the same in words
    recorded   the newest journal entry that it knows
    cures      what would turn it good
    resting    the decisions that rest on it
    """

    figure: Figure
    worth: Markup
    band: Markup | None
    count: int | None
    state: tuple[str, str] | None
    sentence: str
    rule: str | None
    place: str | None
    version: int | None
    as_of: str
    known_at: str
    recorded: int
    stale: bool
    cures: tuple[Markup, ...]
    resting: tuple[Resting, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact behind a number: its id, its local day and what it says, in words."""

    id: str
    day: str
    words: str


@dataclass(frozen=True, slots=True)
class Group:
    """Facts of one table, the newest first; `total` where all of them are here and say amounts of one currency."""

    table: str
    total: str | None
    facts: tuple[Fact, ...]

    @property
    def first(self) -> tuple[Fact, ...]:
        """Those that are shown at once."""
        return self.facts[:FIRST]

    @property
    def rest(self) -> tuple[Fact, ...]:
        """Those that are folded."""
        return self.facts[FIRST:]


@dataclass(frozen=True, slots=True)
class Made:
    """What a number is made of.

    how             its arithmetic; none where it is not known, or of amounts that the viewer may not see
    numbers, more   the numbers below it, and those that are folded
    facts           the facts of one page by table
    count           facts in all; `unseen` of this page the viewer may not see
    """

    how: Markup | None
    numbers: tuple[Figure, ...]
    more: tuple[Figure, ...]
    facts: tuple[Group, ...]
    corrected: tuple[Group, ...]
    count: int
    unseen: int
    page: int
    pages: int

    @property
    def next(self) -> int:
        """The page after this one."""
        return self.page + 1


def number(viewer: Viewer, id: str) -> Number:
    """Return a number, by measure and subject.

    Raises
    ------
    NotHere   there is no such number, or none for this viewer
    """
    row = _row(viewer, id)
    measure = row["id"]
    rests = _resting_on(viewer, row)
    speech = viewer.phrases([row, *rests])
    numbers = viewer.numbers
    unit = unit_of(measure, row["unit"])
    rule = registry().specs[measure].pointer
    return Number(
        figure=figure(speech, row),
        worth=speech.worth(row["value"], unit),
        band=band(speech, row),
        count=row["n"],
        state=_state(speech, rests),
        sentence=speech.words[f"measure.{measure}"],
        rule=rule,
        place=None if rule is None else speech.place(rule),
        version=judging(viewer, pool_of(registry().specs[measure], row["subject"])) or numbers.charter_version,
        as_of=_instant(viewer, speech, numbers.as_of),
        known_at=_instant(viewer, speech, numbers.known_at),
        recorded=numbers.computed,
        stale=numbers.stale,
        cures=tuple(_cures(speech, rests, row))[:CURES],
        resting=tuple(_resting(speech, rests)),
    )


def made_of(viewer: Viewer, id: str, page: int = 1) -> Made | None:
    """Return what a number is made of; None while the community's engine has not answered yet.

    Raises
    ------
    NotHere   there is no such number, or none for this viewer
    """
    row = _row(viewer, id)
    found = explanation(viewer, f"{row['id']}:{row['subject']}", page)
    if found is None:
        return None
    facts = found["facts"]
    corrected = facts.get("corrected", [])
    how = found.get("how")
    speech = viewer.phrases([*found["measures"], *facts["rows"], *corrected, how or {}])
    numbers = [figure(speech, one) for one in found["measures"]]
    shown = min(PAGE, facts["count"] - PAGE * (page - 1))
    return Made(
        how=None if how is None else speech.message(how),
        numbers=tuple(numbers[:BELOW]),
        more=tuple(numbers[BELOW:]),
        facts=tuple(_groups(viewer, speech, facts["rows"], whole=facts["count"] <= PAGE)),
        corrected=tuple(_groups(viewer, speech, corrected, whole=False)),
        count=facts["count"],
        unseen=max(0, shown - len(facts["rows"])),
        page=page,
        pages=max(1, -(-facts["count"] // PAGE)),
    )


def _row(viewer: Viewer, id: str) -> Mapping[str, Any]:
    measure, _, subject = id.partition(":")
    rows = Results(viewer).measures(measure=measure, subject=subject) if measure in registry().specs else []
    if not rows:
        raise NotHere(id)
    return rows[0]


def resting(viewer: Viewer, id: str) -> list[Result]:
    """Return the decisions that judge a number, without those that only propose something to do.

    Raises
    ------
    NotHere   there is no such number, or none for this viewer
    """
    return [one for one in _resting_on(viewer, _row(viewer, id)) if one["mechanism"] not in PROPOSING]


def _resting_on(viewer: Viewer, row: Mapping[str, Any]) -> list[Result]:
    return [one for one in Results(viewer).decisions(content__contains=_named(row)) if _rests(one, row)]


def _named(row: Mapping[str, Any]) -> str:
    """Return how the decisions that rest on a number name it, as they were kept."""
    return f'"id":"{row["id"]}","subject":"{row["subject"]}"'


def _rests(decision: Result, row: Mapping[str, Any]) -> bool:
    return any((one["id"], one["subject"]) == (row["id"], row["subject"]) for one in decision["measures"])


def _cures(speech: Phrases, decisions: Iterable[Result], row: Mapping[str, Any]) -> Iterator[Markup]:
    """Yield what closes the decisions that wait for this very number."""
    said: set[object] = set()
    for one in decisions:
        waits = one["closes_when"] or {}
        if (waits.get("metric"), waits.get("subject")) != (row["id"], row["subject"]):
            continue
        cure = speech.turned(one["cure"])
        if cure is None or one["mechanism"] in PROPOSING or not said.isdisjoint(ways := _ways(cure, one["cure"])):
            continue
        said |= ways
        yield cure


def _ways(cure: Markup, kept: Mapping[str, Any]) -> set[object]:
    """Return by what a cure is known again: its words, and what it asks with the amount."""
    id, params = kept["message"]["id"], kept["message"]["params"]
    asked = SAME.get(id, id)
    return {cure, (asked, params["amount"])} if asked in SAME.values() else {cure}


def _resting(speech: Phrases, decisions: Iterable[Result]) -> Iterator[Resting]:
    for one in list(decisions)[:RESTING]:
        yield Resting(one["id"], speech.message(one["message"]))


def _state(speech: Phrases, decisions: Iterable[Result]) -> tuple[str, str] | None:
    """Return the state that an indicator's alert gives the number, with its tone."""
    for one in decisions:
        state = one["message"]["params"].get("state")
        if one["mechanism"] == "risk" and state in TONES:
            return speech.word("state", state), TONES[state]
    return None


def _instant(viewer: Viewer, speech: Phrases, at: datetime | None) -> str:
    return "" if at is None else time_said(viewer, at)


def _groups(viewer: Viewer, speech: Phrases, rows: Iterable[Mapping[str, Any]], whole: bool) -> Iterator[Group]:
    """Yield facts by table; `whole` when these are all of them."""
    currencies = viewer.rules.currencies
    newest = sorted(rows, key=lambda row: (row["occurred_at"], row["fact"]), reverse=True)
    for table, some in groupby(sorted(newest, key=lambda row: str(row["table"])), key=lambda row: str(row["table"])):
        of_table = list(some)
        told = [fact_said(speech, table, _typed(row)) for row in of_table]
        yield Group(
            table=told[0][0],
            total=_total(speech, of_table, currencies) if whole else None,
            facts=tuple(Fact(row["fact"], day, words) for row, (_, day, words) in zip(of_table, told, strict=True)),
        )


def _total(speech: Phrases, rows: Sequence[Mapping[str, Any]], currencies: Any) -> str | None:
    """Return the sum of several rows' amounts; nothing where a row shows none, or they are of several currencies."""
    if len(rows) < 2 or not all(AMOUNT in row for row in rows) or len({row["currency"] for row in rows}) > 1:
        return None
    currency = str(rows[0]["currency"])
    total = sum(int(row[AMOUNT]) for row in rows)
    return speech.money(from_minor(total, currencies.digits(currency) or 0), currency)


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of an explanation as rows are read: its time as an instant."""
    return {**row, "occurred_at": datetime.fromisoformat(row["occurred_at"])}
