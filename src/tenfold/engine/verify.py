"""Checking an exported community: its journal, its facts against the journal, its decisions against its facts."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tenfold.engine.community import Community, read_moment
from tenfold.engine.cycle import run
from tenfold.engine.files import write_decisions
from tenfold.facts.canonical import canonical_lines
from tenfold.facts.declaration import TABLES
from tenfold.journal.check import FILE, entries
from tenfold.journal.entry import START
from tenfold.journal.heads import FILE as HEADS
from tenfold.journal.heads import SignedHead, check_heads, read_head
from tenfold.journal.tree import Tree
from tenfold.terms.canonical import canonical
from tenfold.terms.errors import Complaint, Place, Refused

HASH = re.compile(r"[0-9a-f]{64}")
OUT, DECISIONS, CYCLE = "out", "decisions.jsonl", "cycle.json"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found in order: entries, the newest one's hash, the tree head, facts; decisions where some lay there.

    heads   how many signed heads the journal bears out
    """

    entries: int
    head: str
    root: str
    facts: int
    heads: int
    decisions: int | None


def verify(folder: Path, head: str | SignedHead | None = None) -> Verified:
    """Check an exported community, with nothing but its folder; `head` is a hash or a signed head that somebody kept.

    Raises
    ------
    Refused   names the first entry that is wrong, a fact without its entry, a head that was signed for another journal,
              or that decisions come out otherwise
    """
    hashes: list[str] = []
    said: dict[str, tuple[str, str, int]] = {}
    kept = head.hash if isinstance(head, SignedHead) else head
    with _journal(folder).open("rb") as lines:
        for entry in entries(lines, kept):
            hashes.append(entry.hash)
            content = entry.content
            if content["kind"] in TABLES:
                row = content["payload"]["row"]
                said[row["fact"]] = (content["kind"], canonical(row).decode(), entry.sequence)
    signed = _signed(folder, hashes, head)
    tree = Tree(map(bytes.fromhex, hashes))
    community = Community.load(folder)
    _compared(community, said)
    newest = hashes[-1] if hashes else START
    return Verified(tree.size, newest, tree.root().hex(), len(said), signed, _decided(community, folder))


def kept_head(given: str) -> str | SignedHead:
    """Return what somebody kept of a journal: a hash, or the signed head in a file.

    Raises
    ------
    Refused   the file is no signed head, or its signature is not that of its key
    OSError   there is no such file, and it is no hash
    """
    if HASH.fullmatch(given):
        return given
    return read_head(Path(given).read_bytes(), file=given)


def _signed(folder: Path, hashes: Sequence[str], head: str | SignedHead | None) -> int:
    """Check the signed heads of an export, and the one that was kept: each by its signature, then by the journal."""
    path = folder / HEADS
    lines = path.read_bytes().splitlines() if path.is_file() else []
    heads = [read_head(line, number) for number, line in enumerate(lines, start=1)]
    if isinstance(head, SignedHead):
        check_heads([head], hashes)
        if heads and head.key not in {one.key for one in heads}:
            raise Refused([Complaint("journal.head_key", Place(HEADS), {"day": head.day})])
    return check_heads(heads, hashes)


def _journal(folder: Path) -> Path:
    path = folder / FILE
    if not path.is_file():
        raise Refused([Complaint("journal.none", Place(FILE))])
    return path


def _compared(community: Community, said: dict[str, tuple[str, str, int]]) -> None:
    """Refuse a fact that the journal does not know as it stands, and an entry whose fact is gone."""
    left = dict(said)
    for name, rows in community.facts.tables.items():
        for fact, line in zip(rows["fact"], canonical_lines(TABLES[name], rows), strict=True):
            known = left.pop(fact, None)
            if known is None or known[:2] != (name, line):
                at = None if known is None else known[2]
                raise Refused([Complaint("journal.fact", Place(FILE, line=at), {"fact": fact})])
    if left:
        fact, (_, _, sequence) = min(left.items(), key=lambda one: one[1][2])
        raise Refused([Complaint("journal.lost", Place(FILE, line=sequence), {"fact": fact})])


def _decided(community: Community, folder: Path) -> int | None:
    """Compute the decisions that lie in the folder again, byte for byte; none lie there: nothing to compare."""
    path = folder / OUT / DECISIONS
    if not path.is_file():
        return None
    summary = json.loads((folder / OUT / CYCLE).read_text("utf-8"))
    zone = community.rulebook.newest.charter.timezone
    as_of, known_at = (read_moment(summary[name], zone, CYCLE) for name in ("as_of", "known_at"))
    with TemporaryDirectory() as aside:
        again = Path(aside) / DECISIONS
        _, count = write_decisions(run(community, community.moment(as_of, known_at)), again)
        same = again.read_bytes() == path.read_bytes()
    if not same:
        raise Refused([Complaint("journal.decisions", Place(f"{OUT}/{DECISIONS}"))])
    return count
