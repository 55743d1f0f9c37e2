"""What a reader must know of the charter to read cells: its time zone, its currencies, its ids."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tenfold.terms.money import Currencies


@dataclass(frozen=True)
class Context:
    """The charter's side of reading facts.

    `codes` maps every path of `declaration.code_paths()` to the ids that a cell may hold; a path left out allows none.
    None means that no charter is at hand: codes are then not checked. `now` is the community's clock: nothing can be
    known after it; None where no clock is at hand.
    """

    timezone: str = "UTC"
    currencies: Currencies = field(default_factory=lambda: Currencies({}))
    codes: Mapping[str, Collection[str]] | None = None
    now: datetime | None = None
