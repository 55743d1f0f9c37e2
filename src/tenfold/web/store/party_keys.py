"""By what parties are found: each way in which a name is typed, and what somebody new has in common with one on record.

The keys of a row are written with it and hold what people are called, so that they go with what is erased. However many
parties there are, the database finds the few that are meant.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db import models

from tenfold.exchange.line.line import Person
from tenfold.exchange.line.people import folded, ways
from tenfold.facts.maps.keys import PERSON
from tenfold.facts.maps.who import keys_on_record
from tenfold.methods.pinyin import initials, is_chinese, name_keys
from tenfold.web.store.bound import Bound
from tenfold.web.store.communities import Community

TYPED, MET = "typed", "met"
LONGEST = 200  # signs of a key: an index takes no more than some kilobytes


class PartyKey(models.Model):
    """A key of a row of `parties`.

    use   TYPED: a way of typing a name, folded and without blanks; MET: a name, an address or a number as two share it
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    fact = models.CharField(max_length=64)
    use = models.CharField(max_length=5)
    key = models.TextField()

    rows = Bound["PartyKey"]()

    class Meta:
        db_table = "party_key"
        indexes = [
            models.Index(fields=["community", "use", "key"], name="party_key_key"),
            models.Index(fields=["community", "fact"], name="party_key_fact"),
        ]


def keys_of(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the use and the text of each key of a row of `parties`, every one once."""
    typed = {folded(form) for way in ways(person_of(row)) for form in _typed(way.casefold())}
    yield from ((TYPED, key[:LONGEST]) for key in sorted(typed) if key)
    yield from ((MET, key[:LONGEST]) for key in sorted(set(keys_on_record(row))))


def person_of(row: Mapping[str, Any], at: str | None = None) -> Person:
    """Return a party as lines of text know it, and where it works; who has no name is called by the key."""
    names = tuple(name for name in (row.get("name"), row.get("name_other")) if name and name.strip())
    return Person(row["party"], names or (row["party"],), row["type"] == PERSON, at)


def typed_as(community: Community, texts: Collection[str]) -> "models.QuerySet[PartyKey, str]":
    """Return the rows of `parties` whose name is typed like one of some texts."""
    return _rows(community, TYPED, key__in=[text[:LONGEST] for text in texts])


def typed_with(community: Community, part: str) -> "models.QuerySet[PartyKey, str]":
    """Return the rows of `parties` whose name is typed like that in part."""
    return _rows(community, TYPED, key__contains=part[:LONGEST])


def met(community: Community, keys: Collection[str]) -> "models.QuerySet[PartyKey, str]":
    """Return the rows of `parties` that share one of these keys."""
    return _rows(community, MET, key__in=[key[:LONGEST] for key in keys])


def _rows(community: Community, use: str, **wanted: Any) -> "models.QuerySet[PartyKey, str]":
    return PartyKey.rows.of(community).filter(use=use, **wanted).values_list("fact", flat=True)


def _typed(written: str) -> Iterator[str]:
    """Yield a way of writing a name, and how it is typed in Latin letters: a surname with its title among them."""
    yield written
    if is_chinese(written):
        yield from name_keys(written)
        yield initials(written)
