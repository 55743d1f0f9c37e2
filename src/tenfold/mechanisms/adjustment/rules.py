"""The charter section `adjustment`: stage gates, entry, exit, size, how the community decides."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from tenfold.terms.clauses import Clause, Condition, Problem
from tenfold.terms.durations import Duration
from tenfold.terms.listed import Listed
from tenfold.terms.scalars import (
    NUMBER,
    Count,
    Guide,
    Id,
    Money,
    Period,
    Points,
    Positive,
    Share,
    Span,
    WorkingSpan,
    Yes,
    read_number,
    refusal,
)

CONSENT = "consent_of_each_affected"


def _pass(value: Any) -> Any:
    if value == CONSENT:
        return value
    share = read_number(value)
    if not 0 < share <= 1:
        raise refusal("pass_share", value)
    return share


# A share of the votes, or the consent of each member affected
PassRule = Annotated[
    Any,
    PlainValidator(_pass),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"oneOf": [{"const": CONSENT}, {"type": ["string", "integer"], "pattern": f"^{NUMBER}$"}]}),
]


class ScoredCondition(Condition):
    """A should-meet test: a condition worth points."""

    points: Points


class StageGate(Clause):
    """The test between two stages: every `must`, and enough points of `should`; people choose the outcome."""

    must: tuple[Condition, ...] = ()
    should: tuple[ScoredCondition, ...] = ()
    pass_points: Count = 0
    outcomes: tuple[Literal["go", "hold", "recycle", "stop"], ...] = ("go", "hold", "recycle", "stop")

    def problems(self) -> Iterator[Problem]:
        """Refuse a gate that nobody can pass: too many points, conditions that exclude each other, no way on."""
        there = sum(condition.points for condition in self.should)
        if self.pass_points > there:
            yield Problem("out_of_reach", ("pass_points",), {"seen": self.pass_points, "limit": there})
        yield from _exclusive(self.must)
        if "go" not in self.outcomes:
            yield Problem("no_go", ("outcomes",), {"seen": Listed(self.outcomes) or "[]"})


class Entry(Clause):
    """How somebody enters."""

    probation: Span = Duration(0, "d")
    sponsor_required: Yes = False
    lender_consent_for: tuple[Id, ...] = ()


class Alumni(Clause):
    """What somebody who left keeps and loses."""

    keeps: tuple[Id, ...] = ()
    loses: tuple[Id, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Refuse what is both kept and lost."""
        for number, id in enumerate(self.loses):
            if id in self.keeps:
                yield Problem("kept_and_lost", ("loses", number), {"seen": id})


class LockIn(Clause):
    """Nobody of the class leaves before so many months after an incident."""

    after: Id
    months: Positive


class Exit(Clause):
    """When leaving is proposed, and what it means."""

    propose_if: tuple[Condition, ...] = ()
    interview: Guide | None = None
    alumni: Alumni = Field(default_factory=Alumni)
    lock_in: dict[Id, LockIn] = Field(default_factory=dict)


class Size(Clause):
    """How many members a stage wants, in all and by class."""

    target_size: tuple[Count, Count] | None = None
    class_min: dict[Id, Count] = Field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """Refuse a range that runs backwards."""
        if self.target_size is not None and self.target_size[0] > self.target_size[1]:
            yield Problem(
                "range_backwards", ("target_size",), {"seen": f"{self.target_size[0]}..{self.target_size[1]}"}
            )


class Body(Clause):
    """How a kind of proposal is decided."""

    body: Id | None = None
    quorum: Share | None = None
    pass_: PassRule = Field(alias="pass")
    weight: Literal["one_member_one_vote", "by_shares"] = "one_member_one_vote"
    notice: WorkingSpan | None = None
    simulate_first: Yes = False


class AdjustmentRules(Clause):
    """Rules of mechanism 8, dynamic adjustment."""

    gates: dict[Id, StageGate] = Field(default_factory=dict)
    entry: Entry = Field(default_factory=Entry)
    exit: Exit = Field(default_factory=Exit)
    membership_by_stage: dict[Id, Size] = Field(default_factory=dict)
    decisions: dict[Id, Body] = Field(default_factory=dict)
    review_every: Period | None = None


def _exclusive(conditions: Sequence[Condition]) -> Iterator[Problem]:
    """Yield each condition that asks less of a measure than another asks more of it."""
    for number, one in enumerate(conditions):
        for other in conditions[:number]:
            if one.metric is not None and one.metric == other.metric and _never_both(one, other):
                params = {"seen": f"{one.op} {one.value}", "other": f"{other.op} {other.value}", "metric": one.metric}
                yield Problem("exclusive", ("must", number), params)


def _never_both(one: Condition, other: Condition) -> bool:
    for lower, upper in ((one, other), (other, one)):
        if lower.op in (">=", ">", "==") and upper.op in ("<=", "<", "=="):
            least, most = _plain(lower.value), _plain(upper.value)
            strict = lower.op == ">" or upper.op == "<"
            if least > most or (strict and least == most):
                return True
    return False


def _plain(value: Decimal | Money | None) -> Decimal:
    return value.value if isinstance(value, Money) else value or Decimal(0)
