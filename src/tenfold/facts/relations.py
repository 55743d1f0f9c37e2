"""As-of views inside an engine: the rows of a big table that are visible at each end, as an Ibis expression."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis


def visible(table: "ibis.Table", ends: "ibis.Table") -> "ibis.Table":
    """Return the rows of a prepared table at every end at which they count, with the columns of `ends`.

    Same rule as `facts.as_of.visible`: it happened by then, was known by then, and nothing known by then corrects it.
    """
    crossed = table.cross_join(ends)
    return crossed.filter(
        crossed.occurred_at <= crossed.as_of,
        crossed.recorded_at <= crossed.known_at,
        crossed.corrected_at.isnull() | (crossed.corrected_at > crossed.known_at),
    )
