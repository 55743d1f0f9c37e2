"""Who owes whom what, both directions: what is late first, and what the viewer may do about each."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from markupsafe import Markup, escape

from tenfold.charter.calendar import calendar_of
from tenfold.mechanisms.incentives.promise import CAPITAL_CALL, grace_of
from tenfold.report.days import day_said
from tenfold.report.figures import Figure, figure
from tenfold.report.phrases import Phrases
from tenfold.terms.days import local_day as day_of
from tenfold.terms.durations import add
from tenfold.terms.money import from_minor
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.lookup import parties_like
from tenfold.web.rights.names import in_one_language
from tenfold.web.rights.papers import Shown, papers_of
from tenfold.web.rights.policies import Data, Sight
from tenfold.web.rights.promising import MARKS, OVER, PROPOSED, PROVED, REASONED, can
from tenfold.web.rights.results import Results
from tenfold.web.rights.rows import COMMUNITY, allowed
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.current import Row, counting, with_personal

OFFERED = (
    "accepted",
    "delivered",
    "verified",
    "extended",
    "rejected",
    "private_word",
    "excused",
    "waived",
    "declined",
    "breached",
    "used",
)
STEPS, OFFER = "commitment_steps", "offer"
LISTED = 100  # promises that are owed, on one page
ENDED = 20  # promises that were settled lately


class Side(StrEnum):
    """Who owes."""

    THEY = "they"
    WE = "we"


class When(StrEnum):
    """How a promise stands to its day, in the order in which pages list it."""

    LATE = "late"
    CHECK = "check"  # delivered: somebody has to confirm it
    DUE = "due"
    OPEN = "open"  # without a day
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Step:
    """What the viewer may record of a promise, what it has to say with it, and whether it may bring a paper."""

    id: str
    reason: bool
    day: bool
    paper: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """One promise.

    who, to    the keys and names of whoever promised, and to whom
    day        until when, in words; `lateness` how it stands to that, with its tone
    worth      what it is worth, to whom may see amounts
    papers     what shows that it was kept
    steps      what the viewer may record now, the next one first
    """

    key: str
    side: Side
    when: When
    due: date | None
    who: tuple[str, str]
    to: tuple[str, str] | None
    what: str
    day: str
    lateness: tuple[Markup, str] | None
    state: str
    source: str
    verifier: str
    worth: str | None
    consequence: str
    papers: tuple[Shown, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that is owed, as one viewer sees it through a filter.

    counts, late   how many promises are owed, and late, by who owes them
    more           how many are owed beyond those that are listed
    named          the names that the filter's text means; `unknown` when it means nobody
    """

    groups: tuple[tuple[When, tuple[Owed, ...]], ...]
    counts: Mapping[Side, int]
    late: Mapping[Side, int]
    more: int
    named: tuple[str, ...]
    unknown: bool
    figures: tuple[Figure, ...]

    @property
    def owed(self) -> int:
        """How many promises are owed."""
        return sum(self.counts.values())

    @property
    def overdue(self) -> int:
        """How many of them are late."""
        return sum(self.late.values())


def ledger(viewer: Viewer, who: str = "", side: Side | None = None) -> Ledger:
    """Return what is owed, what is late first; `who` is a text that means somebody, `side` who owes."""
    parties = parties_like(viewer, who) if who else None
    rows, ended = _owed(viewer, parties), _ended(viewer, parties)
    steps = _steps(viewer, [*rows, *ended])
    rates = _rates(viewer)
    speech = viewer.phrases([*rows, *ended, *rates], parties=parties or ())
    telling = _Telling(viewer, speech, steps)
    told = sorted((telling.told(row) for row in rows), key=_order)
    owed = [one for one in told if side in (None, one.side)]
    over = [one for one in map(telling.told, ended) if side in (None, one.side)]
    return Ledger(
        groups=_grouped([*owed[:LISTED], *over]),
        counts={each: sum(one.side is each for one in told) for each in Side},
        late={each: sum(one.side is each and one.when is When.LATE for one in told) for each in Side},
        more=max(0, len(owed) - LISTED),
        named=tuple(speech.named(party) for party in parties or ()),
        unknown=parties == [],
        figures=tuple(figure(speech, row) for row in rates),
    )


