"""How a kind of decision is declared, and how one is written.

A mechanism declares each kind of decision with what it reads, what fact it hands on and what closes it, and writes one
as a sentence:

    @decision("value.balance", of=Grounds, reads=("val.balance", "view.member"), closes=("val.balance",))
    def balance(grounds: Grounds) -> Iterator[Draft]:
        for row in ...:
            yield (
                Draft("balance", row["subject"], since)
                .says("value.balance.less", params)
                .asks_for("value.talk")
                .follows("/value")
            )
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason

if TYPE_CHECKING:
    import polars as pl

    from tenfold.terms.measure import Clock, Facts, Named
    from tenfold.terms.rules import Rules

DATE = "date"  # what closes a decision that waits for a day
NAMED = "named"  # what closes a decision that waits for a measure which the charter names


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that a decision proposes, or that closes it: its table, and the cells that it has.

    because   whether a fact that is proposed names the decision as its cause; an answer to a survey names nobody
    """

    table: str
    cells: Mapping[str, Any]
    because: bool = True

    @property
    def waits_for(self) -> str:
        """What a decision that it closes waits for."""
        return self.table

    def as_dict(self) -> dict[str, Any]:
        """Return what closes a decision, as a line of `decisions.jsonl` says it."""
        return {"fact": self.table, **self.cells}

    def proposed(self, by: str) -> dict[str, Any]:
        """Return what a decision proposes, as its line says it; `by` is the decision's id."""
        return {"table": self.table, **self.cells} | ({"because": by} if self.because else {})


@dataclass(frozen=True, slots=True)
class Measured:
    """A number that closes a decision: `{"op": ">=", "value": "1"}`, or `{"status": "ok"}` once it is known."""

    metric: str
    subject: str
    state: Mapping[str, Any]

    @property
    def waits_for(self) -> str:
        """The measure's id."""
        return self.metric

    def as_dict(self) -> dict[str, Any]:
        """Return it as a line of `decisions.jsonl` says it."""
        return {"metric": self.metric, "subject": self.subject, **self.state}


@dataclass(frozen=True, slots=True)
class OnDay:
    """A day on which a decision is over by itself."""

    on: date
    waits_for: str = DATE

    def as_dict(self) -> dict[str, Any]:
        """Return it as a line of `decisions.jsonl` says it."""
        return {DATE: self.on.isoformat()}


Closing = Fact | Measured | OnDay


class Draft:
    """A decision in the making, written as one sentence: each method says one thing more and returns the draft."""

    def __init__(self, kind: str, subject: str, since: str) -> None:
        """Begin a decision of a kind about a subject, which holds since a fact or an instant."""
        self.kind = kind
        self.subject = subject
        self.since = since
        self.version: int | None = None
        self.handed: Fact | None = None
        self.closing: Closing | None = None
        self._parts: dict[str, Any] = {}

    def says(self, message: str, params: Mapping[str, str] | None = None) -> Self:
        """Say why, in a sentence of `report/words`."""
        return self._with(message=Reason(message, params or {}))

    def asks_for(self, act: str, *others: str) -> Self:
        """Ask for an act; a person may choose another one."""
        return self._with(proposal=act, alternatives=others)

    def follows(self, pointer: str, version: int | None = None) -> Self:
        """Follow a rule, a JSON pointer into the charter; of the version in force where none is named."""
        self.version = version
        return self._with(pointer=pointer)

    def counts(
        self, value: str | None, unit: str | None = None, low: str | None = None, high: str | None = None
    ) -> Self:
        """Carry a number, written with the digits of its unit, with its band."""
        return self._with(value=value, unit=unit, low=low, high=high)

    def rests_on(self, *measures: MeasureRef, facts: tuple[str, ...] = ()) -> Self:
        """Rest on numbers, and on at most eight facts that the sentence names."""
        return self._with(measures=measures, facts=facts)

    def made_of(self, *settings: str) -> Self:
        """Name further places of the charter whose values its number is made of."""
        return self._with(settings=settings)

    def stands(self, status: str) -> Self:
        """Be what the facts already made of it, where that is no longer a proposal."""
        return self._with(status=status)

    def cured_by(self, cure: Cure | None) -> Self:
        """Say how it turns good."""
        return self._with(cure=cure)

    def appealed_by(self, until: Reason | None) -> Self:
        """Say until when whom it concerns may appeal against it."""
        return self._with(appeal=until)

    def closes(self, closing: Closing | None) -> Self:
        """Say what closes it."""
        self.closing = closing
        return self

    def hands_on(self, fact: Fact | None) -> Self:
        """Propose a fact."""
        self.handed = fact
        return self

    def signed_as(self, sha256: str | None) -> Self:
        """Say the digest that an act on it must name."""
        return self._with(proposal_sha256=sha256)

    def decided(self, mechanism: str, version: int) -> Decision:
        """Return the decision; `version` is the charter version in force."""
        id = f"{mechanism}.{self.kind}:{self.subject}:{self.since}"
        return Decision(
            mechanism=mechanism,
            kind=self.kind,
            subject=self.subject,
            since=self.since,
            version=int(version if self.version is None else self.version),
            closes_when=None if self.closing is None else self.closing.as_dict(),
            proposes=None if self.handed is None else self.handed.proposed(id),
            **self._parts,
        )

    def _with(self, **parts: Any) -> Self:
        self._parts |= parts
        return self


