"""Who is whom: the mentions of a source become parties, those of the community where nothing speaks against it.

A mention is what a record says of somebody: a name, perhaps an organisation, an address, a number. Two mentions are one
party for certain when they share a registration number, an address of mail or a telephone number (and the names do not
contradict), when two organisations have one name but for case, script, width and blanks, or when two persons have one
name in one organisation. What is only likely is returned as a pair for people to decide, and taken as two until then.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import polars as pl

from tenfold.facts.maps.fill import ROW
from tenfold.facts.maps.keys import PERSON, SEPARATOR, hexed
from tenfold.facts.maps.match import living, newest
from tenfold.methods.names import bare_name, core_name, fold, holds, normal_name, similar, without_form
from tenfold.methods.phones import e164, tail
from tenfold.methods.registrations import is_wrong, registration

ALIKE = 0.8  # similarity of names from which a shared address or number is no contradiction
LIKELY_AT_MOST = 3  # candidates that one mention is held against
NEW = "new"  # an answer: somebody of their own
MENTIONS = "who"  # what digests of mentions begin with: the same in every file
Why = Literal["form", "bracket", "short", "spelling", "same_name", "mail", "phone", "several"]


@dataclass(frozen=True, slots=True)
class Mention:
    """What a source says of somebody, and the digest by which people's answers remember it."""

    name: str
    kind: str
    organisation: str = ""  # the party, or the name where nobody found one
    email: str = ""
    phone: str = ""
    registration: str = ""
    account: str = ""
    digest: str = ""
    row: int = 0  # the first record that mentions them
    party: str = ""  # whom it turned out to mean

    @property
    def is_person(self) -> bool:
        """Whether a person is meant."""
        return self.kind == PERSON


@dataclass(frozen=True, slots=True)
class Likely:
    """Two who may be one: a mention, and a party of the community or another mention of the source."""

    mention: Mention
    other: Mention
    why: Why
    proposed: bool  # whether what is known speaks for one rather than two


@dataclass
class Found:
    """What became of the mentions of one column of names."""

    rows: pl.DataFrame  # $row, party
    mentions: tuple[Mention, ...]
    likely: list[Likely]


@dataclass
class People:
    """Everybody known: the community's parties, and those whom the source named so far."""

    country: str | None
    same: Mapping[str, str]
    known: list[Mention]
    index: dict[tuple[str, ...], list[Mention]] = field(default_factory=dict)
    loose: dict[tuple[str, ...], list[Mention]] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)  # digest of a mention: party

    def __post_init__(self) -> None:
        for one in self.known:
            self.add(one)

    @classmethod
    def of(
        cls,
        parties: pl.DataFrame,
        affiliations: pl.DataFrame,
        country: str | None,
        same: Mapping[str, str],
    ) -> "People":
        """Read those whom the community knows, by their newest rows; who was merged is found as the one they became."""
        return cls(country, same, list(_known(parties, affiliations, country)))

    @cached_property
    def parties(self) -> frozenset[str]:
        """The parties that the community knows."""
        return frozenset(one.party for one in self.known)

    @property
    def living(self) -> pl.Series:
        """The parties that the community knows, as a column."""
        return pl.Series(sorted(self.parties), dtype=pl.String)

    def add(self, one: Mention) -> None:
        """Let somebody be found from now on."""
        for key in _certain_keys(one):
            self.index.setdefault(key, []).append(one)
        for loose in _loose_keys(one):
            self.loose.setdefault(loose, []).append(one)

    def certain(self, one: Mention) -> list[Mention]:
        """Return those who are this mention for certain, each party once: more than one is a question."""
        for key in _certain_keys(one):
            found = {other.party: other for other in self.index.get(key, ()) if _agree(one, other, key[0])}
            if found:
                return list(found.values())
        return []

    def likely(self, one: Mention) -> Iterator[Likely]:
        """Yield those who may be this mention, who has become a party of its own."""
        told = {one.party}
        for key in _loose_keys(one):
            for other in self.loose.get(key, ()):
                if other.party in told or len(told) > LIKELY_AT_MOST:
                    continue
                why = _why(one, other, key[0])
                if why is not None:
                    told.add(other.party)
                    yield Likely(one, other, why, _speaks_for(one, other, why))


def _known(parties: pl.DataFrame, affiliations: pl.DataFrame, country: str | None) -> Iterator[Mention]:
    current = newest(living(parties), "party")
    merged = dict(current.select("party", "merged_into").drop_nulls().iter_rows())
    belongs: dict[str, list[str]] = {}
    employed = newest(living(affiliations), ["party", "organisation"])
    for person, organisation in employed.select("party", "organisation").rows():
        belongs.setdefault(person, []).append(organisation)
    columns = ("party", "name", "name_other", "type", "email", "phone", "registration", "account", "country")
    for row in current.select(columns).sort("party").iter_rows(named=True):
        party = _root(row["party"], merged)
        for name in _names(row):
            one = Mention(
                name,
                row["type"],
                email=(row["email"] or "").strip().casefold(),
                phone=e164(row["phone"], row["country"] or country) or "" if row["phone"] else "",
                registration=_code(row["registration"]),
                account=registration(row["account"] or ""),
                party=party,
            )
            employers = belongs.get(row["party"], [""])
            yield from (replace(one, organisation=employer) for employer in employers)


