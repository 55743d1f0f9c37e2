"""The words of other people's sheets: what a header, a unit, a stage or a channel is called, in three scripts.

Data, not code: `lexicon/*.json`. A header is compared in one plain form (width, case, blanks, script, marks), so that
`意向金额（万元）`, `意向金額` and `意向金额:` are one word, and what stands in its brackets is kept apart.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tenfold.facts.written.amounts import units
from tenfold.methods.chinese import simplified

FOLDER = Path(__file__).with_name("lexicon")
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
WHOLE, PART = 1.0, 0.6  # how sure a header is that is the word, or holds it
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_LATIN = re.compile(r"[a-z0-9]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Header:
    """A header taken apart: its plain words, and what its brackets (or the end after `in` or `/`) say of the unit."""

    word: str
    bracket: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A role that a header may have, and how sure that is."""

    role: str
    sure: float


def plain(text: str) -> str:
    """Return a header or label in its plain form.

    >>> plain(" 意向　金額: "), plain("E-Mail  Address*"), plain("ＣＬＯＳＥ_Date")
    ('意向金额', 'e-mail address', 'close date')
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("_", " ").strip(" *:?：？.。\t\r\n\ufeff'\"")
    folded = simplified(_SPACES.sub(" ", folded))
    return folded if _LATIN.search(folded) else folded.replace(" ", "")


def header_of(text: str) -> Header:
    """Part a header into its words and what it says in brackets.

    >>> header_of("意向金额（万元）"), header_of("Amount (EUR)"), header_of("金额/万元")
    (Header(word='意向金额', bracket='万元'), Header(word='amount', bracket='eur'), Header(word='金额', bracket='万元'))
    """
    folded = unicodedata.normalize("NFKC", text)
    word = plain(folded)
    if word in roles_by_header():
        return Header(word)
    found = _BRACKETS.findall(folded)
    if found:
        bare = plain(_BRACKETS.sub(" ", folded))
        return Header(bare or word, plain(" ".join(found)))
    for mark in (" in ", "/", ":", ",", "-"):
        head, _, tail = folded.rpartition(mark)
        if head and plain(head) in roles_by_header() and plain(tail) not in roles_by_header():
            return Header(plain(head), plain(tail))
    return _with_currency(word)


def _with_currency(word: str) -> Header:
    """Part `rmb amount` and `amount usd`: a currency at either end of a header that is known without it."""
    pieces = word.split(" ")
    for unit, rest in ((pieces[0], pieces[1:]), (pieces[-1], pieces[:-1])):
        if " ".join(rest) in roles_by_header() and unit in _currency_words():
            return Header(" ".join(rest), unit)
    return Header(word)


@cache
def _currency_words() -> frozenset[str]:
    listed = units()["currencies"]
    return frozenset({*(code.casefold() for code in listed), *(word for words in listed.values() for word in words)})


@cache
def words(name: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Return one file of the lexicon: meaning → language → words."""
    content: Mapping[str, Mapping[str, Sequence[str]]] = json.loads(
        (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    )
    return content


@cache
def by_word(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return plain word → what it may mean, in the order of the file."""
    found: dict[str, tuple[str, ...]] = {}
    for meaning, languages in words(name).items():
        for listed in languages.values():
            for word in map(plain, listed):
                known = found.get(word, ())
                found[word] = known if meaning in known else (*known, meaning)
    return found


@cache
def words_of(name: str, meaning: str) -> frozenset[str]:
    """Return the words of one meaning in all languages, plain and as written, blanks inside taken out too."""
    listed = [word for language in words(name)[meaning].values() for word in language]
    found = {*listed, *map(plain, listed)}
    return frozenset(found | {word.replace(" ", "") for word in found})


def roles_by_header() -> Mapping[str, tuple[str, ...]]:
    """Return plain header → roles."""
    return by_word("headers")


@cache
def meanings(word: str) -> tuple[Meaning, ...]:
    """Return the roles that a header's plain word may have, the surest first; none for an unknown word."""
    known = roles_by_header().get(word)
    if known is not None:
        return tuple(Meaning(role, WHOLE) for role in known)
    inside = _held(word)
    return tuple(Meaning(role, PART) for role in roles_by_header()[inside]) if inside else ()


def _held(word: str) -> str:
    """Return the longest known header that stands inside another, at its end if several do: `本次投资金额`.

    Words that say something only where they stand alone are none: 名称 in 课程名称 names nobody. Nor is what an end of
    the header says something of: an applicant type is no applicant, only a type.
    """
    latin = bool(_LATIN.search(word))
    end = word.rpartition(" ")[2]
    ends = f" {end}" if end in words_of("rows", "ends") else ""
    places = _places()
    found = [
        known
        for known in {*(_spans_of_words(word) if latin else _spans_of_letters(word))}
        if known in places and f" {known}".endswith(ends) and known not in words_of("rows", "alone")
    ]
    # The last words of a Chinese header say what it is; in other languages the longest known part does.
    return max(found, key=lambda known: (not latin and word.endswith(known), len(known), -places[known]), default="")


@cache
def _places() -> Mapping[str, int]:
    """Return plain header → its place in the lexicon."""
    return {known: place for place, known in enumerate(roles_by_header())}


@cache
def _longest() -> int:
    return max(map(len, _places()))


def _spans_of_words(word: str) -> Iterator[str]:
    """Yield the parts of a header that begin and end with whole words, of more than two letters, but the whole."""
    parts = word.split(" ")
    for first in range(len(parts)):
        for last in range(first + 1, len(parts) + 1):
            span = " ".join(parts[first:last])
            if len(span) > _longest():
                break
            if 2 < len(span) < len(word):
                yield span


def _spans_of_letters(word: str) -> Iterator[str]:
    """Yield the parts of a header of more than one letter, but the whole."""
    for first in range(len(word)):
        for last in range(first + 2, min(first + _longest(), len(word)) + 1):
            if last - first < len(word):
                yield word[first:last]
