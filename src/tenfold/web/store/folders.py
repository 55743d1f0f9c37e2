"""A community folder into the database and out again: the same facts, so the same digest and the same cycle."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from django.db import transaction

from tenfold.charter.load import DRAFTS, load_drafts
from tenfold.engine.community import CLOCK
from tenfold.engine.community import Community as Known
from tenfold.engine.written import instant_text
from tenfold.facts.declaration import TABLES
from tenfold.facts.store import FactStore
from tenfold.facts.write import Form, write_facts
from tenfold.journal.check import FILE as JOURNAL
from tenfold.journal.heads import FILE as HEADS
from tenfold.web.store.append import PORTION, Author, open_chain, within
from tenfold.web.store.charters import charter_files
from tenfold.web.store.communities import Chain, CharterDraft, CharterText, Community
from tenfold.web.store.heads import head_lines
from tenfold.web.store.journals import journal_lines
from tenfold.web.store.new_rows import Ready, ready
from tenfold.web.store.source import known

HASHED = 12  # digits of a draft's hash that its file is named by: several may propose one number


def take_in(folder: Path, name: str, author: Author) -> Community:
    """Make a community of a folder: its charters, its clock and every fact, each with its journal entry.

    Proposed charters come along, so that their proposals can show what they would change.

    Raises
    ------
    Refused   with every complaint about charters or facts; nothing was written
    """
    found, drafts = Known.load(folder), load_drafts(folder)
    with transaction.atomic(durable=True):
        community = Community.objects.create(name=name, clock=found.clock)
        open_chain(community)
        with within(community, author) as writer:
            for charter in found.rulebook.charters:
                writer.charter(charter.version, (folder / charter.file).read_bytes())
            for file, draft in drafts.items():
                writer.draft(draft.version, (folder / file).read_bytes())
            writer.checked = in_order(found.facts)
    return community


def in_order(facts: FactStore) -> Iterator[Ready]:
    """Yield every row in the order in which the community learned them, with no more than a portion in memory."""
    keys = [
        rows.select("recorded_at", "fact", table=pl.lit(name)).with_row_index("place")
        for name, rows in facts.tables.items()
        if rows.height
    ]
    if keys:
        ordered = pl.concat(keys).sort("recorded_at", "table", "fact")
        for portion in ordered.iter_slices(PORTION):
            yield from _portion(facts, portion)


def _portion(facts: FactStore, portion: pl.DataFrame) -> Iterator[Ready]:
    found: dict[tuple[str, str], Ready] = {}
    for (name,), own in portion.group_by("table"):
        rows = ready(TABLES[str(name)], facts.tables[str(name)][own["place"]])
        found |= {(one.table, one.row["fact"]): one for one in rows}
    return (found[key] for key in portion.select("table", "fact").iter_rows())


def _drafts(community: Community) -> dict[str, bytes]:
    """Return the proposed charters that nobody has adopted, by the names that they have in a folder."""
    adopted = CharterText.rows.of(community).values_list("sha256", flat=True)
    rows = CharterDraft.rows.of(community).exclude(sha256__in=adopted).order_by("sequence")
    texts = rows.values_list("version", "sha256", "content")
    return {f"{DRAFTS}/charter-v{number}-{sha256[:HASHED]}.yaml": bytes(text) for number, sha256, text in texts}


def write_folder(community: Community, folder: Path, form: Form = "csv") -> Known:
    """Write a community as a folder, journal and signed heads beside its facts; return it as the engine knows it."""
    sequence = Chain.objects.get(pk=community.pk).sequence
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (charter_files(community) | _drafts(community)).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    if community.clock is not None:
        (folder / CLOCK).write_text(f"{instant_text(community.clock)}\n", encoding="utf-8")
    found = known(community, sequence)
    with (folder / JOURNAL).open("wb") as file:
        file.writelines(journal_lines(community, sequence))
    if heads := b"".join(head_lines(community, sequence)):
        (folder / HEADS).write_bytes(heads)
    write_facts(found.facts.tables, folder, found.rulebook.newest.currencies, form)
    return found
