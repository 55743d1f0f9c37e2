"""Several things in one parameter of a message: a sentence joins them as its language does."""

from collections.abc import Iterable
from typing import Self

COMMA = ", "  # between things where programs read them
BETWEEN = " · "  # between parts of one thing, and between sentences that share a cell, in either language


class Listed(str):
    """Several things as one text, `signed, wired`, that still knows them one by one.

    Programs read the text. A Chinese sentence writes 、 between the things, and what a thing itself holds, the comma
    of “Wang, Li”, stays as it is.
    """

    __slots__ = ("parts",)
    parts: tuple[str, ...]

    def __new__(cls, parts: Iterable[object]) -> Self:
        """Join the parts for programs, and keep them."""
        each = tuple(str(part) for part in parts)
        made = super().__new__(cls, COMMA.join(each))
        made.parts = each
        return made
