"""The charter section `risk`: appetite, indicators with hysteresis, covenants, agreements required."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

from tenfold.terms.clauses import Clause, Named, Problem, of_one_kind
from tenfold.terms.scalars import Id, MeasureId, Money, Observations, Period, Positive, Value, Yes


class Appetite(Clause):
    """How much the community is ready to lose."""

    expected_loss_12m: Money | None = None
    single_risk_p90: Money | None = None


class Indicator(Named):
    """A measure with thresholds; a level is entered and left only after several observations."""

    metric: MeasureId
    amber: Value
    red: Value
    direction: Literal["high", "low"] = "high"
    band: Value
    enter_after: Observations = 1
    leave_after: Observations = 1
    owner: Id | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse thresholds of two kinds, crossed for the direction, and a negative band."""
        mixed = tuple(of_one_kind({"amber": self.amber, "red": self.red, "band": self.band}))
        yield from mixed
        if _plain(self.band) < 0:
            yield Problem("negative", ("band",), {"seen": str(self.band)})
        worse = (
            _plain(self.red) - _plain(self.amber) if self.direction == "high" else _plain(self.amber) - _plain(self.red)
        )
        if not mixed and worse < 0:
            yield Problem(
                "crossed", ("red",), {"amber": str(self.amber), "red": str(self.red), "direction": self.direction}
            )


class Covenant(Named):
    """A ratio that a financing demands: below `lock_up` nothing is distributed, below `default` it is in default."""

    metric: MeasureId
    lock_up: Value | None = None
    default: Value | None = None
    max: Value | None = None
    min: Value | None = None
    cure: Period | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a covenant without threshold, of two kinds, with a lock-up below its default or min above max."""
        limits = {"lock_up": self.lock_up, "default": self.default, "max": self.max, "min": self.min}
        if all(limit is None for limit in limits.values()):
            yield Problem("one_of_keys", params={"keys": " | ".join(limits)})
        mixed = tuple(of_one_kind(limits))
        yield from mixed
        if (
            not mixed
            and self.lock_up is not None
            and self.default is not None
            and _plain(self.lock_up) < _plain(self.default)
        ):
            yield Problem(
                "below", ("lock_up",), {"seen": str(self.lock_up), "key": "default", "limit": str(self.default)}
            )
        if not mixed and self.min is not None and self.max is not None and _plain(self.min) > _plain(self.max):
            yield Problem("above", ("min",), {"seen": str(self.min), "key": "max", "limit": str(self.max)})


class EarlyWarning(Clause):
    """Points of all indicators together, and from which sums the community is amber and red."""

    score: Literal["points_0_3"] = "points_0_3"
    single_red_escalates: Yes = True
    sum_amber: Positive = 5
    sum_red: Positive = 7

    def problems(self) -> Iterator[Problem]:
        """Refuse a red sum below the amber one."""
        if self.sum_red < self.sum_amber:
            yield Problem("below", ("sum_red",), {"seen": self.sum_red, "key": "sum_amber", "limit": self.sum_amber})


class AlarmBudget(Clause):
    """How many new alarms a person can carry."""

    per_person_per_week: Positive = 5
    review_if_exceeded: Yes = True


class Review(Clause):
    """How often the register and the whole are reviewed."""

    register_: Period | None = Field(default=None, alias="register")
    full: Period | None = None


class RiskRules(Clause):
    """Rules of mechanism 7, risk prevention."""

    categories: tuple[Id, ...] = ()
    appetite: Appetite = Field(default_factory=Appetite)
    indicators: tuple[Indicator, ...] = ()
    covenants: tuple[Covenant, ...] = ()
    early_warning: EarlyWarning = Field(default_factory=EarlyWarning)
    alarm_budget: AlarmBudget = Field(default_factory=AlarmBudget)
    agreements_required: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    agreement_alerts: tuple[Period, ...] = ()
    review: Review = Field(default_factory=Review)


def _plain(value: Decimal | Money) -> Decimal:
    return value.value if isinstance(value, Money) else value
