"""What an engine knows of its community: taken in from the journal entry by entry, or read whole where that fails."""

import logging

from tenfold.charter.document import Rulebook
from tenfold.engine.community import Community as Known
from tenfold.engine.community import Moment
from tenfold.engine.warm import Engine as Warm
from tenfold.facts.declaration import TABLES
from tenfold.web.store.append import CHARTER, DRAFT, IMPORT, IMPORT_UNDONE, clock_of
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.source import read_facts

LOG = logging.getLogger(__name__)
# Kinds of entries that add to what is known and take nothing away.
TAKEN = frozenset({*TABLES, CHARTER, DRAFT, IMPORT, IMPORT_UNDONE})


class Intake:
    """A warm engine of one community, and how much of the journal it knows."""

    def __init__(self, community: Community) -> None:
        self.warm: Warm | None = None
        self.sequence = 0
        self._community = community
        self._rulebook: Rulebook | None = None

    def catch_up(self) -> Warm:
        """Return the engine with everything that was recorded so far, as it looks from now.

        Raises
        ------
        Refused   the charters cannot be read
        """
        chain = Chain.objects.get(pk=self._community.pk)
        now = clock_of(self._community)
        moment = Moment(now, chain.recorded_at or now)
        reason = self._unfit(chain.sequence)
        if self.warm is None or reason:
            LOG.info("community %s is read whole: %s", self._community.pk, reason)
            return self._whole(chain.sequence, moment)
        if chain.sequence > self.sequence:
            new = read_facts(self._community, until=chain.sequence, after=self.sequence)
            self.warm.add({name: rows for name, rows in new.tables.items() if rows.height})
        rulebook = rulebook_of(self._community)
        if rulebook is not self._rulebook:
            self.warm.adopt(rulebook)
        self.warm.advance(moment)
        self.sequence, self._rulebook = chain.sequence, rulebook
        return self.warm

    def _unfit(self, sequence: int) -> str | None:
        """Return why new entries cannot be added to what is known; None where they can."""
        if self.warm is None:
            return "nothing is in memory"
        if sequence < self.sequence:
            return "the journal is shorter than it was: another database took the place of this one"
        since = JournalEntry.rows.of(self._community).filter(sequence__gt=self.sequence, sequence__lte=sequence)
        others = set(since.exclude(kind__in=TAKEN).values_list("kind", flat=True))
        if others:  # what is in memory may hold what was erased
            return f"entries of kind {', '.join(sorted(others))}"
        return None

    def _whole(self, sequence: int, moment: Moment) -> Warm:
        self.warm = None  # before its successor takes as much memory
        rulebook = rulebook_of(self._community)
        known = Known(rulebook, read_facts(self._community, until=sequence))
        self.warm, self.sequence, self._rulebook = Warm(known, moment), sequence, rulebook
        return self.warm
