"""What can be put in order: keys that settle ties, scores of one rule."""

from typing import Any, Protocol


class Ordered(Protocol):
    """Comparable with its own kind, and fit to be a key."""

    def __lt__(self, other: Any, /) -> bool:
        """Whether it stands before another."""
        ...

    def __hash__(self) -> int:
        """Return the same number for equal ones."""
        ...