def _order(one: Owed) -> tuple[int, date, str]:
    return list(When).index(one.when), one.due or date.max, one.who[1]


def _grouped(listed: Iterable[Owed]) -> tuple[tuple[When, tuple[Owed, ...]], ...]:
    by: dict[When, list[Owed]] = {when: [] for when in When}
    for one in listed:
        by[one.when].append(one)
    return tuple((when, tuple(some)) for when, some in by.items() if some)


def _owed(viewer: Viewer, parties: Collection[str] | None) -> list[Row]:
    """Return the promises that no step has ended."""
    return _seen(viewer, _between(viewer, parties).filter(~Exists(_last_steps(viewer))))


def _ended(viewer: Viewer, parties: Collection[str] | None) -> list[Row]:
    """Return the promises that were settled last."""
    over = _last_steps(viewer)
    ended = _between(viewer, parties).filter(Exists(over)).annotate(at=Subquery(over.values("occurred_at")[:1]))
    return _seen(viewer, ended.order_by("-at", "-fact")[:ENDED])


def _last_steps(viewer: Viewer) -> "QuerySet[Any]":
    """Return the steps that ended the promise of an outer query, the last first."""
    steps = counting(viewer.community, STEPS)
    return steps.filter(commitment=OuterRef("commitment"), step__in=OVER).order_by("-occurred_at", "-fact")


def _between(viewer: Viewer, parties: Collection[str] | None) -> "QuerySet[Any]":
    """Return the promises to or from some parties; of whoever sees only their own, those."""
    rows = counting(viewer.community, "commitments")
    if not viewer.sees(Data.PROMISES) - {Sight.OWN}:
        rows = rows.filter(_of(viewer.own))
    return rows if parties is None else rows.filter(_of(parties))


def _of(parties: Collection[str]) -> Q:
    return Q(party__in=parties) | Q(to_party__in=parties)


def _seen(viewer: Viewer, rows: "QuerySet[Any]") -> list[Row]:
    return allowed(viewer, "commitments", with_personal(viewer.community, "commitments", list(rows.values())))


def _steps(viewer: Viewer, promises: Collection[Row]) -> dict[str, list[Row]]:
    """Return promise → its steps, the oldest first."""
    keys = [row["commitment"] for row in promises]
    rows = counting(viewer.community, STEPS).filter(commitment__in=keys)
    found: dict[str, list[Row]] = {}
    for row in rows.order_by("occurred_at", "recorded_at", "fact").values():
        found.setdefault(row["commitment"], []).append(row)
    return found


def _papers(viewer: Viewer, speech: Phrases, steps: Mapping[str, list[Row]]) -> dict[str, tuple[Shown, ...]]:
    """Return step → the papers that it brought, as far as the viewer may see the step."""
    proved = [row for some in steps.values() for row in some if row["evidence"]]
    return papers_of(viewer, speech, [(STEPS, row) for row in allowed(viewer, STEPS, proved)])


def _rates(viewer: Viewer) -> list[Mapping[str, Any]]:
    """Return the numbers above the list: what members keep, and what the project keeps."""
    results = Results(viewer)
    project = str(viewer.rules.community.project)
    of = (COMMUNITY, project)
    return [row for subject in of for row in results.measures(measure="inc.kept_rate", subject=subject)]


