"""Ids and keys that an import makes: fact ids from source cells, pseudonyms for parties, keys for other things.

A fact id is the table's prefix and 12 hex digits of SHA-256 over where the row comes from; the same source gives the
same ids, whatever its file is called. A party's key is a number, never made from its name; a party that the community
already has from the same origin keeps its key. What names a person in its source is kept as a digest only, beside the
erasable name.
"""

import hashlib
from dataclasses import dataclass, field

import polars as pl

from tenfold.facts.declaration import Table

SEPARATOR = "\x1f"
PERSON = "person"
LETTERS = {"person": "p", "organisation": "o", "vehicle": "v", "public_body": "g"}


def hashed(prefix: str, parts: pl.Series, *before: str) -> pl.Series:
    """Return `PREFIX-` and 12 hex digits of SHA-256 over `before` and each text, joined by U+001F."""
    start = hashlib.sha256(SEPARATOR.join((*before, "")).encode())
    made = []
    for part in parts.fill_null("").to_list():
        one = start.copy()
        one.update(part.encode())
        made.append(f"{prefix}-{one.hexdigest()[:12]}")
    return pl.Series(made, dtype=pl.String)


def prefix_of(table: Table) -> str:
    """Return the prefix of a table's fact ids: its name, with hyphens (an id holds no underscore)."""
    return table.name.replace("_", "-")


def fact_ids(table: Table, origin: str, name: str | None, cells: pl.Series) -> pl.Series:
    """Return the fact ids of rows named by `cells` in map `name` of `origin`."""
    return hashed(prefix_of(table), cells, origin, name or "")


def entity_keys(table: Table, origin: str, cells: pl.Series) -> pl.Series:
    """Return the keys of things of `table` named by `cells`; null where the cells are empty."""
    keys = hashed(table.key or prefix_of(table), cells, origin)
    return keys.set(cells.is_null(), None)


def digest_of(origin: str, cell: str) -> str:
    """Return the origin_key of somebody whose source calls them `cell`: 16 hex digits, no name."""
    return hashlib.sha256(SEPARATOR.join((origin, cell)).encode()).hexdigest()[:16]


def digests(origin: str, cells: pl.Series) -> pl.Series:
    """Return `digest_of` each cell; null stays null."""
    known = cells.drop_nulls().unique().to_list()
    return cells.replace_strict(
        known, [digest_of(origin, cell) for cell in known], default=None, return_dtype=pl.String
    )


@dataclass
class Parties:
    """Who the community knows from this origin, and who is new; keys are numbered in order of first appearance."""

    origin: str
    known: dict[str, str]  # origin_key → party
    last: dict[str, int]  # letter → highest number in use
    new: dict[str, tuple[str, str]] = field(default_factory=dict)  # party → (name, type)
    mentioned: set[str] = field(default_factory=set)  # every origin_key that this run asked for

    @classmethod
    def of(cls, parties: pl.DataFrame, origin: str) -> "Parties":
        """Read the community's parties; the newest row names the key."""
        mine = parties.filter((pl.col("origin") == origin) & pl.col("origin_key").is_not_null())
        mine = mine.sort("recorded_at", "fact")
        numbers = parties["party"].str.extract_groups(r"^([a-z])([0-9]{6,9})$").struct.unnest().drop_nulls()
        last = numbers.select(pl.first().alias("letter"), pl.nth(1).cast(pl.Int64).alias("number"))
        highest = last.group_by("letter").agg(pl.col("number").max())
        return cls(
            origin,
            dict(zip(mine["origin_key"].to_list(), mine["party"].to_list(), strict=True)),
            dict(highest.iter_rows()),
        )

    def keys(self, cells: pl.Series, kinds: pl.Series | None) -> pl.Series:
        """Return the key of each cell; with `kinds` an unknown one gets a new key, else it is null."""
        if kinds is not None:
            frame = (
                pl.DataFrame({"cell": cells, "kind": kinds})
                .drop_nulls()
                .unique("cell", keep="first", maintain_order=True)
            )
            for cell, kind in frame.iter_rows():
                if kind in LETTERS and self.party(cell) is None:
                    self._add(cell, kind)
        asked = cells.drop_nulls().unique().to_list()
        self.mentioned.update(asked, (digest_of(self.origin, cell) for cell in asked))
        found = {cell: party for cell in asked if (party := self.party(cell)) is not None}
        return cells.replace_strict(found, default=None, return_dtype=pl.String)

    def party(self, cell: str) -> str | None:
        """Return the key of whom the source calls `cell`, or None."""
        return self.known.get(cell) or self.known.get(digest_of(self.origin, cell))

    def _add(self, cell: str, kind: str) -> None:
        letter = LETTERS[kind]
        self.last[letter] = self.last.get(letter, 0) + 1
        party = f"{letter}{self.last[letter]:06d}"
        self.known[digest_of(self.origin, cell) if kind == PERSON else cell] = party
        self.new[party] = (cell, kind)
