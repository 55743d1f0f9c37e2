"""The sweep: when one last talked with somebody, by one tap, as precisely as people remember it (DOMAIN §10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from types import MappingProxyType

from tenfold.terms.days import days_later, instant_at, local_day
from tenfold.web.rights.acts import Act
from tenfold.web.rights.line import channel_of
from tenfold.web.rights.names import rules_of
from tenfold.web.rights.sweeping import SWEEP, swept
from tenfold.web.services.acting import Doing, act, refuse

MIDDAY = time(12)
REAL = "new_information"  # what makes a talk a real one, where the charter knows it
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the past as people remember it: how many days ago its middle is, and how precise that is."""

    days: int
    precision: str


# Each begins where the one before it ends: 0–7, 7–30, 30–91, 91–365 days ago. What is longer ago is no `before`: that
# would count as a contact that was and never make a talk due (FACTS.md §2), and this is asked to know who is due.
SPANS: Mapping[str, Span] = MappingProxyType(
    {
        "week": Span(3, "month"),
        "month": Span(18, "month"),
        "quarter": Span(60, "quarter"),
        "longer": Span(228, "year"),
    }
)


@act(Act.LOG_TALK)
def last_talk(doing: Doing, *, member: str, when: str) -> None:
    """Record when the last real talk with a member was.

    Another tap corrects the one before it; `never` takes it back.
    """
    doing.one("parties", member)
    before = swept(doing.community, [member]).get(member)
    if when == NEVER:
        doing.forbid(before is None, "acts.nothing_new")
        cells = {"occurred_at": before["occurred_at"], "precision": before["precision"], "void": True} if before else {}
    elif when in SPANS:
        cells = {"occurred_at": _at(doing, SPANS[when]), "precision": SPANS[when].precision}
    else:
        refuse("acts.unknown")
    doing.add(
        "interactions",
        member=member,
        channel=channel_of(doing.viewer, None),
        direction="out",
        flags=_flags(doing),
        origin=SWEEP,
        origin_key=f"{member}:{when}",
        corrects=None if before is None else before["fact"],
        **cells,
    )


def _at(doing: Doing, span: Span) -> datetime:
    """Return the middle of a span."""
    zone = rules_of(doing.community).charter.timezone
    return instant_at(days_later(local_day(doing.now, zone), -span.days), MIDDAY, zone)


def _flags(doing: Doing) -> list[str]:
    """Return what makes a talk a real one here."""
    real = rules_of(doing.community).interaction.substantive_if_any
    return [REAL if REAL in real else real[0]] if real else []
