"""Logging a talk: one occasion, several members."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Community


def log_talk(
    community: Community,
    author: Author,
    members: Sequence[str],
    channel: str,
    *,
    direction: str = "out",
    minutes: int | None = None,
    flags: Sequence[str] = (),
    topics: Sequence[str] = (),
    at: datetime | None = None,
    because: str | None = None,
) -> list[str]:
    """Record that the project and some members talked; return the fact ids, one a member.

    direction   who began it: `out` the project, `in` the member
    because     the decision that led to it, where one did

    Raises
    ------
    Refused   a member, channel or flag that the community does not know; nothing was written
    """
    occasion = f"occasion-{uuid4().hex[:12]}" if len(members) > 1 else None
    with writing(community, author) as writer:
        return [
            writer.add(
                "interactions",
                member=member,
                channel=channel,
                direction=direction,
                minutes=minutes,
                flags=list(flags),
                topic=list(topics),
                occasion=occasion,
                occurred_at=at,
                because=because,
            )
            for member in members
        ]
