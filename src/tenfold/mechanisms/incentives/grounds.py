"""What the decisions of one cycle look at: promises, sanctions, versions, currencies."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tenfold.facts.standing import Sanction
from tenfold.mechanisms.incentives.ladder import sanctions
from tenfold.mechanisms.incentives.measures import commitments
from tenfold.terms.decision import MeasureRef
from tenfold.terms.draft import Grounds
from tenfold.terms.rules import Rules

PROMISES = ("promise.own",)


@dataclass(frozen=True)
class IncentiveGrounds(Grounds):
    """What the decisions of one cycle look at."""

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


def kept_rate_of(subject: str) -> tuple[MeasureRef, ...]:
    """Return the number that a decision about a promisor rests on."""
    return (MeasureRef("inc.kept_rate", subject),)
