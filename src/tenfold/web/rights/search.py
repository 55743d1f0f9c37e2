"""Search: people by however their name is typed, promises by what they say, numbers by their names."""

from dataclasses import dataclass

from tenfold.engine.registry import registry
from tenfold.report.figures import Figure, figure
from tenfold.report.phrases import Phrases
from tenfold.web.rights.lookup import long_enough, parties_like
from tenfold.web.rights.names import in_one_language
from tenfold.web.rights.policies import Data
from tenfold.web.rights.results import Results
from tenfold.web.rights.rows import COMMUNITY, current_rows
from tenfold.web.rights.viewers import Viewer, posts_of
from tenfold.web.store.communities import PersonalCell

MOST = 20  # of each kind


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was found: the key, the name, and what they are here."""

    party: str
    name: str
    posts: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise that was found: its fact, who promised, what."""

    fact: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a text finds."""

    people: tuple[Person, ...]
    promises: tuple[Promise, ...]
    numbers: tuple[Figure, ...]

    @property
    def nothing(self) -> bool:
        """Whether it finds nothing."""
        return not (self.people or self.promises or self.numbers)


def search(viewer: Viewer, text: str) -> Found:
    """Return what a text finds among what the viewer may see, at most so many of each kind."""
    wanted = " ".join(text.split())
    if not wanted:
        return Found((), (), ())
    parties = parties_like(viewer, wanted)[:MOST]
    promises = _promises(viewer, wanted)
    speech = viewer.phrases(promises, parties=parties)
    posts = posts_of(viewer.community, parties)
    return Found(
        people=tuple(
            Person(party, speech.named(party), speech.listed(speech.word("role", one) for one in sorted(posts[party])))
            for party in parties
        ),
        promises=tuple(
            Promise(row["fact"], speech.named(row["party"]), in_one_language(speech, row["what"])) for row in promises
        ),
        numbers=tuple(_numbers(viewer, speech, wanted)),
    )


def _promises(viewer: Viewer, wanted: str) -> list[dict[str, str]]:
    """Return the promises whose words hold a text, the newest first."""
    if not long_enough(wanted) or not viewer.sees(Data.PROMISES):
        return []
    cells = PersonalCell.rows.of(viewer.community).filter(table="commitments", column="what", text__icontains=wanted)
    rows = current_rows(viewer, "commitments", fact=list(cells.values_list("fact", flat=True)))
    told = [dict(row) for row in rows if row.get("what")]
    return sorted(told, key=lambda row: (row["occurred_at"], row["fact"]), reverse=True)[:MOST]


def _numbers(viewer: Viewer, speech: Phrases, wanted: str) -> list[Figure]:
    """Return the community's numbers whose names hold a text."""
    folded = wanted.casefold()
    ids = [id for id in registry().specs if folded in speech.words.get(f"report.name.{id}", "").casefold()]
    rows = Results(viewer).measures(measure__in=ids, subject=COMMUNITY) if long_enough(folded) else []
    return [figure(speech, row) for row in rows][:MOST]
