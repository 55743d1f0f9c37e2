"""One line in, many facts out: a talk, what each side promised in it, what each side asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import uuid4

from tenfold.terms.days import instant_at, local_day
from tenfold.web.rights.acts import Act
from tenfold.web.rights.asking import ASKED
from tenfold.web.rights.names import rules_of
from tenfold.web.services.acting import Doing, act
from tenfold.web.store.append import new_id
from tenfold.web.store.communities import Community

MADE = "commitment_made"
END_OF_DAY, MIDDAY = time(23, 59, 59), time(12)


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk as it is to be recorded.

    members    whom the project talked with
    on, at     the local day and, if known, the time
    they, we   promises as (what, local day by which or None); of the members and of the project
    they_ask, we_ask   how many questions each side asked; what was asked is not kept
    """

    members: tuple[str, ...]
    channel: str
    on: date
    at: time | None = None
    direction: str = "out"
    minutes: int | None = None
    flags: tuple[str, ...] = ()
    they: tuple[tuple[str, date | None], ...] = ()
    we: tuple[tuple[str, date | None], ...] = ()
    they_ask: int = 0
    we_ask: int = 0


@act(Act.LOG_TALK)
def record_talk(doing: Doing, *, talk: Talk, because: str | None = None) -> None:
    """Record a talk with what was promised and asked in it, all at once.

    Every member has a row of the talk. A promise of theirs is the first member's; each question is a row of its own,
    so that its answer can point at it.
    """
    doing.forbid(not talk.members, "acts.nobody")
    zone = rules_of(doing.community).charter.timezone
    at = _instant(talk, doing, zone)
    occasion = f"occasion-{uuid4().hex[:12]}"
    promised = (MADE,) if talk.they or talk.we else ()
    for member in talk.members:
        _row(doing, talk, member, talk.direction, (*talk.flags, *promised), at, occasion, because, talk.minutes)
    first = talk.members[0]
    for direction, count in (("in", talk.they_ask), ("out", talk.we_ask)):
        for _ in range(count):
            _row(doing, talk, first, direction, (ASKED,), at, occasion, because, None)
    project = _project(doing.community)
    for what, due in talk.they:
        _promise(doing, first, project, what, due, zone, at)
    for what, due in talk.we:
        _promise(doing, project, first, what, due, zone, at)


def _row(
    doing: Doing,
    talk: Talk,
    member: str,
    direction: str,
    flags: Sequence[str],
    at: datetime | None,
    occasion: str,
    because: str | None,
    minutes: int | None,
) -> None:
    doing.add(
        "interactions",
        member=member,
        channel=talk.channel,
        direction=direction,
        minutes=minutes,
        flags=list(dict.fromkeys(flags)),
        occasion=occasion,
        occurred_at=at,
        because=because,
    )


def _promise(
    doing: Doing, party: str, to_party: str, what: str, due: date | None, zone: str, at: datetime | None
) -> None:
    doing.add(
        "commitments",
        commitment=new_id("promise"),
        party=party,
        to_party=to_party,
        source_kind="own",
        what=what,
        due_at=None if due is None else instant_at(due, END_OF_DAY, zone),
        occurred_at=at,
    )


def _instant(talk: Talk, doing: Doing, zone: str) -> datetime | None:
    """Return when the talk was: at the time said, else at midday of an earlier day, else now."""
    if talk.at is not None:
        return instant_at(talk.on, talk.at, zone)
    if talk.on == local_day(doing.now, zone):
        return None
    return instant_at(talk.on, MIDDAY, zone)


def _project(community: Community) -> str:
    return str(rules_of(community).community.project)
