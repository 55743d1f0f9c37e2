"""The rules a measure is given: the charter in force at its ends, and the versions that judge older facts.

The sections are models of ten mechanisms that may not import each other, so their types are not named here; each
mechanism reads its own section, and of another's only what the registry or DESIGN assigns to it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

import polars as pl

from tenfold.terms.durations import Duration
from tenfold.terms.money import Currencies


class Rules(Protocol):
    """One charter version, with its neighbours in time.

    charter, community and the ten sections are pydantic models (see `charter/document.py`).
    """

    charter: Any
    community: Any
    goals: Any
    screening: Any
    value: Any
    interaction: Any
    incentives: Any
    distribution: Any
    risk: Any
    adjustment: Any
    insight: Any
    culture: Any

    @property
    def currencies(self) -> Currencies:
        """ISO 4217 and the charter's own units."""
        ...

    @property
    def calendar(self) -> "Calendar":
        """The working calendar of `charter.calendar`."""
        ...

    @property
    def versions(self) -> Sequence[tuple[datetime, "Rules"]]:
        """Every version present with the instant from which it is in force, oldest first."""
        ...

    def judging(self, at: datetime) -> "Rules":
        """Return the version in force at an instant; the oldest one present judges anything older."""
        ...


class Calendar(Protocol):
    """Holidays and make-up days; without data every day counts and weekends are no working days."""

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is a statutory holiday (clock days skip it)."""
        ...

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day: weekends and holidays out, make-up days in."""
        ...

    def provisional(self, year: int) -> bool:
        """Whether no data was published for `year`."""
        ...

    def clock(self, day: date) -> int:
        """Return the running number of clock days; differences are clock days between."""
        ...

    def working(self, day: date) -> int:
        """Return the running number of working days; differences are working days between."""
        ...

    def add(self, day: date, duration: Duration) -> date:
        """Return the day on which `duration` from `day` is complete, by the clock of its unit."""
        ...

    def table(self, first: date, last: date) -> pl.DataFrame:
        """Return date, clock, working (Int32) and provisional (Boolean) of every day from `first` to `last`."""
        ...