@dataclass(frozen=True)
class Grounds:
    """What decisions stand on: the facts and the rules at the cycle's own end. Mechanisms add what theirs share."""

    facts: "Facts"
    rules: "Rules"
    ends: "pl.DataFrame"

    @property
    def end(self) -> int:
        """The number of the cycle's own end."""
        return int(self.ends["end"][0])

    @property
    def today(self) -> date:
        """The local day of the cycle's end."""
        day: date = self.ends["today"][0]
        return day

    @property
    def as_of(self) -> datetime:
        """The instant of the cycle's end, for kinds whose clock shows it."""
        at: datetime = self.ends["as_of"][0]
        return at

    @cached_property
    def begun(self) -> str:
        """From when the charter in force holds: the `since` of what no fact began."""
        starts = [start for start, version in self.rules.versions if version is self.rules]
        return instant(starts[0]) if starts else "charter"

    def amount(self, minor: int, currency: str) -> str:
        """Write minor units in major units."""
        return from_minor(minor, self.rules.currencies.digits(currency) or 0)


def instant(at: datetime) -> str:
    """Write an instant as decisions do."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


Decide = Callable[["Facts", "Rules", "pl.DataFrame"], Iterable[Draft]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of decision: what it reads, what fact it hands on, what closes it.

    id         `mechanism.kind`
    instead    kinds that may stand in its place, decided with it: what lacks where too little is known
    reads      ids of views, reductions and measures, and names of fact tables
    named      further ids that the charter names
    clock      what it reads of the end beside the facts (terms/measure.py)
    observes   whether it looks at the observation grid
    hands_on   tables of the facts that it may propose
    closes     tables and measures that close it; `DATE`, `NAMED`
    """

    id: str
    decide: Decide
    reads: tuple[str, ...]
    instead: tuple[str, ...] = ()
    named: "Named | None" = None
    clock: "Clock" = "day"
    observes: bool = False
    hands_on: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()

    @property
    def mechanism(self) -> str:
        """The mechanism that decides it."""
        return self.id.partition(".")[0]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind that it decides, as `mechanism.kind`."""
        return (self.id, *(f"{self.mechanism}.{kind}" for kind in self.instead))

    def decided(
        self, facts: "Facts", rules: "Rules", ends: "pl.DataFrame", results: frozenset[str]
    ) -> tuple[Decision, ...]:
        """Return what it decides at an end; `results` are what it reads, with what the charter names.

        Raises
        ------
        ValueError   a draft is of a kind, proposes a fact or waits for something that is not declared
        """
        version = rules.charter.version
        return tuple(
            self._declared(one, results).decided(self.mechanism, version) for one in self.decide(facts, rules, ends)
        )

    def _declared(self, draft: Draft, results: frozenset[str]) -> Draft:
        if f"{self.mechanism}.{draft.kind}" not in self.kinds:
            raise ValueError(f"{self.id} decides {draft.kind} and does not declare it")
        if draft.handed is not None and draft.handed.table not in self.hands_on:
            raise ValueError(f"{self.id} hands on {draft.handed.table} and does not declare it")
        awaited = draft.closing and draft.closing.waits_for
        named = NAMED in self.closes and awaited in results
        if awaited and awaited not in self.closes and not named:
            raise ValueError(f"{self.id} waits for {awaited} and does not declare it")
        return draft


G = TypeVar("G", bound=Grounds)


def decision(
    id: str,
    *instead: str,
    reads: tuple[str, ...],
    of: type[G],
    named: "Named | None" = None,
    clock: "Clock" = "day",
    observes: bool = False,
    hands_on: tuple[str, ...] = (),
    closes: tuple[str, ...] = (),
) -> Callable[[Callable[[G], Iterable[Draft]]], Kind]:
    """Declare a kind of decision: the decorated function becomes a row of the registry.

    of   the grounds on which it decides, made of facts, rules and the cycle's own end
    """

    def declare(function: Callable[[G], Iterable[Draft]]) -> Kind:
        def decide(facts: "Facts", rules: "Rules", ends: "pl.DataFrame") -> Iterable[Draft]:
            return function(of(facts, rules, ends))

        return Kind(id, decide, reads, instead, named, clock, observes, hands_on, closes)

    return declare
