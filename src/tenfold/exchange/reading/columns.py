"""What each column of a table may hold, by its header and by its cells."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from tenfold.exchange.reading import lexicon
from tenfold.exchange.reading.table import Table
from tenfold.exchange.reading.values import MOST, Profile, profile

ROLES = Path(__file__).with_name("lexicon") / "roles.json"
HALF, SOME = 0.5, 0.2
UNTOLD = 0.2  # of a header whose cells hold none of the words that such a column has
RATHER = 0.8  # of the less likely of the two that a header such as Name may be
EITHER = ("person", "organisation")
_QUESTION = re.compile(r"[?？]\s*[*)\]]*$|^(?:Q?\d{1,3}\s*[、.．:：]|Q\d{1,3}\b)\s*\S", re.IGNORECASE)
YES_OR_NO = ("是否", "is ", "has ")  # what a header begins with that asks whether, not who
PLAIN = ("email", "dialled", "registration")  # cells that show what they are, whatever the header says
CODED = ("stage", "channel")  # words of our own lists say what they are, whatever the header may be too
NO_NAMES = ("money", "number", "email", "phone", "date", "percent", "url")  # cells that no column of names is made of


@dataclass(frozen=True)
class Candidate:
    """A column, what its cells are, and the roles it may have with how much speaks for each."""

    name: str
    header: lexicon.Header
    profile: Profile
    roles: Mapping[str, float]
    by_header: frozenset[str]  # the roles that its header names
    whole: frozenset[str]  # those that it names as a whole

    def score(self, role: str) -> float:
        """Return how much speaks for a role, 0 … 1."""
        return self.roles.get(role, 0.0)


def candidates(table: Table) -> tuple[Candidate, ...]:
    """Look at every column of a table."""
    return tuple(_candidate(table, name) for name in table.names)


def _candidate(table: Table, name: str) -> Candidate:
    header = lexicon.header_of(name)
    looked = profile(table.rows[name])
    meanings = lexicon.meanings(header.word)
    roles = _weighed({meaning.role: meaning.sure * _suits(meaning, looked) for meaning in meanings}, looked)
    if header.word.startswith(YES_OR_NO):
        roles = {role: score for role, score in roles.items() if role not in _table()["names"]}
    if _QUESTION.search(name):
        roles.setdefault("question", lexicon.PART)
    named = frozenset(role for role, score in roles.items() if score > 0)
    for kind, given in _table()["by_values"].items():
        share = looked.of(kind)
        if share < MOST or given["role"] in roles:
            continue
        if _says(table.rows[name]) if kind in CODED else not named and (not roles or kind in PLAIN):
            roles[given["role"]] = given["sure"] * share
    whole = frozenset(one.role for one in meanings if one.sure == lexicon.WHOLE and one.role in named)
    return Candidate(name, header, looked, roles, named, whole)


def _suits(meaning: lexicon.Meaning, looked: Profile) -> float:
    """Return how well cells suit what a header means; what it only holds must be told by some of its words."""
    untold = meaning.role in _table()["told"] and not looked.is_empty and not _told(meaning.role, looked)
    return 0.0 if untold and meaning.sure < lexicon.WHOLE else fit(meaning.role, looked)


def _says(cells: pl.Series) -> bool:
    """Whether the words of a column say something by themselves: yes and no do not, whatever else they may mean."""
    different = cells.drop_nulls().unique().to_list()
    return not all(lexicon.plain(text) in lexicon.words_of("rows", "yes_or_no") for text in different)


def _weighed(roles: dict[str, float], looked: Profile) -> dict[str, float]:
    """Let the cells decide what a header means that may mean several things."""
    told = [role for role in roles if _told(role, looked) >= MOST]
    weighed = {role: score if not told or role in told else score * HALF for role, score in roles.items()}
    if all(role in roles for role in EITHER):
        less = min(EITHER, key=lambda role: (looked.of(role), role == "person"))
        weighed[less] *= RATHER
    return weighed


def _told(role: str, looked: Profile) -> float:
    """Return how many of the cells are words that a column of a role has.

    One word alone tells no class of members: Partner under Role is rather what people call themselves.
    """
    if role == "class" and looked.different == 1:
        return 0.0
    return max((looked.of(kind) for kind in _table()["told"].get(role, ())), default=0.0)


def fit(role: str, looked: Profile) -> float:
    """Return how well cells suit a role: 1 where they do or say nothing, 0 where they cannot be it."""
    if looked.is_empty:
        return HALF
    holds = _table()["holds"].get(role)
    if holds is not None:
        share = max(looked.of(kind) for kind in holds)
        if role.endswith(("_on", "joined", "date")) and share < HALF:
            share = max(share, looked.of("whole"))  # days as the numbers of a spreadsheet
        return 1.0 if share >= HALF else HALF if share >= SOME else 0.0
    if role in _table()["told"]:
        return 1.0 if _told(role, looked) else UNTOLD
    if role in _table()["names"]:
        wrong = max(looked.of(kind) for kind in NO_NAMES)
        return 0.0 if wrong >= MOST else 1.0
    return 1.0


@cache
def _table() -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(ROLES.read_text(encoding="utf-8"))
    return content
