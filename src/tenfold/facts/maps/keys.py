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
MANY = 5_000  # texts from which an engine hashes faster than a loop
PERSON = "person"
LETTERS = {"person": "p", "organisation": "o", "vehicle": "v", "public_body": "g"}


def hexed(parts: pl.Series, start: str, digits: int) -> pl.Series:
    """Return the first hex digits of SHA-256 over `start` and each text."""
    if parts.len() < MANY:
        made = [hashlib.sha256((start + part).encode()).hexdigest()[:digits] for part in parts.to_list()]
        return pl.Series(made, dtype=pl.String)
    import duckdb

    with duckdb.connect(config={"preserve_insertion_order": True}) as connection:
        connection.register("parts", parts.to_frame("part").to_arrow())
        found = connection.sql("SELECT left(sha256(? || part), ?) FROM parts", params=[start, digits])
        return pl.DataFrame(found.to_arrow_table()).to_series()


def hashed(prefix: str, parts: pl.Series, *before: str) -> pl.Series:
    """Return `PREFIX-` and 12 hex digits of SHA-256 over `before` and each text, joined by U+001F."""
    made = hexed(parts.fill_null(""), SEPARATOR.join((*before, "")), 12)
    return made.to_frame("made").select(pl.lit(f"{prefix}-") + pl.col("made")).to_series()


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


def digests(origin: str, cells: pl.Series) -> pl.Series:
    """Return the origin_key of those whose source calls them so: 16 hex digits, no name; null stays null."""
    made = hexed(cells.fill_null(""), f"{origin}{SEPARATOR}", 16)
    return made.to_frame("made").select(pl.when(cells.is_not_null()).then("made")).to_series()


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
            told = pl.DataFrame({"cell": cells, "kind": kinds}).drop_nulls()
            told = told.unique("cell", keep="first", maintain_order=True)
            for (cell, kind), name in zip(told.iter_rows(), digests(self.origin, told["cell"]), strict=True):
                if kind in LETTERS and cell not in self.known and name not in self.known:
                    self._add(cell, kind, name)
        asked = cells.drop_nulls().unique(maintain_order=True)
        both = list(zip(asked.to_list(), digests(self.origin, asked).to_list(), strict=True))
        self.mentioned.update(name for pair in both for name in pair)
        party = pl.Series([self.known.get(cell) or self.known.get(name) for cell, name in both], dtype=pl.String)
        found = pl.DataFrame({"cell": asked, "party": party})
        return cells.to_frame("cell").join(found, on="cell", how="left", maintain_order="left")["party"]

    def _add(self, cell: str, kind: str, name: str) -> None:
        letter = LETTERS[kind]
        self.last[letter] = self.last.get(letter, 0) + 1
        party = f"{letter}{self.last[letter]:06d}"
        self.known[name if kind == PERSON else cell] = party
        self.new[party] = (cell, kind)
