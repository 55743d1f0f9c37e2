"""What one part of a charter says about another: every id that is referred to exists, money is compared with money."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tenfold.charter.document import VOTE, Charter
from tenfold.mechanisms.goals.rules import KeyResult
from tenfold.mechanisms.risk.rules import Covenant, Indicator
from tenfold.mechanisms.screening.rules import AdmissionDecision
from tenfold.terms.clauses import Condition, Path, Problem, walk
from tenfold.terms.measure import RANGES
from tenfold.terms.money import Currencies, to_minor
from tenfold.terms.scalars import Money

if TYPE_CHECKING:
    from tenfold.terms.measure import Spec

ALUMNI = "alumni"  # the built-in segment of those who left
# Measures of one each, where a rule about the community finds no single number …
OF_EACH = frozenset({"member", "party", "opportunity", "member × pool", "member × facet", "party × gate"})
ALSO_TOGETHER = frozenset({"rel.response_km"})  # … but for those that have a row of the community too
OF_MEMBERS = frozenset({"member", "promisor", "party"})  # measures that an exit can look at
_THRESHOLDS: Mapping[type, tuple[str, ...]] = {
    Condition: ("value",),
    KeyResult: ("baseline", "target"),
    Indicator: ("amber", "red", "band"),
    Covenant: ("lock_up", "default", "max", "min"),
}
_NO_NUMBER = frozenset({"code", "date", "yes/no", "row", "key"})


@dataclass(frozen=True, slots=True)
class _Known:
    """The ids that exist, and where a complaint says they are listed."""

    ids: Collection[str]
    where: str

    def missing(self, references: Iterable[tuple[Path, str]], *, key: bool = False) -> Iterator[Problem]:
        for path, id in references:
            if id not in self.ids:
                yield Problem("unknown_id", path, {"seen": id, "where": self.where}, key)


def references(charter: Charter) -> Iterator[Problem]:
    """Yield each id that does not exist where the charter says it does."""
    classes = _Known({item.id for item in charter.community.member_classes}, "community/member_classes")
    roles = {item.id for item in charter.community.roles}
    people = _Known({*classes.ids, *roles}, "community/roles, community/member_classes")
    yield from _stages(charter)
    yield from _classes(charter, classes)
    yield from _people(charter, people)
    yield from _offers_and_needs(charter)


def amounts(charter: Charter) -> Iterator[Problem]:
    """Yield each amount of an unknown currency, with more decimals than it has, or not in the charter's currency.

    Only `also` of a stage may raise in another currency; whatever is compared or paid is in the charter's own.
    """
    currencies, own = charter.currencies, charter.charter.currency
    for path, value in walk(charter):
        if isinstance(value, Money):
            yield from _amount(path, value, currencies)
            if value.currency != own and currencies.digits(value.currency) is not None and "also" not in path:
                yield Problem("other_currency", path, {"seen": str(value), "expected": own})


def measures(charter: Charter, known: Mapping[str, "Spec"]) -> Iterator[Problem]:
    """Yield each measure that does not exist, is no number, or is compared with the wrong kind of value."""
    for number, id in enumerate(charter.insight.calibration.forecasts):
        at: Path = ("insight", "calibration", "forecasts", number)
        if id not in known:
            yield Problem("unknown_measure", at, {"seen": id})
        elif known[id].unit != "probability":
            yield Problem("measure_not_probability", at, {"seen": id})
    for path, clause in walk(charter):
        fields = next((names for kind, names in _THRESHOLDS.items() if isinstance(clause, kind)), ())
        if fields and clause.metric is not None:
            yield from _compared(path, clause, fields, known)


def _compared(path: Path, clause: Any, fields: tuple[str, ...], known: Mapping[str, "Spec"]) -> Iterator[Problem]:
    spec = known.get(clause.metric)
    if spec is None or spec.kind != "measure":
        yield Problem("unknown_measure", (*path, "metric"), {"seen": clause.metric})
        return
    if spec.unit in _NO_NUMBER:
        yield Problem("measure_no_number", (*path, "metric"), {"seen": clause.metric})
        return
    if isinstance(clause, KeyResult) and spec.direction == "none":
        yield Problem("measure_no_direction", (*path, "metric"), {"seen": clause.metric})
    yield from _of_whom(path, spec)
    for name in fields:
        value = getattr(clause, name)
        if value is not None and isinstance(value, Money) != (spec.unit == "money"):
            id = "measure_is_money" if spec.unit == "money" else "measure_not_money"
            yield Problem(id, (*path, name), {"seen": str(value), "metric": clause.metric})
        elif isinstance(value, Decimal) and name != "band":
            yield from _beyond((*path, name), value, spec)


def _of_whom(path: Path, spec: "Spec") -> Iterator[Problem]:
    """Yield a problem where a rule about members names a measure of the whole, or the reverse.

    The tests of a waterfall's tiers are about all subjects of a measure together.
    """
    if path[:3] == ("adjustment", "exit", "propose_if"):
        if spec.subject not in OF_MEMBERS:
            yield Problem("measure_not_of_members", (*path, "metric"), {"seen": spec.id})
    elif path[0] != "distribution" and spec.subject in OF_EACH and spec.id not in ALSO_TOGETHER:
        yield Problem("measure_of_each", (*path, "metric"), {"seen": spec.id})


def _beyond(path: Path, value: Decimal, spec: "Spec") -> Iterator[Problem]:
    """Yield a problem for a number that the measure never comes to."""
    low, high = RANGES.get(spec.unit, (None, None))
    if (low is not None and value < low) or (high is not None and value > high):
        params = {"seen": str(value), "metric": spec.id, "low": str(low), "high": "∞" if high is None else str(high)}
        yield Problem("beyond_measure", path, params)


def _amount(path: Path, amount: Money, currencies: Currencies) -> Iterator[Problem]:
    digits = currencies.digits(amount.currency)
    if digits is None:
        yield Problem("unknown_currency", path, {"seen": amount.currency})
    elif to_minor(amount.value, digits) is None:
        yield Problem("money_digits", path, {"seen": str(amount), "digits": digits})


def _stages(charter: Charter) -> Iterator[Problem]:
    stages = _Known(charter.community.stages, "community/stages")
    yield from stages.missing(_keys(("goals", "stages"), charter.goals.stages), key=True)
    sizes = charter.adjustment.membership_by_stage
    yield from stages.missing(_keys(("adjustment", "membership_by_stage"), sizes), key=True)


def _classes(charter: Charter, classes: _Known) -> Iterator[Problem]:
    screening, adjustment = charter.screening, charter.adjustment
    for number, gate in enumerate(screening.gates):
        if not isinstance(gate.applies_to, str):
            yield from classes.missing(_items(("screening", "gates", number, "applies_to"), gate.applies_to))
    for number, segment in enumerate(charter.value.segments):
        if segment.match.class_ is not None:
            yield from classes.missing([(("value", "segments", number, "match", "class"), segment.match.class_)])
    for name, kind in charter.distribution.contribution_types.items():
        yield from classes.missing(_items(("distribution", "contribution_types", name, "of"), kind.of))
    consent = adjustment.entry.lender_consent_for
    yield from classes.missing(_items(("adjustment", "entry", "lender_consent_for"), consent))
    keyed: tuple[tuple[Path, Mapping[str, Any]], ...] = (
        (("screening", "scorecards"), screening.scorecards),
        (("risk", "agreements_required"), charter.risk.agreements_required),
        (("adjustment", "exit", "lock_in"), adjustment.exit.lock_in),
        *(
            (("adjustment", "membership_by_stage", stage, "class_min"), size.class_min)
            for stage, size in adjustment.membership_by_stage.items()
        ),
    )
    for path, keys in keyed:
        yield from classes.missing(_keys(path, keys), key=True)


def _people(charter: Charter, people: _Known) -> Iterator[Problem]:
    """Owners are a role or a member class; deciders may also be the vote."""
    deciders = _Known({*people.ids, VOTE}, f"{people.where}, {VOTE}")
    if charter.screening.decision is not None:
        yield from deciders.missing([(("screening", "decision", "decide"), charter.screening.decision.decide)])
        yield from _enough_seats(charter, charter.screening.decision)
    for number, step in enumerate(charter.incentives.ladder):
        if step.decide is not None:
            yield from deciders.missing([(("incentives", "ladder", number, "decide"), step.decide)])
    if charter.distribution.approve is not None:
        signers = charter.distribution.approve.dual_control
        yield from people.missing(_items(("distribution", "approve", "dual_control"), signers))
    owned: tuple[tuple[Path, Iterable[Any]], ...] = (
        (("risk", "indicators"), charter.risk.indicators),
        (("culture", "rituals"), charter.culture.rituals),
    )
    for path, items in owned:
        for number, item in enumerate(items):
            if item.owner is not None:
                yield from people.missing([((*path, number, "owner"), item.owner)])


def _enough_seats(charter: Charter, decision: AdmissionDecision) -> Iterator[Problem]:
    seats = {role.id: role.seats for role in charter.community.roles}.get(decision.decide)
    if seats is not None and decision.persons > seats:
        params = {"seen": decision.persons, "role": decision.decide, "seats": seats}
        yield Problem("too_few_seats", ("screening", "decision", "persons"), params)


def _offers_and_needs(charter: Charter) -> Iterator[Problem]:
    value, interaction = charter.value, charter.interaction
    needs = _Known({need.id for need in charter.screening.needs}, "screening/needs")
    for number, segment in enumerate(value.segments):
        if segment.match.capability is not None:
            path = ("value", "segments", number, "match", "capability")
            yield from needs.missing([(path, segment.match.capability)])
    segments = _Known({ALUMNI, *(segment.id for segment in value.segments)}, f"value/segments, {ALUMNI}")
    yield from segments.missing(_keys(("interaction", "cadence"), interaction.cadence), key=True)
    talks = interaction.one_to_one_per_year
    yield from segments.missing(_keys(("interaction", "one_to_one_per_year"), talks), key=True)
    rights = _Known({VOTE, *(offer.id for offer in value.offers)}, f"value/offers, {VOTE}")
    for number, step in enumerate(charter.incentives.ladder):
        yield from rights.missing(_items(("incentives", "ladder", number, "rights"), step.rights))


def _keys(path: Path, mapping: Mapping[str, Any]) -> list[tuple[Path, str]]:
    return [((*path, key), key) for key in mapping]


def _items(path: Path, ids: Iterable[str]) -> list[tuple[Path, str]]:
    return [((*path, number), id) for number, id in enumerate(ids)]
