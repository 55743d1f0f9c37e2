"""What a jurisdiction asks of a charter: one limit on the places that a pattern names, and how two limits compare.

Numbers compare as exact fractions, durations by the fewest days they can mean: two months are 59 days at least, so they
are below a floor of 60 days.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tenfold.charter.pointers import find
from tenfold.terms.durations import Duration, add_months
from tenfold.terms.listed import Listed
from tenfold.terms.scalars import read_money

CAPITAL = frozenset({"equity"})  # instruments that are no debt
Kind = Literal["floor", "ceiling", "fixed", "never", "requires", "forbidden", "capital_share"]
KINDS: tuple[Kind, ...] = ("floor", "ceiling", "fixed", "never", "requires", "forbidden", "capital_share")


class Limit(BaseModel):
    """One limit of a profile, with its source. Exactly one of the kinds is given.

    floor, ceiling   the value may not be below or above
    fixed            the value must be this
    never            the value may be none of these
    requires         the list must hold an item with this id
    forbidden        the key may not be there
    capital_share    of a stage's raises together, at least this share is capital and no debt
    rule             id in the list of compliance rules, where it has one
    sure             H the text or several sources seen, M one secondary source, L from memory
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pointer: str
    floor: str | int | None = None
    ceiling: str | int | None = None
    fixed: str | bool | None = None
    never: tuple[str, ...] = ()
    requires: str | None = None
    forbidden: bool = False
    capital_share: str | None = None
    rule: str | None
    source: str
    effective: date
    sure: Literal["H", "M", "L"]

    @property
    def kind(self) -> Kind:
        """Which of the kinds this limit is."""
        return next(kind for kind in KINDS if getattr(self, kind) not in (None, (), False))

    @property
    def bound(self) -> str:
        """The limit itself, as written."""
        value = getattr(self, self.kind)
        return Listed(value) if isinstance(value, tuple) else str(value).lower() if value is True else str(value)

    def stricter_than(self, other: "Limit") -> bool:
        """Whether this limit leaves less room than another of the same kind at the same pointer."""
        mine, theirs = size(getattr(self, self.kind)), size(getattr(other, other.kind))
        if mine is None or theirs is None:
            return False
        return mine < theirs if self.kind == "ceiling" else mine > theirs

    def broken(self, tree: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return (pointer, value seen) of every place that breaks the limit."""
        return [
            (pointer, _shown(seen))
            for pointer, seen in ((place, self._seen(value)) for place, value in find(tree, self.pointer))
            if self._breaks(seen)
        ]

    def _seen(self, value: Any) -> Any:
        if self.kind == "capital_share":
            return capital_share(value)
        if self.kind == "requires":
            return [item.get("id") for item in value]
        return value

    def _breaks(self, seen: Any) -> bool:
        if self.kind in ("floor", "ceiling", "capital_share"):
            measured, bound = size(seen), size(getattr(self, self.kind))
            if measured is None or bound is None:
                return False
            return measured > bound if self.kind == "ceiling" else measured < bound
        if self.kind == "requires":
            return self.requires not in seen
        return self.forbidden or seen in self.never or (self.fixed is not None and seen != self.fixed)


def size(value: object) -> Fraction | None:
    """Return a number as a fraction and a duration as its fewest days; None for what has no size."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | Fraction):
        return Fraction(value)
    text = str(value)
    try:
        return Fraction(fewest_days(Duration.parse(text)))
    except ValueError:
        pass
    try:
        return Fraction(text)
    except ValueError:
        return None


def fewest_days(duration: Duration) -> int:
    """Return the fewest calendar days that a duration can mean: 2m is 59 days (July has 31, February 28)."""
    months = duration.months
    if months is None:
        return duration.count
    starts = [date(2001 + n // 12, n % 12 + 1, 1) for n in range(48)]
    return min((add_months(start, months) - start).days for start in starts)


def capital_share(stage: Mapping[str, Any]) -> Fraction | None:
    """Return capital ÷ all money that a stage raises; None without a raise or in several currencies."""
    raises = [*([stage["raise"]] if "raise" in stage else []), *stage.get("also", ())]
    amounts = [(each["instrument"], read_money(each["target"])) for each in raises]
    whole = sum(amount.value for _, amount in amounts)
    if not whole or len({amount.currency for _, amount in amounts}) > 1:
        return None
    return Fraction(sum(amount.value for name, amount in amounts if name in CAPITAL)) / Fraction(whole)


def _shown(seen: Any) -> str:
    if isinstance(seen, list):
        return Listed(str(item) for item in seen)
    if isinstance(seen, Fraction):
        return f"{float(seen):.4f}"
    return str(seen).lower() if isinstance(seen, bool) else str(seen)
