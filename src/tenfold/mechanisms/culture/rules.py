"""The charter section `culture`: values, rituals, surveys, recognition, reports, brand."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from tenfold.terms.clauses import Clause, Named
from tenfold.terms.durations import Duration
from tenfold.terms.scalars import Count, Id, Period, Text, Yes

K_ANONYMITY = 5  # survey answers only in groups of five or more (DOMAIN §14, 9)


class SharedValue(Named):
    """A value, and the behaviour by which one sees it."""

    means: Text | None = None


class Ritual(Named):
    """Something the community does again and again."""

    every: Period
    owner: Id | None = None


class Survey(Clause):
    """A questionnaire and how often it is asked."""

    instrument: Id
    every: Period


class Surveys(Clause):
    """Surveys by id, beside the smallest group that is ever shown."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[Id, Survey] = Field(init=False)

    k_anonymity: Annotated[int, Field(strict=True, ge=K_ANONYMITY)] = K_ANONYMITY

    @property
    def by_id(self) -> dict[Id, Survey]:
        """Return the surveys."""
        return dict(self.__pydantic_extra__ or {})


class Recognition(Clause):
    """How many thanks a month, and whether they are shown."""

    peer_thanks_per_month: Count = 3
    share_on_wall: Literal["consent", "never"] = "consent"


class Report(Named):
    """A publication of the community; brand content may be public, offering content never."""

    every: Period
    brand_only: Yes


class Brand(Clause):
    """What share of voice counts, and how long a referral is credited."""

    sov_terms: tuple[Text, ...] = ()
    competitors_tracked: Count = 0
    referral_window: Period = Duration(90, "d")


class CultureRules(Clause):
    """Rules of mechanism 10, culture and spread."""

    values: tuple[SharedValue, ...] = ()
    rituals: tuple[Ritual, ...] = ()
    surveys: Surveys = Field(default_factory=Surveys)
    recognition: Recognition = Field(default_factory=Recognition)
    reports: tuple[Report, ...] = ()
    brand: Brand = Field(default_factory=Brand)
