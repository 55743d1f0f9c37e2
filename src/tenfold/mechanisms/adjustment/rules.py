"""The charter section `adjustment`: stage gates, entry, exit, size, how the community decides."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from tenfold.terms.clauses import Clause, Condition, Problem
from tenfold.terms.durations import Duration
from tenfold.terms.scalars import (
    NUMBER,
    Count,
    Guide,
    Id,
    Period,
    Points,
    Positive,
    Share,
    Span,
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
        """Refuse more points to pass than there are to win."""
        there = sum(condition.points for condition in self.should)
        if self.pass_points > there:
            yield Problem("out_of_reach", ("pass_points",), {"seen": self.pass_points, "limit": there})


class Entry(Clause):
    """How somebody enters."""

    probation: Span = Duration(0, "d")
    sponsor_required: Yes = False
    lender_consent_for: tuple[Id, ...] = ()


class Alumni(Clause):
    """What somebody who left keeps and loses."""

    keeps: tuple[Id, ...] = ()
    loses: tuple[Id, ...] = ()


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
    notice: Span | None = None
    simulate_first: Yes = False


class AdjustmentRules(Clause):
    """Rules of mechanism 8, dynamic adjustment."""

    gates: dict[Id, StageGate] = Field(default_factory=dict)
    entry: Entry = Field(default_factory=Entry)
    exit: Exit = Field(default_factory=Exit)
    membership_by_stage: dict[Id, Size] = Field(default_factory=dict)
    decisions: dict[Id, Body] = Field(default_factory=dict)
    review_every: Period | None = None
