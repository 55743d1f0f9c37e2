"""What the decisions of one cycle look at: promises, sanctions, versions, currencies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tenfold.facts.standing import Sanction
from tenfold.mechanisms.incentives.ladder import sanctions
from tenfold.mechanisms.incentives.measures import commitments
from tenfold.terms.decision import MeasureRef
from tenfold.terms.measure import Facts
from tenfold.terms.money import from_minor
from tenfold.terms.rules import Rules

MECHANISM = "incentives"


@dataclass(frozen=True)
class Scene:
    """What the decisions of one cycle look at."""

    facts: Facts
    rules: Rules
    today: date

    @cached_property
    def promises(self) -> list[dict[str, Any]]:
        """Commitments as `view.promise` has them, in order."""
        return commitments(self.facts).sort("promise").to_dicts()

    @cached_property
    def own(self) -> Mapping[str, list[Sanction]]:
        """Party → its sanctions."""
        found: dict[str, list[Sanction]] = {}
        for one in sanctions(self.facts):
            found.setdefault(one.party, []).append(one)
        return found

    def version(self, promise: Mapping[str, Any]) -> Rules:
        """Return the charter version that judges a promise."""
        return next(rules for _, rules in self.rules.versions if rules.charter.version == promise["version"])

    def amount(self, minor: int, currency: str) -> str:
        """Write minor units in major units."""
        return from_minor(minor, self.rules.currencies.digits(currency) or 0)


def kept_rate_of(subject: str) -> tuple[MeasureRef, ...]:
    """Return the number that a decision about a promisor rests on."""
    return (MeasureRef("inc.kept_rate", subject),)