def _root(party: str, merged: Mapping[str, str]) -> str:
    seen = {party}
    while party in merged and merged[party] not in seen:
        party = merged[party]
        seen.add(party)
    return party


def _code(text: str | None) -> str:
    """Return a registration number as two are compared; one whose check digit is wrong tells nobody from another."""
    return "" if is_wrong(text or "") else registration(text or "")


# ---- keys: what makes two one -------------------------------------------------------------------------------------


def _certain_keys(one: Mention) -> Iterator[tuple[str, ...]]:
    """Yield the keys under which one party is found for certain, the strongest first."""
    if one.registration:
        yield "registration", one.registration
    if one.email:
        yield "email", one.kind, one.email
    if one.phone and one.is_person:
        yield "phone", one.phone
    name = normal_name(one.name)
    if not one.is_person:
        yield "name", name
    elif one.organisation:
        yield "colleague", name, one.organisation


def keys_to_meet(given: pl.DataFrame) -> frozenset[str]:
    """Return the keys of which those on record share one, who are or may be one mention: see `keys_on_record`.

    Parameters
    ----------
    given
        As `mentions_of` returns, of one record without a registration number.
    """
    one = _mention(given.row(0, named=True))
    return frozenset(_shared(one.name, one.is_person, one.email, one.phone))


