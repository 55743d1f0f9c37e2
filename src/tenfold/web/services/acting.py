"""How an act is done: who does it, whether they may, once however often it is sent, rows and entries together."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import wraps
from typing import Any, Concatenate, NoReturn, ParamSpec

from tenfold.facts.declaration import TABLES
from tenfold.terms.canonical import canonical
from tenfold.terms.days import local_day, local_time
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.rights.acts import Act, require
from tenfold.web.rights.carrying import carries_out
from tenfold.web.rights.deciding import ACTS, EXECUTE, awaits_carrying, proposal
from tenfold.web.rights.viewers import Viewer, as_now
from tenfold.web.store.accounts import Once
from tenfold.web.store.append import Author, Writer, writing
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.current import Row, current

Parameters = ParamSpec("Parameters")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for whom, and under which key: a request that is sent again with its key is done once."""

    viewer: Viewer
    once: str | None = None
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What an act wrote: its fact ids, in their order."""

    facts: tuple[str, ...]


class Doing:
    """An act while it is done: nobody else writes into the community meanwhile."""

    def __init__(self, actor: Actor, writer: Writer) -> None:
        self.actor, self.viewer, self.writer = actor, actor.viewer, writer
        self.community = writer.community

    @property
    def now(self) -> datetime:
        """What time it is in the community."""
        return self.writer.now

    @property
    def party(self) -> str:
        """Who acts: the party that is spoken for, where somebody acts for another."""
        return self.actor.on_behalf_of or self.viewer.party

    def add(self, table: str, **cells: Any) -> str:
        """Add a row; return its fact id. What has not happened yet is no fact."""
        at = cells.get("occurred_at")
        if at is not None and at > self.now:
            self._refuse_future(at)
        return self.writer.add(table, **cells)

    def _refuse_future(self, at: datetime) -> NoReturn:
        """Refuse what has not happened yet, by its day, or by its hour where it is later today."""
        zone = rulebook_of(self.community).newest.charter.timezone
        day = local_day(at, zone)
        if day > local_day(self.now, zone):
            refuse("acts.future", seen=day.isoformat())
        seen, now = local_time(at, zone), local_time(self.now, zone)
        refuse("acts.future_hour", seen=f"{seen:%Y-%m-%d %H:%M}", now=f"{now:%H:%M}")

    def one(self, table: str, key: str) -> Row:
        """Return the current row of a thing, by its key."""
        found = current(self.community, table, **{TABLES[table].identity: [key]})
        if not found:
            refuse("acts.unknown")
        return found[-1]

    def forbid(self, when: bool, id: str, **params: str) -> None:
        """Refuse the act when something stands against it."""
        if when:
            refuse(id, **params)

    def heed(self, against: Complaint | None) -> None:
        """Refuse the act for what stands against it, if anything does."""
        if against is not None:
            raise Refused([against])


def refuse(id: str, **params: str) -> NoReturn:
    """Refuse an act: the message says what is missing and who can do it."""
    raise Refused([Complaint(id, params=params)])


def act(
    kind: Act,
) -> Callable[[Callable[Concatenate[Doing, Parameters], None]], Callable[Concatenate[Actor, Parameters], Done]]:
    """Make a function that adds rows into an act: allowed, whole or not at all, and done once for its key.

    Raises
    ------
    Refused   the viewer may not do it, a guard stands against it, or a row cannot be taken; nothing was written
    NotHere   the viewer was shut out before it was their turn to write
    """

    def made(
        function: Callable[Concatenate[Doing, Parameters], None],
    ) -> Callable[Concatenate[Actor, Parameters], Done]:
        @wraps(function)
        def done(actor: Actor, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Done:
            asked = fingerprint(kind, args, kwargs)
            author = Author(actor.viewer.party, actor.on_behalf_of)
            with writing(actor.viewer.community, author) as writer:
                now = replace(actor, viewer=as_now(actor.viewer))  # nobody changes that while they write
                require(now.viewer, kind)
                before = _earlier(now, asked)
                if before is not None:
                    return before
                doing = Doing(now, writer)
                function(doing, *args, **kwargs)
                _carry_out(doing)
                result = Done(tuple(row["fact"] for _, row in writer.rows))
                _remember(now, asked, result)
            return result

        return done

    return made


def _carry_out(doing: Doing) -> None:
    """Record that decisions are carried out, where rows that name one as their cause are what it asks for."""
    added = [(table, row) for table, row in doing.writer.rows if table != ACTS and row.get("because")]
    for id in dict.fromkeys(str(row["because"]) for _, row in added):
        decision = proposal(doing.community, id)
        if decision is None or not awaits_carrying(doing.community, id):
            continue
        if any(row["because"] == id and carries_out(decision, table, row) for table, row in added):
            doing.add(ACTS, decision=id, act=EXECUTE, by=doing.party, because=id)


def fingerprint(kind: Act, args: tuple[object, ...], kwargs: Mapping[str, object]) -> str:
    """Return the SHA-256 of what is asked for, so that one key cannot stand for two different acts."""
    return hashlib.sha256(canonical([kind.value, _plain(list(args)), _plain(dict(kwargs))])).hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case bytes():
            return hashlib.sha256(value).hexdigest()
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _plain(asdict(value))
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value


def _earlier(actor: Actor, asked: str) -> Done | None:
    """Return what was done under the same key before."""
    if actor.once is None:
        return None
    kept = Once.rows.of(actor.viewer.community).filter(account=actor.viewer.account, key=actor.once).first()
    if kept is None:
        return None
    if kept.asked != asked:
        refuse("acts.other_under_key")
    return Done(tuple(kept.facts))


def _remember(actor: Actor, asked: str, result: Done) -> None:
    if actor.once is not None:
        Once.rows.of(actor.viewer.community).create(
            community=actor.viewer.community,
            account=actor.viewer.account,
            key=actor.once,
            asked=asked,
            facts=list(result.facts),
        )
