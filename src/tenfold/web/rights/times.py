"""Times by the clock of whoever reads them; days stay the community's, for its rules count by them."""

from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from tenfold.report.days import instant_said
from tenfold.report.words import say
from tenfold.terms.days import local_time
from tenfold.web.rights.viewers import Viewer

NO_PLACES = ("Etc/", "SystemV/")  # zones that are named after an offset and not after a place


@cache
def zones() -> tuple[str, ...]:
    """Return the zones that somebody may choose: those of places, and UTC."""
    places = [name for name in available_timezones() if "/" in name and not name.startswith(NO_PLACES)]
    return ("UTC", *sorted(places))


def time_said(viewer: Viewer, at: datetime) -> str:
    """Return an instant by the viewer's clock; where that is not the community's, with its distance from UTC."""
    said = instant_said(viewer.language, at, viewer.zone, viewer.today)
    if viewer.zone == viewer.rules.charter.timezone:
        return said
    offset = f"{local_time(at, viewer.zone):%z}"
    return say(viewer.language, "day.time.zone", {"time": said, "offset": f"{offset[:3]}:{offset[3:]}"})
