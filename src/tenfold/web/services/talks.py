"""Talking: a talk with some members, a question, its answer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from tenfold.web.rights.acts import Act
from tenfold.web.rights.asking import (
    ANSWERED,
    ASKED,
    OURS,
    THEIRS,
    against_answer,
    answered,
    speaks_for_project,
)
from tenfold.web.services.acting import Doing, act

OTHER_WAY = {THEIRS: OURS, OURS: THEIRS}


@act(Act.THANK)
def thank(doing: Doing, *, party: str, because: str | None = None) -> None:
    """Record that the viewer thanked somebody; to thank oneself thanks nobody."""
    doing.one("parties", party)
    doing.forbid(party in doing.viewer.own, "acts.own_thanks")
    doing.add("recognitions", giver=doing.party, party=party, kind="thanks", because=because)


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
def ask(
    doing: Doing,
    *,
    member: str,
    channel: str,
    theirs: bool = False,
    at: datetime | None = None,
    because: str | None = None,
) -> None:
    """Record a question: a member's own to the project, or one between the project and a member.

    theirs   whether the member asked, where somebody of the project records it; what members record is their own
    """
    doing.one("parties", member)
    own = member in doing.viewer.own
    doing.forbid(not own and not speaks_for_project(doing.viewer), "acts.only_own")
    doing.add(
        "interactions",
        member=member,
        channel=channel,
        direction=THEIRS if own or theirs else OURS,
        flags=[ASKED],
        occurred_at=at,
        because=because,
    )


@act(Act.ANSWER)
def answer(
    doing: Doing, *, question: str, channel: str, at: datetime | None = None, because: str | None = None
) -> None:
    """Record the answer to a question: by the side that was asked, and once."""
    asked = doing.one("interactions", question)
    doing.forbid(ASKED not in (asked["flags"] or ()), "acts.no_question")
    doing.heed(against_answer(doing.viewer, asked))
    doing.forbid(answered(doing.community, question).exists(), "acts.answered")
    doing.forbid(at is not None and at < asked["occurred_at"], "acts.answer_early")
    doing.add(
        "interactions",
        member=asked["member"],
        channel=channel,
        direction=OTHER_WAY[asked["direction"]],
        flags=[ANSWERED],
        replies_to=question,
        occurred_at=at,
        because=because or question,
    )
