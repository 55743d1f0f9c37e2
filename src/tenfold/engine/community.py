"""A community: its rulebook and its facts, and the moment from which it is looked at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from tenfold.charter.adoption import as_adopted
from tenfold.charter.document import Rulebook
from tenfold.charter.load import load_charter, load_charters, unlike
from tenfold.charter.pointers import escaped
from tenfold.engine.allowed import allowed_ids
from tenfold.engine.board import Board
from tenfold.engine.graph import Graph
from tenfold.engine.instants import ends_at
from tenfold.engine.registry import CIRCLE, registry
from tenfold.facts.commit import Stamp, stamps, whole
from tenfold.facts.context import Context
from tenfold.facts.files import file_bytes, is_there
from tenfold.facts.rejects import read_rejects
from tenfold.facts.store import FactStore
from tenfold.terms.clauses import walk
from tenfold.terms.days import last_instant
from tenfold.terms.errors import Complaint, Place, Refused

CLOCK = "clock.txt"  # a folder may carry its own clock: the demo and history do not run on the machine's
CLOCK_BYTES = 100  # more than any instant takes
VERSIONS = "charter_versions"
EARLIEST, LATEST = 1900, 2200  # years to look from; local time and the grid need room on both sides


@dataclass(frozen=True, slots=True)
class Moment:
    """From where and with what knowledge a community is looked at (both in UTC)."""

    as_of: datetime
    known_at: datetime


@dataclass(frozen=True)
class Community:
    """Rules and facts.

    folder    where they were read, if anywhere
    tried     the file of a charter not in force
    refused   source rows that were parked or skipped at import and lie beside the facts
    graph     what was computed of it, or of one like it, and is not computed again
    files     the state of the folder's files when they were read
    """

    rulebook: Rulebook
    facts: FactStore
    folder: Path | None = None
    tried: str | None = None
    refused: int = 0
    graph: Graph = field(default_factory=Graph, compare=False, repr=False)
    files: Mapping[str, Stamp] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Let each charter version be in force from no earlier than its adoption, as far as the facts speak of it."""
        adopted = self.facts.tables.get(VERSIONS)
        if adopted is not None:
            object.__setattr__(self, "rulebook", as_adopted(self.rulebook, adopted, tried=self.tried is not None))

    @classmethod
    def load(cls, folder: Path, charter: Path | None = None) -> "Community":
        """Read a community folder; `charter` replaces the version of its number and all after it, or comes after all.

        Raises
        ------
        Refused   with every complaint about charters or facts; nothing is half loaded, or half of one state of the
                  folder and half of another
        """
        return whole(folder, lambda: cls._read(folder, charter))

    @classmethod
    def _read(cls, folder: Path, charter: Path | None) -> "Community":
        from tenfold.facts.read import load_facts

        rulebook, tried = _rules(folder, charter)
        facts = load_facts(folder, fact_context(rulebook, _now(folder, rulebook)))
        return cls(rulebook, facts, folder, tried, read_rejects(folder).height, files=stamps(folder))

    def trying(self, charter: Path) -> "Community":
        """Return what `load` would with this charter: the facts are not read again, nor is computed again what it
        leaves as it was.

        Raises
        ------
        Refused      with every complaint about the charter, or about facts that it cannot read
        ValueError   when the community was not read from a folder
        """
        if self.folder is None:
            raise ValueError("a community without a folder has no charters to try one beside")
        rulebook, tried = _rules(self.folder, charter)
        if fact_context(rulebook) != fact_context(self.rulebook):
            return Community.load(self.folder, charter)
        return replace(self, rulebook=rulebook, tried=tried)

    @cached_property
    def prepared(self) -> Mapping[str, pl.DataFrame]:
        """The tables as the engine reads them: without void rows, with local dates and corrections."""
        return self.graph.prepared(self.facts, self.rulebook.newest.charter.timezone)

    @cached_property
    def digest(self) -> str:
        """The digest of the facts (FACTS.md §4)."""
        from tenfold.facts.digest import digest

        return digest(self.facts)

    @property
    def judges_older_facts(self) -> bool:
        """Whether facts are older than the oldest charter present, which then judges them too (FACTS.md §4)."""
        begun = self.rulebook.oldest.effective_from
        return any(bool((rows["occurred_at"] < begun).any()) for rows in self.facts.tables.values())

    def moment(self, as_of: datetime | None = None, known_at: datetime | None = None) -> Moment:
        """Return the moment asked for.

        Without `as_of`: the folder's own clock, else the machine's. Without `known_at`: everything in the folder, which
        is to say the latest `recorded_at` in it.
        """
        chosen = as_of or self.now.replace(microsecond=0)
        return Moment(chosen, known_at or self.latest_recorded_at or chosen)

    @property
    def clock(self) -> datetime | None:
        """The folder's own clock, if it carries one."""
        return clock_of(self.folder, self.rulebook.newest.charter.timezone)

    @property
    def now(self) -> datetime:
        """What time it is for the community, by the folder's clock or else the machine's: nothing is known later."""
        return _now(self.folder, self.rulebook)

    @cached_property
    def latest_recorded_at(self) -> datetime | None:
        """When the community learned the last thing in the folder."""
        found = (rows["recorded_at"].max() for rows in self.facts.tables.values())
        return max((instant for instant in found if isinstance(instant, datetime)), default=None)

    def board(self, moment: Moment) -> Board:
        """Return an empty board over the ends of a moment."""
        ends = ends_at(self.rulebook, self.prepared, moment.as_of, moment.known_at)
        return Board(self.prepared, self.rulebook, ends, registry(), self.graph)

    def restricted(self, ids: Mapping[str, Collection[str]]) -> "Community":
        """Return the same community with no other facts than the named ones."""
        return Community(self.rulebook, self.facts.restricted(ids), self.folder, self.tried, self.refused)


