"""The country that a time zone lies in, from the published table of zones: where telephone numbers are dialled."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

EUROPE, AMERICA = "Europe/", "America/"


def country_of(timezone: str) -> str | None:
    """Return the two letters of a zone's country; None for a zone of none.

    >>> country_of("Asia/Shanghai"), country_of("UTC")
    ('CN', None)
    """
    return _countries().get(timezone)


@cache
def _countries() -> Mapping[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone1970.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0].split(",")[0] for row in rows}
