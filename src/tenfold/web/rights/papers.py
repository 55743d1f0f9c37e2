"""Papers as one viewer may be given them: beside the rows that they prove, opened by whoever sees such a row whole.

A paper opens by way of a row that names it and was recorded by whoever recorded the paper: nobody gets at a paper by
naming it in a row of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tenfold.exchange.papers import TAKEN, file_name
from tenfold.facts.declaration import TABLES
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.report.words import say
from tenfold.terms.days import local_day as day_of
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.names import in_one_language
from tenfold.web.rights.policies import DATA_OF, Data, Sight, data_of_row
from tenfold.web.rights.rows import Owning, facts_of
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store import papers as store
from tenfold.web.store.current import Row, counting, with_personal

DOCUMENTS = "documents"
KILOBYTE = 1024
Named = tuple[str, Row]  # the table of a row, and the row


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper in a list.

    fact, document   the row by which it opens, and its key; no row where the viewer may not, or nothing was uploaded
    kept             whether its file was uploaded here
    """

    kind: str
    title: str
    day: str
    place: str
    size: str
    kept: bool
    fact: str | None
    document: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A paper as it is handed out: under which name, as what, byte for byte."""

    name: str
    media: str
    content: bytes


def papers_of(viewer: Viewer, speech: Phrases, rows: Iterable[Named]) -> dict[str, tuple[Shown, ...]]:
    """Return fact → the papers that its row names, of rows that the viewer was given."""
    named = [(table, row, key) for table, row in rows for key in _keys(row)]
    documents = _documents(viewer, [key for _, _, key in named])
    sizes = store.sizes(viewer.community, [row["fact"] for row in documents.values()])
    sight = _Sight(viewer)
    found: dict[str, list[Shown]] = {}
    for table, row, key in named:
        if key in documents:
            document = documents[key]
            opens = document["fact"] in sizes and _together(row, document) and sight.whole(table, row)
            shown = _shown(viewer, speech, document, sizes.get(document["fact"]), row["fact"] if opens else None)
            found.setdefault(row["fact"], []).append(shown)
    return {fact: tuple(shown) for fact, shown in found.items()}


def opened(viewer: Viewer, fact: str, key: str) -> Opened:
    """Return a paper by way of a row that names it.

    Raises
    ------
    NotHere   no such row counts for the viewer, it does not name the paper, or its file is not here
    """
    table, row = facts_of(viewer, [fact]).get(fact, ("", {}))
    document = _documents(viewer, [key]).get(key)
    if document is None or key not in _keys(row) or not _together(row, document):
        raise NotHere(fact)
    counts = counting(viewer.community, table).filter(fact=fact).exists()
    kept = store.get(viewer.community, document["fact"]) if counts and _Sight(viewer).whole(table, row) else None
    if kept is None:
        raise NotHere(fact)
    ending, content = kept
    media, _ = TAKEN[ending]
    return Opened(file_name(document["title"] or document["kind"], ending), media, content)


class _Sight:
    """Whether a viewer sees all of a row: a paper says more than the cells that are cut."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer, self.owning = viewer, Owning(viewer)

    def whole(self, table: str, row: Row) -> bool:
        """Whether nothing that stands in a paper of a row is kept from the viewer."""
        if self.owning.has(TABLES[table], row):
            return True
        seen = self.viewer.sees(data_of_row(table, row))
        return Sight.ALL in seen or (Sight.NO_AMOUNTS in seen and self._without_worth(table, row))

    def _without_worth(self, table: str, row: Row) -> bool:
        """Whether a row is of a promise that is worth no sum: then its papers name none."""
        if DATA_OF[table] is not Data.PROMISES:
            return False
        promises = counting(self.viewer.community, "commitments").filter(commitment=row["commitment"])
        return not promises.filter(worth_minor__isnull=False).exists()


def _keys(row: Mapping[str, Any]) -> list[str]:
    """Return the keys of the papers that a row names."""
    alone = row.get("document")
    return [*(row.get("evidence") or ()), *([alone] if alone is not None else [])]


def _together(row: Row, document: Row) -> bool:
    return bool(row.get("recorded_by") == document["recorded_by"])


def _documents(viewer: Viewer, keys: Iterable[str]) -> dict[str, Row]:
    """Return key → the newest row of a paper, one with a file before one without; whoever asks was given its key."""
    rows = list(
        counting(viewer.community, DOCUMENTS).filter(document__in=[*keys]).order_by("recorded_at", "fact").values()
    )
    kept = store.sizes(viewer.community, [row["fact"] for row in rows])
    rows.sort(key=lambda row: row["fact"] in kept)  # the last of a key stands
    return {row["document"]: row for row in with_personal(viewer.community, DOCUMENTS, rows)}


def _shown(viewer: Viewer, speech: Phrases, document: Row, size: int | None, fact: str | None) -> Shown:
    day = day_of(document["occurred_at"], speech.zone)
    kind, title = speech.word("kinds", document["kind"]), in_one_language(speech, document["title"] or "")
    return Shown(
        kind=kind,
        title="" if title == kind else title,
        day=day_said(speech.language, day, local_day(viewer)),
        place=speech.word("place", document["place"] or ""),
        size="" if size is None else say(speech.language, "paper.size", {"size": max(1, round(size / KILOBYTE))}),
        kept=size is not None,
        fact=fact,
        document=document["document"],
    )
