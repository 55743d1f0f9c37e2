"""One act for several members at once: all of it or nothing, and taken back together."""

from collections.abc import Sequence
from datetime import datetime

from tenfold.web.rights.acts import Act, require
from tenfold.web.rights.names import rules_of
from tenfold.web.rights.viewers import MEMBER_STATES
from tenfold.web.services.acting import Doing, act
from tenfold.web.store.append import new_id
from tenfold.web.store.current import current

REPEATED = ("party", "class", "state", "tier", "source", "sponsor", "leaver", "reason")  # of a membership that goes on


@act(Act.ADD_PARTY)
def set_membership(
    doing: Doing, *, parties: Sequence[str], tier: str | None = None, sponsor: str | None = None
) -> None:
    """Say in which circle some members are, or which member looks after them; everything else of them stays."""
    doing.forbid(not parties, "acts.nobody")
    doing.forbid(sponsor in parties, "acts.own_sponsor")
    rows = [row for row in current(doing.community, "memberships", party=parties) if row["state"] in MEMBER_STATES]
    doing.forbid({row["party"] for row in rows} != set(parties), "acts.unknown")
    given = {name: cell for name, cell in (("tier", tier), ("sponsor", sponsor)) if cell is not None}
    changed = [row for row in rows if any(row[name] != cell for name, cell in given.items())]
    doing.forbid(not changed, "acts.nothing_changes")
    for row in sorted(changed, key=lambda one: (one["party"], one["class"])):
        doing.add("memberships", **{name: row[name] for name in REPEATED} | given)


@act(Act.MAKE_PROMISE)
def promise_each(
    doing: Doing, *, parties: Sequence[str], what: str, due_at: datetime | None = None, because: str | None = None
) -> None:
    """Record that the project promised some members the same, each for themselves."""
    require(doing.viewer, Act.LOG_TALK)  # members speak for themselves, not for the project
    doing.forbid(not parties, "acts.nobody")
    doing.forbid(not what.strip(), "acts.field")
    project = str(rules_of(doing.community).community.project)
    doing.forbid(project in parties, "acts.to_oneself")
    for party in parties:
        doing.add(
            "commitments",
            commitment=new_id("promise"),
            party=project,
            to_party=party,
            source_kind="own",
            what=what.strip(),
            due_at=due_at,
            because=because,
        )
