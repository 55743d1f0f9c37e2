"""The charter section `goals`: stages with their raise and key results, the funnel, the forecast."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

from tenfold.terms.clauses import Clause, Label, Named, Problem, above_zero, of_one_kind
from tenfold.terms.durations import Duration
from tenfold.terms.listed import Listed
from tenfold.terms.scalars import AboveZero, Day, Id, MeasureId, Money, NonNegative, Period, Share, Value


class Raise(Clause):
    """Money to be raised with one instrument."""

    instrument: Id
    target: Money
    minimum_close: Money | None = None
    pre_money: Money | None = None
    close_by: Day | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a raise of nothing, a minimum above the target and two currencies in one raise."""
        yield from above_zero(self, "target", "minimum_close", "pre_money")
        for key in ("minimum_close", "pre_money"):
            amount = getattr(self, key)
            if amount is not None and amount.currency != self.target.currency:
                yield Problem("other_currency", (key,), {"seen": str(amount), "expected": self.target.currency})
        if (
            self.minimum_close is not None
            and self.minimum_close.currency == self.target.currency
            and self.minimum_close.value > self.target.value
        ):
            yield Problem(
                "above",
                ("minimum_close",),
                {"seen": str(self.minimum_close), "key": "target", "limit": str(self.target)},
            )


class KeyResult(Named):
    """A number to be reached by a date; a baseline above the target means lower is better."""

    metric: MeasureId
    baseline: Value
    target: Value
    due: Day
    weight: NonNegative = Decimal(1)
    type: Literal["committed", "aspirational"] = "committed"

    def problems(self) -> Iterator[Problem]:
        """Refuse a target equal to the baseline, or of another kind."""
        yield from of_one_kind({"baseline": self.baseline, "target": self.target})
        if self.baseline == self.target:
            yield Problem("no_way_to_go", ("target",), {"seen": str(self.target)})


class Stage(Clause):
    """What one stage is for."""

    purpose: Label | None = None
    raise_: Raise | None = Field(default=None, alias="raise")
    also: tuple[Raise, ...] = ()
    key_results: tuple[KeyResult, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Refuse key results that all weigh nothing: no score comes of them."""
        if self.key_results and not any(result.weight for result in self.key_results):
            yield Problem("no_weight", ("key_results",))


class FunnelStage(Named):
    """A state of an investor, the probability that it closes, the kinds of document that prove it."""

    p_close: Share
    evidence: tuple[Id, ...] = ()


class Funnel(Clause):
    """The way of a deal; its last stage is money received."""

    prior_strength: AboveZero = Decimal(10)
    update: Literal["none", "beta"] = "none"
    stale_after: Period = Duration(14, "d")
    stages: tuple[FunnelStage, ...] = ()


class Forecast(Clause):
    """How the forecast is computed: exact convolution, a common factor, three quantiles."""

    method: Literal["convolution"] = "convolution"
    correlation: Share = Decimal("0.20")
    quantiles: tuple[Share, Share, Share] = (Decimal("0.10"), Decimal("0.50"), Decimal("0.90"))

    def problems(self) -> Iterator[Problem]:
        """Refuse quantiles out of order or at 0 and 1, and full correlation."""
        low, middle, high = self.quantiles
        if not 0 < low < middle < high < 1:
            yield Problem("quantiles", ("quantiles",), {"seen": Listed(self.quantiles)})
        if self.correlation == 1:
            yield Problem("below_one", ("correlation",), {"seen": "1"})


class GoalsRules(Clause):
    """Rules of mechanism 1, goal setting."""

    stages: dict[Id, Stage] = Field(default_factory=dict)
    funnel: Funnel = Field(default_factory=Funnel)
    forecast: Forecast = Field(default_factory=Forecast)