class _Telling:
    """Puts promises into words for one viewer."""

    def __init__(self, viewer: Viewer, speech: Phrases, steps: Mapping[str, list[Row]]) -> None:
        self.viewer, self.speech, self.steps = viewer, speech, steps
        self.papers = _papers(viewer, speech, steps)
        self.today = local_day(viewer)
        self.rulebook = viewer.rulebook
        self.currencies = speech.rules.currencies
        project = {str(speech.rules.community.project)} if may(viewer, Act.LOG_TALK) else set()
        self.we = viewer.own | project  # the project owes for whoever speaks for it

    def told(self, row: Row) -> Owed:
        """Return a promise in words."""
        speech = self.speech
        steps = self.steps.get(row["commitment"], [])
        states = [step["step"] for step in steps if step["step"] not in MARKS]
        state = states[-1] if states else PROPOSED
        due = self._due(row, steps)
        what, consequence = row.get("what") or row["commitment"], row.get("consequence")
        return Owed(
            key=row["commitment"],
            side=Side.WE if row["party"] in self.we else Side.THEY,
            when=_when(state, due, self.today),
            due=due,
            who=(row["party"], speech.named(row["party"])),
            to=None if row["to_party"] is None else (row["to_party"], speech.named(row["to_party"])),
            what=in_one_language(speech, what),
            day="" if due is None else day_said(speech.language, due, self.today),
            lateness=None if due is None or state in OVER else self._lateness(row, steps, due),
            state=speech.word("step", state) if states else speech.word("state", PROPOSED),
            source=speech.word("source_kind", row["source_kind"]),
            verifier="" if row["verifier"] is None else speech.named(row["verifier"]),
            worth=self._worth(row),
            consequence=in_one_language(speech, consequence or ""),
            papers=tuple(one for step in steps for one in self.papers.get(step["fact"], ())),
            steps=tuple(
                Step(one, one in REASONED, one == "extended", one in PROVED)
                for one in OFFERED
                if can(self.viewer, row, state, one) and self._fits(row, steps, due, one)
            ),
        )

    def _fits(self, row: Row, steps: list[Row], due: date | None, step: str) -> bool:
        """Whether a step makes sense now: a word about what is late, or that it is broken; that an offer is used."""
        match step:
            case "private_word":
                had = any(one["step"] == step for one in steps)
                return due is not None and due < self.today and not had
            case "breached":
                return due is not None and due < self.today
            case "used":
                return row["source_kind"] == OFFER and all(one["step"] != step for one in steps)
        return True

    def _due(self, row: Row, steps: list[Row]) -> date | None:
        """Return the local day until which a promise is owed: the last that it was extended to, else its own."""
        extended = [step["due_at"] for step in steps if step["step"] == "extended" and step["due_at"] is not None]
        due: datetime | None = extended[-1] if extended else row["due_at"]
        return None if due is None else day_of(due, self.speech.zone)

    def _lateness(self, row: Row, steps: list[Row], due: date) -> tuple[Markup, str] | None:
        """Return how a promise stands to its day: late, late within its grace, due today; nothing before that."""
        if due > self.today:
            return None
        if due == self.today:
            return self.speech.say("promise.today"), "warn"
        until = self._grace_ends(row, steps, due)
        if until >= self.today:
            day = day_said(self.speech.language, until, self.today)
            return self.speech.say("promise.grace", day=escape(day)), "warn"
        days = (self.today - due).days
        return self.speech.say("promise.late", days=str(days)), "bad"

    def _grace_ends(self, row: Row, steps: list[Row], due: date) -> date:
        """Return the last day of the grace, by the charter that was in force when the promise was accepted."""
        accepted = [step["occurred_at"] for step in steps if step["step"] == "accepted"]
        rules = self.rulebook.judging(accepted[0] if accepted else row["occurred_at"])
        call = row["source_kind"] == CAPITAL_CALL
        grace = grace_of(rules.incentives, call)
        return add(due, grace) if call else calendar_of(rules.charter.calendar).add(due, grace)

    def _worth(self, row: Row) -> str | None:
        """Return what a promise is worth, where the viewer may see that."""
        if row.get("worth_minor") is None:
            return None
        digits = self.currencies.digits(row["currency"]) or 0
        return self.speech.money(from_minor(row["worth_minor"], digits), row["currency"])


def _when(state: str, due: date | None, today: date) -> When:
    if state in OVER:
        return When.OVER
    if state == "delivered":
        return When.CHECK
    if due is None:
        return When.OPEN
    return When.LATE if due < today else When.DUE
