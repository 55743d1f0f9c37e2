"""The charter section `value`: segments with their jobs, offers that serve them, how the community listens."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from tenfold.terms.clauses import Clause, Named, Problem
from tenfold.terms.scalars import Gap, Id, Money, Period

BUILT_IN = frozenset({"alumni", "other"})  # segments that every community has
SERVES_AT_MOST = 3
ANSWERS_AT_LEAST = 5  # survey answers are shown in groups of five or more (DOMAIN §14, 9)


class Match(Clause):
    """Who belongs to a segment: every given part must hold."""

    class_: Id | None = Field(default=None, alias="class")
    capability: Id | None = None
    ticket_at_least: Money | None = None
    ticket_below: Money | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a range of tickets that holds none."""
        least, below = self.ticket_at_least, self.ticket_below
        if least is not None and below is not None and below.currency == least.currency and below.value <= least.value:
            yield Problem(
                "not_above", ("ticket_below",), {"seen": str(below), "key": "ticket_at_least", "limit": str(least)}
            )


class Segment(Named):
    """Members with the same jobs; the first segment that matches takes a member."""

    match: Match = Field(default_factory=Match)
    jobs: tuple[Id, ...] = ()


class Offer(Named):
    """What a segment is promised, which jobs it serves (0 to 3) and how soon."""

    serves: dict[Id, Annotated[int, Field(strict=True, ge=0, le=SERVES_AT_MOST)]] = Field(default_factory=dict)
    entitles: tuple[Id, ...] = ()
    sla: Period | None = None


class Listen(Clause):
    """When members are asked, and from how many answers a result is shown."""

    nps_every: Gap | None = None
    csat_after: tuple[Id, ...] = ()
    min_answers: Annotated[int, Field(strict=True, ge=ANSWERS_AT_LEAST)] = ANSWERS_AT_LEAST


class ValueRules(Clause):
    """Rules of mechanism 3, value delivery."""

    segments: tuple[Segment, ...] = ()
    offers: tuple[Offer, ...] = ()
    listen: Listen = Field(default_factory=Listen)

    def problems(self) -> Iterator[Problem]:
        """Refuse built-in segments, unknown segments and offers, and jobs that no segment has."""
        segments = {segment.id for segment in self.segments}
        jobs = {job for segment in self.segments for job in segment.jobs}
        offers = {offer.id for offer in self.offers}
        for number, segment in enumerate(self.segments):
            if segment.id in BUILT_IN:
                yield Problem("built_in", ("segments", number, "id"), {"seen": segment.id})
        for number, offer in enumerate(self.offers):
            for index, id in enumerate(offer.entitles):
                if id not in segments:
                    yield Problem(
                        "unknown_id", ("offers", number, "entitles", index), {"seen": id, "where": "value/segments"}
                    )
            for job in offer.serves:
                if job not in jobs:
                    yield Problem(
                        "unknown_id", ("offers", number, "serves", job), {"seen": job, "where": "value/segments/jobs"}
                    )
        for index, id in enumerate(self.listen.csat_after):
            if id not in offers:
                yield Problem("unknown_id", ("listen", "csat_after", index), {"seen": id, "where": "value/offers"})
