"""The charter: one document of a head, the community and ten sections, and its versions in time.

`Charter` implements `tenfold.terms.rules.Rules`. A version is in force from 00:00 local time of `effective_from` to the
next one's; the oldest one present judges anything older (FACTS.md §4).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

import iso4217
from pydantic import AfterValidator, Field, PrivateAttr

from tenfold.mechanisms.adjustment.rules import AdjustmentRules
from tenfold.mechanisms.culture.rules import CultureRules
from tenfold.mechanisms.distribution.rules import DistributionRules
from tenfold.mechanisms.goals.rules import GoalsRules
from tenfold.mechanisms.incentives.rules import IncentivesRules
from tenfold.mechanisms.insight.rules import InsightRules
from tenfold.mechanisms.interaction.rules import InteractionRules
from tenfold.mechanisms.risk.rules import RiskRules
from tenfold.mechanisms.screening.rules import ScreeningRules
from tenfold.mechanisms.value.rules import ValueRules
from tenfold.terms.clauses import Clause, Label, Language, Named, Problem, needs
from tenfold.terms.days import first_instant
from tenfold.terms.errors import Complaint, Place
from tenfold.terms.money import Currencies, iso_digits
from tenfold.terms.scalars import Count, Currency, Day, Id, Period, Positive, Slug, Text, refusal

if TYPE_CHECKING:
    from tenfold.terms.rules import Calendar

TEN = (
    "goals",
    "screening",
    "value",
    "interaction",
    "incentives",
    "distribution",
    "risk",
    "adjustment",
    "insight",
    "culture",
)
UNITS_AT_MOST = 8
VOTE = "vote"  # the built-in decider


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise refusal("timezone", name) from None
    return name


Timezone = Annotated[Text, AfterValidator(_timezone)]


class Observe(Clause):
    """The grid on which observations are counted: every so many days on a weekday, or every so many months."""

    every: Period
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a weekday that the span does not keep."""
        if self.weekday is not None and (self.every.unit != "d" or self.every.count % 7):
            yield Problem("weekday", ("weekday",), {"seen": self.weekday, "every": str(self.every)})


class Unit(Clause):
    """A unit of account that the community declares, with its decimals."""

    digits: Annotated[int, Field(strict=True, ge=0, le=8)]


class Head(Clause):
    """What the charter is, from when it is in force, and where it is at home."""

    id: Slug
    version: Positive
    title: Label
    effective_from: Day
    supersedes: Count | None = None
    adopted_by: Text | None = None
    jurisdiction: tuple[Slug, ...] = ()
    currency: Currency
    timezone: Timezone
    calendar: Annotated[str, Field(strict=True, pattern=r"^[A-Z]{2,8}$")] | None = None
    observe: Observe
    languages: tuple[Language, ...] = Field(min_length=1)
    units: dict[Currency, Unit] = Field(default_factory=dict, max_length=UNITS_AT_MOST)

    def problems(self) -> Iterator[Problem]:
        """Refuse an unknown currency, a unit that shadows ISO 4217, and a version that supersedes a later one."""
        for code in self.units:
            if is_iso(code):
                yield Problem("shadows_iso", ("units", code), {"seen": code})
        if self.currency not in self.units and iso_digits(self.currency) is None:
            yield Problem("unknown_currency", ("currency",), {"seen": self.currency})
        if self.supersedes is not None and self.supersedes >= self.version:
            yield Problem("supersedes", ("supersedes",), {"seen": self.supersedes, "version": self.version})


class MemberClass(Named):
    """A legal class of members: what agreements bind."""


class Role(Named):
    """What somebody does here, for a term; seats may be reserved for classes."""

    term: Period | None = None
    max_terms: Positive | None = None
    seats: Positive | None = None
    reserve: dict[Id, Count] = Field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """Refuse a limit on terms that have no length."""
        yield from needs(self, "max_terms", "term")


