"""The charter section `screening`: needs, gates, scorecards, and how candidates are compared."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from tenfold.terms.clauses import Clause, Named, Problem
from tenfold.terms.scalars import ID, Count, Id, NonNegative, Period, Points, Positive, Share, Yes, refusal

EXACT_UP_TO = 18  # candidates; 2^18 sets are enumerated in a second, more only greedily (DOMAIN 2.2)
_EVERYBODY = ("all", "all_orgs")


def _applies_to(value: Any) -> str | tuple[str, ...]:
    if value in _EVERYBODY:
        return str(value)
    if isinstance(value, list | tuple) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise refusal("applies_to", value)


def _written(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


# `all`, `all_orgs`, or member classes
AppliesTo = Annotated[
    str | tuple[str, ...],
    PlainValidator(_applies_to),
    PlainSerializer(_written, return_type=str | list[str]),
    WithJsonSchema(
        {
            "oneOf": [
                {"enum": list(_EVERYBODY)},
                {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": ID}},
            ]
        }
    ),
]


class Need(Named):
    """What the project lacks: weight in points, and how many independent holders are wanted."""

    weight: Positive = 1
    redundancy: Positive = 1


class Gate(Named):
    """A knock-out: passed with evidence, by `min` verifiers, for a time."""

    applies_to: AppliesTo
    valid_for: Period | None = None
    min: Positive = 1


class Scorecard(Clause):
    """Points per criterion; a score below a veto cannot be compensated."""

    criteria: dict[Id, Points] = Field(min_length=1)
    min_total: Points = 0
    veto_below: dict[Id, Points] = Field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """Refuse criteria that all weigh nothing, and a veto on a criterion that is not scored."""
        if not any(self.criteria.values()):
            yield Problem("no_weight", ("criteria",))
        for key in self.veto_below:
            if key not in self.criteria:
                yield Problem("unknown_id", ("veto_below", key), {"seen": key, "where": "criteria"})


class Raters(Clause):
    """How many people rate a candidate, and from what spread they talk."""

    min: Positive = 2
    independent: Yes = True
    max_spread: Points = 25


class SetValue(Clause):
    """What a candidate adds to the set of members."""

    method: Literal["coverage"] = "coverage"
    overlap_penalty: NonNegative = Decimal(0)
    admit_if_gain_at_least: NonNegative = Decimal(0)
    exact_up_to: Annotated[int, Field(strict=True, ge=1, le=EXACT_UP_TO)] = EXACT_UP_TO


class Sensitivity(Clause):
    """Other methods that show whether the ranking depends on the method."""

    methods: tuple[Literal["topsis", "promethee2"], ...] = ()
    weight_draws: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 2000
    seed: Count = 0
    show_if_rank_changes: Yes = True


class Fairness(Clause):
    """The four-fifths look at pass rates, by attributes that are kept apart from every score."""

    attributes: tuple[Literal["size", "region", "source", "country", "type", "language", "tier"], ...] = ()
    impact_ratio_alert: Share = Decimal("0.80")
    min_group: Positive = 10


class AdmissionDecision(Clause):
    """Who admits: the engine proposes, people decide."""

    propose: Literal["engine"] = "engine"
    decide: Id
    persons: Positive = 1
    within: Period | None = None


class ScreeningRules(Clause):
    """Rules of mechanism 2, member screening."""

    needs: tuple[Need, ...] = ()
    gates: tuple[Gate, ...] = ()
    scorecards: dict[Id, Scorecard] = Field(default_factory=dict)
    raters: Raters = Field(default_factory=Raters)
    set_value: SetValue = Field(default_factory=SetValue)
    sensitivity: Sensitivity | None = None
    fairness: Fairness | None = None
    decision: AdmissionDecision | None = None
