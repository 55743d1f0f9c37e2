"""Somebody new who is typed in by hand: what the form offers, and who on record they are, or may be, already."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from tenfold.facts.declaration import TABLES
from tenfold.facts.maps.fill import ROW
from tenfold.facts.maps.who import People, keys_to_meet, mentions_of, met
from tenfold.methods.places import country_of
from tenfold.web.rights.lookup import Named
from tenfold.web.rights.names import rules_of
from tenfold.web.rights.people import choices
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store import party_keys
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current
from tenfold.web.store.declared import MODELS

KINDS = ("person", "organisation")  # whom the form adds; vehicles and public bodies come with sheets
CANDIDATE, MEMBER = "suggested", "active"


@dataclass(frozen=True, slots=True)
class Adding:
    """What the form for somebody new offers: kinds, classes of members, and how far they are, by key and name."""

    kinds: tuple[Named, ...]
    classes: tuple[Named, ...]
    states: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """Who on record somebody new is or may be: party → why it may be them; `same` those who are it for certain."""

    same: tuple[str, ...]
    likely: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Double:
    """Somebody on record who may be meant: the key, the name, the organisation, and why they are only likely."""

    party: str
    name: str
    organisation: str
    why: str


def adding(viewer: Viewer) -> Adding:
    """Return what the form for somebody new offers."""
    speech = viewer.phrases()
    return Adding(
        kinds=tuple((kind, speech.word("type", kind)) for kind in KINDS),
        classes=choices(viewer)[0],
        states=tuple((state, speech.say(f"adding.state.{state}")) for state in (CANDIDATE, MEMBER)),
    )


def met_before(
    community: Community, type: str, *, name: str, organisation: str | None, email: str | None, phone: str | None
) -> Met:
    """Return who on record somebody is or may be, as an import finds it; the organisation is named by its key."""
    said = {"name": name, "organisation": organisation or "", "email": email or "", "phone": phone or ""}
    given = pl.DataFrame([{ROW: 1, **said}])
    mentions = mentions_of(given, pl.Series([type]), {field: field for field in said}, _country(community))
    same, likely = met(_known(community, keys_to_meet(mentions)), mentions)
    return Met(tuple(one.party for one in same), {one.other.party: one.why for one in likely})


def doubles(viewer: Viewer, found: Met) -> list[Double]:
    """Return those who may be meant in words, as far as the viewer may see them."""
    parties = (*found.same, *found.likely)
    seen = [row["party"] for row in current_rows(viewer, "parties", party=parties)]
    works = {row["party"]: row["organisation"] for row in current_rows(viewer, "affiliations", party=seen)}
    speech = viewer.phrases(parties=[*seen, *works.values()])
    return [
        Double(
            party=party,
            name=speech.named(party),
            organisation=speech.named(works[party]) if party in works else "",
            why=speech.say(f"reading.same.why_{found.likely[party]}") if party in found.likely else "",
        )
        for party in parties
        if party in seen
    ]


def _known(community: Community, keys: Collection[str]) -> People:
    """Return those on record who share one of these keys, and whom they were merged into."""
    rows = MODELS["parties"].rows.of(community)
    found = set(rows.filter(fact__in=party_keys.met(community, keys)).values_list("party", flat=True))
    new = found
    while new:
        merged = rows.filter(party__in=new, merged_into__isnull=False).values_list("merged_into", flat=True)
        new = set(merged) - found
        found |= new
    return People.of(
        _table(community, "parties", found), _table(community, "affiliations", found), _country(community), {}
    )


def _table(community: Community, name: str, parties: Collection[str]) -> pl.DataFrame:
    return pl.DataFrame(current(community, name, party=parties), TABLES[name].schema)


def _country(community: Community) -> str | None:
    return country_of(rules_of(community).charter.timezone)