class Community(Clause):
    """Who the community is made of, and the stages of its project."""

    member_classes: tuple[MemberClass, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = ()
    stages: tuple[Id, ...] = Field(min_length=1)
    current_stage: Id
    project: Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")] | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a stage that is not listed, a reserve for an unknown class, and a built-in id."""
        classes = {item.id for item in self.member_classes}
        if self.current_stage not in self.stages:
            params = {"seen": self.current_stage, "where": "community/stages"}
            yield Problem("unknown_id", ("current_stage",), params)
        for number, role in enumerate(self.roles):
            for key in role.reserve:
                if key not in classes:
                    params = {"seen": key, "where": "community/member_classes"}
                    yield Problem("unknown_id", ("roles", number, "reserve", key), params)
        for key in ("member_classes", "roles"):
            for number, item in enumerate(getattr(self, key)):
                if item.id == VOTE:
                    yield Problem("built_in", (key, number, "id"), {"seen": VOTE})


class Charter(Clause):
    """One version of the charter, complete; it knows its neighbours in time."""

    charter: Head
    community: Community
    goals: GoalsRules
    screening: ScreeningRules
    value: ValueRules
    interaction: InteractionRules
    incentives: IncentivesRules
    distribution: DistributionRules
    risk: RiskRules
    adjustment: AdjustmentRules
    insight: InsightRules
    culture: CultureRules

    _sha256: str = PrivateAttr("")
    _file: str = PrivateAttr("")
    _place: Callable[[str], Place] | None = PrivateAttr(None)
    _rulebook: "Rulebook | None" = PrivateAttr(None)

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes of the file it was loaded from; empty for one made in memory."""
        return self._sha256

    @property
    def file(self) -> str:
        """The file it was loaded from, as named in complaints."""
        return self._file

    def placed(self, complaint: Complaint) -> Complaint:
        """Return a complaint about this charter with file, line and column of its pointer."""
        if self._place is None:
            return complaint
        return replace(complaint, place=self._place(complaint.place.pointer or ""))

    @property
    def version(self) -> int:
        """The number of this version."""
        return self.charter.version

    @property
    def effective_from(self) -> datetime:
        """The instant from which this version is in force: 00:00 local time, in UTC."""
        return first_instant(self.charter.effective_from, self.charter.timezone)

    @property
    def currencies(self) -> Currencies:
        """ISO 4217 and the charter's own units."""
        return Currencies({code: unit.digits for code, unit in self.charter.units.items()})

    @property
    def calendar(self) -> "Calendar":
        """The working calendar of `charter.calendar`."""
        from tenfold.charter.calendar import calendar_of

        return calendar_of(self.charter.calendar)

    def within(self, rulebook: "Rulebook") -> "Charter":
        """Return this version as one of a rulebook's."""
        charter = self.model_copy()
        charter._rulebook = rulebook
        return charter

    @property
    def versions(self) -> Sequence[tuple[datetime, "Charter"]]:
        """Every version present with the instant from which it is in force, oldest first."""
        return self._rulebook.versions if self._rulebook else ((self.effective_from, self),)

    def judging(self, at: datetime) -> "Charter":
        """Return the version in force at an instant; the oldest one present judges anything older."""
        return self._rulebook.judging(at) if self._rulebook else self


class Rulebook:
    """The versions of one charter that are present, oldest first.

    charters    every version that is present
    versions    those that are or will be in force, each with the instant from which it is
    """

    def __init__(self, charters: Sequence[Charter], versions: Sequence[tuple[datetime, Charter]] | None = None) -> None:
        """Take charters as they are: what others hold of them does not change."""
        self.charters = tuple(charter.within(self) for charter in sorted(charters, key=lambda charter: charter.version))
        own = {charter.version: charter for charter in self.charters}
        dated = [(charter.effective_from, charter) for charter in self.charters] if versions is None else versions
        self.versions = tuple((begins, own[charter.version]) for begins, charter in dated)

    @property
    def newest(self) -> Charter:
        """The newest version, in force or not yet."""
        return self.charters[-1]

    @property
    def oldest(self) -> Charter:
        """The oldest version in force, which judges anything older too."""
        return self.versions[0][1]

    def judging(self, at: datetime) -> Charter:
        """Return the version in force at an instant; the oldest one present judges anything older."""
        begun = [charter for start, charter in self.versions if start <= at]
        return begun[-1] if begun else self.oldest


def is_iso(code: str) -> bool:
    """Whether ISO 4217 knows the code, with or without digits."""
    try:
        iso4217.Currency(code)
    except ValueError:
        return False
    return True