def _rules(folder: Path, charter: Path | None) -> tuple[Rulebook, str | None]:
    """Return the rulebook of a folder, with a charter that replaces what is as new, and the name of its file if it is
    not the one in force.
    """
    measures = {spec.id: spec for spec in registry().measures}
    rulebook, tried = load_charters(folder, measures), None
    if charter is not None:
        other = load_charter(charter, measures)
        tried = charter.name if other.sha256 != rulebook.newest.sha256 else None
        older = [one for one in rulebook.charters if one.version < other.version]
        if broken := [complaint for before in older[-1:] for complaint in unlike(before, other)]:
            raise Refused(broken)
        rulebook = Rulebook([*older, other])
    _without_circle(rulebook)
    return rulebook, tried


def _without_circle(rulebook: Rulebook) -> None:
    """Refuse charters whose measures would be computed from themselves, with the place that closes the circle."""
    try:
        registry().order(rulebook.charters)
    except Refused as refused:
        (circle,) = refused.complaints
        ids = str(circle.params["circle"]).split(CIRCLE)
        at = next(
            "".join(f"/{escaped(step)}" for step in (*path, "metric"))
            for path, clause in walk(rulebook.newest)
            if getattr(clause, "metric", None) in ids
        )
        raise Refused([rulebook.newest.placed(replace(circle, place=Place(pointer=at)))]) from None


def clock_of(folder: Path | None, timezone: str) -> datetime | None:
    """Return the clock that a folder carries, if it does."""
    if folder is None or not is_there(folder / CLOCK):
        return None
    text = file_bytes(folder / CLOCK, CLOCK, CLOCK_BYTES).decode(errors="replace").strip()
    return read_moment(text, timezone, CLOCK)


def _now(folder: Path | None, rulebook: Rulebook) -> datetime:
    return clock_of(folder, rulebook.newest.charter.timezone) or datetime.now(UTC)


def fact_context(rulebook: Rulebook, now: datetime | None = None) -> Context:
    """Return what reading facts needs to know of the charters (ids, currencies, time zone), and the clock if given."""
    newest = rulebook.newest
    return Context(
        timezone=newest.charter.timezone,
        currencies=newest.currencies,
        codes=allowed_ids(rulebook.charters),
        now=now,
    )


def read_moment(text: str, timezone: str, where: str = "--as-of") -> datetime:
    """Read an instant; a bare date means its last microsecond in the charter's time zone.

    Raises
    ------
    Refused   when the text is no instant, or one too far away
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused([Complaint("engine.moment", Place(file=where), {"seen": text})]) from None
    if not EARLIEST <= moment.year <= LATEST:
        limits = {"seen": text, "first": str(EARLIEST), "last": str(LATEST)}
        raise Refused([Complaint("engine.moment_far", Place(file=where), limits)])
    if _is_date(text):
        return last_instant(moment.date(), timezone)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
