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
from tenfold.facts.distinct import all_different

SEPARATOR = "\x1f"
MANY = 5_000  # texts from which an engine hashes faster than a loop
BATCH = 50_000  # texts that one thread hashes at a time
PERSON = "person"
NEW = {"party": pl.String, "name": pl.String, "type": pl.String, "mention": pl.String}
LETTERS = {"person": "p", "organisation": "o", "vehicle": "v", "public_body": "g"}


def hex_of(text: str, digits: int) -> str:
    """Return the first hex digits of SHA-256 over a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def hexed(parts: pl.Series, start: str, digits: int) -> pl.Series:
    """Return the first hex digits of SHA-256 over `start` and each text."""
    if parts.len() < MANY:
        made = [hex_of(start + part, digits) for part in parts.to_list()]
        return pl.Series(made, dtype=pl.String)
    import duckdb
    import pyarrow as pa

    table = parts.to_frame("part").to_arrow()
    with duckdb.connect(config={"preserve_insertion_order": True}) as connection:
        connection.register("parts", pa.Table.from_batches(table.to_batches(BATCH), table.schema))
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
    made = hexed(cells.fill_null(""), f"{origin}{SEPARATOR}", 16).alias("made")
    return made.set(cells.is_null(), None) if cells.null_count() else made


@dataclass
class Parties:
    """Who the community knows from this origin, and who is new; keys are numbered in order of first appearance."""

    origin: str
    known: pl.DataFrame  # origin_key, party
    last: dict[str, int]  # letter → highest number in use
    _new: list[pl.DataFrame] = field(default_factory=list)
    _one_by_one: list[tuple[str, str, str, str]] = field(default_factory=list)  # new ones that were asked for alone
    _before: dict[str, str] | None = None  # origin_key → party, of those who were known when it was first asked for
    mentioned: list[pl.Series] = field(default_factory=list)  # every origin_key that this run asked for
    _named: tuple[pl.Series, pl.Series] | None = None  # the cells asked for last, and their digests

    @classmethod
    def of(cls, parties: pl.DataFrame, origin: str) -> "Parties":
        """Read the community's parties; the newest row names the key."""
        mine = parties.filter((pl.col("origin") == origin) & pl.col("origin_key").is_not_null())
        mine = mine.sort("recorded_at", "fact").unique("origin_key", keep="last", maintain_order=True)
        numbers = parties["party"].str.extract_groups(r"^([a-z])([0-9]{6,9})$").struct.unnest().drop_nulls()
        last = numbers.select(pl.first().alias("letter"), pl.nth(1).cast(pl.Int64).alias("number"))
        highest = last.group_by("letter").agg(pl.col("number").max())
        return cls(origin, mine.select("origin_key", "party"), dict(highest.iter_rows()))

    def digests(self, cells: pl.Series) -> pl.Series:
        """Return the digests of cells; one map asks for those of the same cells again and again."""
        if self._named is None or not self._named[0].equals(cells, null_equal=True):
            self._named = (cells, digests(self.origin, cells))
        return self._named[1]

    def keys(self, cells: pl.Series, kinds: pl.Series | None) -> pl.Series:
        """Return the key of each cell; with `kinds` an unknown one gets a new key, else it is null."""
        asked = (
            cells if not cells.null_count() and all_different(cells) else cells.drop_nulls().unique(maintain_order=True)
        )
        names = self.digests(asked)
        self.mentioned += [asked, names]
        found = pl.DataFrame({"cell": asked, "name": names, "party": self._known(asked, names)})
        if kinds is not None:
            found = found.with_columns(self._numbered(found, cells, kinds))
        if asked.len() == cells.len():
            return found["party"]
        return cells.to_frame("cell").join(found, on="cell", how="left", maintain_order="left")["party"]

    def _known(self, cells: pl.Series, names: pl.Series) -> pl.Series:
        """Return the keys that cells have already, under their own name or its digest."""
        if self.known.is_empty():
            return pl.repeat(None, cells.len(), dtype=pl.String, eager=True)
        here, parties = self.known["origin_key"], self.known["party"]
        own, hidden = (
            asked.replace_strict(here, parties, default=None, return_dtype=pl.String) for asked in (cells, names)
        )
        return own.zip_with(own.is_not_null(), hidden)

    def _numbered(self, found: pl.DataFrame, cells: pl.Series, kinds: pl.Series) -> pl.Series:
        """Return the parties of `found`, those who were unknown and have a kind with a new key."""
        if found.height == cells.len() and not kinds.null_count():
            told = found.with_columns(kinds.alias("kind"), pl.int_range(pl.len()).alias("place"))
        else:
            first = (
                pl.DataFrame({"cell": cells, "kind": kinds})
                .drop_nulls()
                .unique("cell", keep="first", maintain_order=True)
            )
            told = first.join(found.with_row_index("place"), on="cell", how="left", maintain_order="left")
        new = told.filter(pl.col("party").is_null() & pl.col("kind").is_in(list(LETTERS)))
        for kind, letter in LETTERS.items():
            new = self._lettered(new, kind, letter)
        person = pl.col("kind") == PERSON
        key = pl.when(person).then("name").otherwise("cell").alias("origin_key")
        self.known = pl.concat([self.known, new.select(key, "party")])
        self._new.append(new.select("party", name="cell", type="kind", mention="cell"))
        return found["party"].clone().scatter(new["place"], new["party"]) if new.height else found["party"]

    def number(self, name: str, kind: str, mention: str) -> str:
        """Return the key of somebody who is new: the next of its letter, or the one that the mention had before."""
        if self._before is None:
            self._before = dict(self.known.reverse().select("origin_key", "party").iter_rows())
        key = hex_of(f"{self.origin}{SEPARATOR}{mention}", 16)
        party = self._before.get(key)
        if party is None:
            letter = LETTERS[kind]
            self.last[letter] = self.last.get(letter, 0) + 1
            party = f"{letter}{self.last[letter]:06}"
        self._one_by_one.append((party, name, kind, mention))
        return party

    @property
    def new(self) -> pl.DataFrame:
        """Those who were unknown: party, name, type, and the mention that they are remembered by."""
        if self._one_by_one:
            self._new.append(pl.DataFrame(self._one_by_one, schema=NEW, orient="row"))
            self._one_by_one = []
        return pl.concat([pl.DataFrame(schema=NEW), *self._new])

    def told(self, mentions: pl.Series, living: pl.Series) -> dict[str, str]:
        """Return mention → party of those whom an earlier file of this source named, if they are still known."""
        known = self.known.filter(pl.col("party").is_in(living.implode()))
        named = pl.DataFrame({"mention": mentions, "origin_key": digests(self.origin, mentions)})
        return dict(named.join(known, on="origin_key", how="inner").select("mention", "party").iter_rows())

    def _lettered(self, new: pl.DataFrame, kind: str, letter: str) -> pl.DataFrame:
        """Give the new parties of a kind the next numbers of its letter, in their order."""
        mine = new["kind"] == kind
        count, last = int(mine.sum()), self.last.get(letter, 0)
        if not count:
            return new
        self.last[letter] = last + count
        numbers = pl.int_range(last + 1, last + count + 1, eager=True).cast(pl.String).str.zfill(6)
        made = numbers.to_frame("number").select(pl.lit(letter) + pl.col("number")).to_series()
        party = made if count == new.height else new["party"].clone().scatter(mine.arg_true(), made)
        return new.with_columns(party.alias("party"))