def keys_on_record(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of a row of `parties` under which somebody is looked for, before it is decided whether it is them.

    They say no more than that it is worth looking: where two are one by `certain` or `likely`, they share a key.
    """
    email, phone = (row.get("email") or "").strip().casefold(), row.get("phone") or ""
    for name in _names(row):
        yield from _shared(name, row["type"] == PERSON, email, phone)


def _shared(name: str, is_person: bool, email: str, phone: str) -> Iterator[str]:
    kind = "person" if is_person else "organisation"
    yield SEPARATOR.join(("name", kind, normal_name(name)))
    yield SEPARATOR.join(("bare", kind, bare_name(name) if is_person else core_name(name)))
    if email:
        yield SEPARATOR.join(("mail", email))
    if phone and tail(phone):
        yield SEPARATOR.join(("phone", tail(phone)))


def _names(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a party is called: its name, and its other names."""
    for name in filter(None, (row.get("name"), *(row.get("name_other") or "").split(";"))):
        yield name.strip()


def _agree(one: Mention, other: Mention, key: str) -> bool:
    """Whether nothing contradicts that two with a shared key are one."""
    if one.is_person != other.is_person:
        return False
    match key:
        case "registration":
            return True
        case "email" | "phone":
            return _names_agree(one.name, other.name)
        case _:
            return not _differ(one, other)


def _differ(one: Mention, other: Mention) -> bool:
    """Whether both say something of themselves and say different things."""
    pairs = (
        (one.registration, other.registration),
        (one.email, other.email),
        (one.phone, other.phone),
        (one.account, other.account),
    )
    if one.is_person:
        return any(a and b and a != b for a, b in pairs)
    return bool(one.registration and other.registration and one.registration != other.registration)


def _names_agree(one: str, two: str) -> bool:
    first, second = normal_name(one), normal_name(two)
    return first == second or first in second or second in first or similar(one, two) >= ALIKE


def _loose_keys(one: Mention) -> Iterator[tuple[str, ...]]:
    """Yield the keys under which somebody may meet a double."""
    if one.is_person:
        yield "name", "person", bare_name(one.name)
    else:
        yield "name", "organisation", core_name(one.name)
    if one.email:
        yield "mail", one.email
    if one.phone and one.is_person:
        yield "phone", one.phone


def _why(one: Mention, other: Mention, key: str) -> Why | None:
    if one.is_person != other.is_person:
        return None
    if key in ("mail", "phone"):
        return "mail" if key == "mail" else "phone"
    first, second = normal_name(one.name), normal_name(other.name)
    if first == second:
        return "same_name"
    if one.is_person:
        return "spelling"
    if bare_name(one.name) == bare_name(other.name):
        return "bracket" if "(" in without_form(one.name) + without_form(other.name) else "form"
    return "short" if holds(one.name, other.name) or holds(other.name, one.name) else None


def _speaks_for(one: Mention, other: Mention, why: Why) -> bool:
    """Whether two are proposed as one: nothing that both say differs, and persons are not parted by their employers."""
    if _differ(one, other):
        # A colleague of the same name is rather one person with two numbers.
        return (
            why == "same_name" and one.is_person and bool(one.organisation) and one.organisation == other.organisation
        )
    if why in ("form", "short"):
        return not _both_have_forms(one.name, other.name)
    if one.is_person and one.organisation and other.organisation:
        return one.organisation == other.organisation
    return True


def _both_have_forms(one: str, two: str) -> bool:
    """Whether both names have a legal form: Pine LLC and Pine GmbH are rather two."""
    return all(without_form(name) != fold(name) for name in (one, two))


# ---- finding ------------------------------------------------------------------------------------------------------


def mentions_of(frame: pl.DataFrame, kinds: pl.Series, columns: Mapping[str, str], country: str | None) -> pl.DataFrame:
    """Return what each record says of somebody: $row, the fields of a mention, and `digest`; nameless records are out.

    Parameters
    ----------
    columns
        Field of a mention → source column; `organisation` may be a column of parties found before.
    """
    cells = {field: _stripped(frame, name) for field, name in columns.items()}
    given = pl.DataFrame({ROW: frame[ROW], "kind": kinds, **cells})
    for name in ("organisation", "email", "phone", "registration", "account"):
        if name not in given.columns:
            given = given.with_columns(pl.lit("").alias(name))
    given = given.with_columns(pl.all().exclude(ROW).fill_null("")).filter(pl.col("name") != "")
    given = given.with_columns(
        pl.col("email").str.to_lowercase(),
        _each(given["phone"], lambda text: e164(text, country) or ""),
        _each(given["registration"], _code),
        _each(given["account"], registration),
        _each(given["name"], normal_name).alias("normal"),
    )
    parts = ("kind", "normal", "organisation", "email", "phone", "registration", "account")
    joined = given.select(pl.concat_str(parts, separator=SEPARATOR)).to_series()
    return given.with_columns(hexed(joined, f"{MENTIONS}{SEPARATOR}", 16).alias("digest"))


def _stripped(frame: pl.DataFrame, name: str) -> pl.Series:
    return frame[name].cast(pl.String).str.strip_chars()


def _each(text: pl.Series, change: Callable[[str], str]) -> pl.Series:
    """Change every different cell once."""
    different = text.unique()
    made = pl.Series([change(cell) if cell else "" for cell in different.to_list()], dtype=pl.String)
    return text.replace_strict(different, made, return_dtype=pl.String).alias(text.name)


def find(people: People, given: pl.DataFrame, told: Mapping[str, str], number: Callable[[Mention], str]) -> Found:
    """Find the party of each mention; who is nobody known becomes a new one.

    Parameters
    ----------
    given
        As `mentions_of` returns.
    told
        Digest → party of those whom an earlier file of the same source named.
    number
        Gives a new party its key.
    """
    first = given.group_by("digest", maintain_order=True).agg(pl.all().first())
    mentions: list[Mention] = []
    likely: list[Likely] = []
    for row in first.iter_rows(named=True):
        one = _mention(row)
        certain = people.certain(one)
        party = _answered(people, one, told, certain)
        is_new = not party
        one = replace(one, party=party or number(one))
        people.chosen[one.digest] = one.party
        if is_new and one.digest not in people.same:
            likely += [Likely(one, other, "several", proposed=False) for other in certain]
            likely += people.likely(one)
        people.add(one)
        mentions.append(one)
    parties = pl.DataFrame(
        {"digest": [one.digest for one in mentions], "party": [one.party for one in mentions]},
        schema={"digest": pl.String, "party": pl.String},
    )
    rows = given.select(ROW, "digest").join(parties, on="digest", how="left", maintain_order="left")
    return Found(rows.select(ROW, "party"), tuple(mentions), likely)


def met(people: People, given: pl.DataFrame) -> tuple[list[Mention], list[Likely]]:
    """Return who one mention is for certain, and, where that is nobody, who it may be; nobody is added.

    Parameters
    ----------
    given
        As `mentions_of` returns, of one record.
    """
    one = _mention(given.row(0, named=True))
    certain = people.certain(one)
    return certain, [] if certain else list(people.likely(one))


def _mention(row: Mapping[str, object]) -> Mention:
    fields = ("name", "kind", "organisation", "email", "phone", "registration", "account", "digest")
    return Mention(**{name: str(row[name]) for name in fields}, row=int(str(row[ROW])))


def _answered(people: People, one: Mention, told: Mapping[str, str], certain: Sequence[Mention]) -> str:
    """Return whom a mention means: what a person answered, else who is certain, else whom it meant before."""
    answer = people.same.get(one.digest, "")
    if answer == NEW:
        return told.get(one.digest, "")
    meant = people.chosen.get(answer, answer)  # another mention's digest stands for whom that turned out to be
    if meant and (answer in people.chosen or meant in people.parties):
        return meant
    return certain[0].party if len(certain) == 1 else told.get(one.digest, "")
