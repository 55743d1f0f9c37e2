"""The warm engine: a community that stays loaded while its facts, its rules and its clock move on.

    engine = Engine(Community.load(folder))
    engine.add({"interactions": rows})           # what was recorded since, checked already
    engine.advance(engine.community.moment())    # whenever time has passed
    engine.decide()                              # computes what that changes, and nothing else

What it answers is, byte for byte, what a new engine would answer that read everything again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl

from tenfold.charter.document import Rulebook
from tenfold.engine.community import Community, Moment
from tenfold.engine.cycle import Cycle, run
from tenfold.engine.due import Due
from tenfold.engine.graph import Graph
from tenfold.terms.decision import Decision


class Engine:
    """One community in memory, with all that was computed of it."""

    def __init__(self, community: Community, moment: Moment | None = None) -> None:
        """Take a community as it is at a moment: everything in it, at the time of its clock, where none is named."""
        self.community = replace(community, graph=Graph(warm=True))
        self.moment = moment or community.moment()
        self._cycle: Cycle | None = None
        self._due = Due()

    def add(self, rows: Mapping[str, pl.DataFrame]) -> None:
        """Take new rows of some tables; from now on everything recorded so far is known.

        rows   table → typed rows as `facts.check_new.check_new` lets them pass
        """
        self.community = replace(self.community, facts=self.community.facts.with_rows(rows))
        known_at = max(self.moment.known_at, self.community.latest_recorded_at or self.moment.known_at)
        self._move(Moment(self.moment.as_of, known_at))

    def adopt(self, rulebook: Rulebook) -> None:
        """Take other charters, one that was adopted among them."""
        self.community = replace(self.community, rulebook=rulebook)
        self._move(self.moment)

    def advance(self, moment: Moment) -> None:
        """Look from another moment."""
        self._move(moment)

    @property
    def stands_until(self) -> datetime:
        """The next instant at which the same facts and rules may say something else."""
        return self._due.after(self.moment.as_of, self.community.facts, self.community.rulebook)

    def cycle(self) -> Cycle:
        """Return the whole cycle of the moment."""
        if self._cycle is None:
            self._cycle = run(self.community, self.moment)
        return self._cycle

    def decide(self) -> Sequence[Decision]:
        """Return the decisions of the moment, by id."""
        return self.cycle().decisions

    def measures(self) -> Mapping[str, pl.DataFrame]:
        """Return the results of the moment at its own end: id → subject, end, value, low, high, unit, n, because."""
        board = self.cycle().board
        return {spec.id: board.found[spec.id].now for spec in board.registry.measures}

    def _move(self, moment: Moment) -> None:
        self.moment = moment
        self._cycle = None
