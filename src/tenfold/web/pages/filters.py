"""Ways of looking at a list that one person keeps: they stand above the list from then on, for that person alone."""

from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.accounts import Seat

KEPT = 8  # filters that one person keeps of one page


def kept(viewer: Viewer, page: str) -> list[str]:
    """Return the filters of a page that the viewer keeps, the oldest first."""
    found: list[str] = _seat(viewer).filters.get(page, [])
    return found


def keep(viewer: Viewer, page: str, wanted: str, *, forget: bool) -> None:
    """Keep a filter of a page, or forget it; an empty one is none."""
    seat = _seat(viewer)
    others = [one for one in seat.filters.get(page, []) if one != wanted]
    held = others if forget or not wanted else [*others, wanted][-KEPT:]
    seat.filters = {**seat.filters, page: held}
    seat.save(update_fields=["filters"])


def _seat(viewer: Viewer) -> Seat:
    return Seat.objects.get(account=viewer.account, community=viewer.community)
