"""Talking: a talk with some members, a question, its answer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from tenfold.web.rights.acts import Act, may
from tenfold.web.services.acting import Doing, act
from tenfold.web.store.current import Row, counting

ASKED, ANSWERED = "question_asked", "question_answered"
OTHER_WAY = {"in": "out", "out": "in"}


@act(Act.LOG_TALK)
def log_talk(
    doing: Doing,
    *,
    members: Sequence[str],
    channel: str,
    direction: str = "out",
    minutes: int | None = None,
    flags: Sequence[str] = (),
    topics: Sequence[str] = (),
    other: str | None = None,
    at: datetime | None = None,
    because: str | None = None,
) -> None:
    """Record that the project and some members talked: one occasion, one row a member.

    direction   who began it: `out` the project, `in` the member
    other       the person opposite, on the project's side
    because     the decision that led to it, where one did
    """
    doing.forbid(not members, "acts.nobody")
    occasion = f"occasion-{uuid4().hex[:12]}" if len(members) > 1 else None
    for member in members:
        doing.add(
            "interactions",
            member=member,
            other=other,
            channel=channel,
            direction=direction,
            minutes=minutes,
            flags=list(flags),
            topic=list(topics),
            occasion=occasion,
            occurred_at=at,
            because=because,
        )


@act(Act.ASK)
def ask(doing: Doing, *, member: str, channel: str, at: datetime | None = None, because: str | None = None) -> None:
    """Record a question: a member's own to the project, or one that somebody of the project put to a member."""
    own = member in doing.viewer.own
    doing.forbid(not own and not _is_staff(doing), "acts.only_own")
    doing.add(
        "interactions",
        member=member,
        channel=channel,
        direction="in" if own else "out",
        flags=[ASKED],
        occurred_at=at,
        because=because,
    )


@act(Act.ANSWER)
def answer(
    doing: Doing, *, question: str, channel: str, at: datetime | None = None, because: str | None = None
) -> None:
    """Record the answer to a question; a question is answered once."""
    asked = _question(doing, question)
    doing.forbid(asked["member"] not in doing.viewer.own and not _is_staff(doing), "acts.only_own")
    answers = counting(doing.community, "interactions").filter(replies_to=question).values_list("flags", flat=True)
    doing.forbid(any(ANSWERED in (flags or ()) for flags in answers), "acts.answered")
    doing.add(
        "interactions",
        member=asked["member"],
        channel=channel,
        direction=OTHER_WAY[asked["direction"]],
        flags=[ANSWERED],
        replies_to=question,
        occurred_at=at,
        because=because,
    )


def _question(doing: Doing, question: str) -> Row:
    row = doing.one("interactions", question)
    doing.forbid(ASKED not in (row["flags"] or ()), "acts.no_question")
    return row


def _is_staff(doing: Doing) -> bool:
    """Whether the viewer speaks for the project."""
    return may(doing.viewer, Act.LOG_TALK)
