"""Whom a line names: by name, alias, surname and title, pinyin, initials; where they work tells two of a name apart."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from tenfold.exchange.line.line import Person
from tenfold.methods.names import without_form
from tenfold.methods.pinyin import initials, is_chinese, name_keys, split_name

TITLES = ("工", "总", "老师", "律师", "教授", "博士", "经理", "主任", "董", "先生", "女士")
PRONOUNS = frozenset({"he", "she", "they", "we", "you", "us"})  # a surname like one of these needs its given name
# Small words of a line, which initials may equal: in small letters they are the words.
SMALL = frozenset(
    {"am", "as", "at", "by", "do", "go", "if", "in", "is", "it", "me", "my", "no", "of", "on", "or", "so", "to", "up"}
)
# Words of the trade that talks and promises are about, which initials may equal: they never mean a person or a house.
# fmt: off
TRADE = frozenset(
    {
        "aml", "bp", "ceo", "cfo", "coo", "cto", "dd", "esg", "fa", "fs", "gp", "hr", "ic", "ipo", "ir", "irr", "kyc",
        "loi", "lp", "mou", "nda", "pe", "pm", "ppt", "pr", "qa", "roi", "sha", "spa", "spv", "ts", "vc",
    }
)
# fmt: on
APART = " · "  # between the parts of a name, each of which names as well: Expert 07 · Huo Qingye
# What a name of an organisation may be cut to: what is left names it as well.
KINDS = (
    "种子基金",
    "产业基金",
    "电力服务",
    "基金",
    "资本",
    "创投",
    "投资",
    "科技",
    "研究所",
    "光电",
    "储能",
    "集团",
    "配网",
)
SHORTEST_INITIALS = 2
LONGEST = 60  # parts of a name: Chinese signs, or words
PART = re.compile(r"[A-Za-z0-9]+|.")  # Latin words are found whole
WHOLE_WORD = "(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"  # Chinese around it is no part of the word
MARK = "\ue000{}\ue001"  # stands in the line for somebody who was found
FOUND = re.compile("\ue000(\\d+)\ue001")
# Between two who were found: the first is where the second works, or the other way round.
OF = re.compile("^(?:的|'s )?$")
WORKS_AT = re.compile(r"^ (?:from|of|at) $|^ ?\($")


@dataclass(frozen=True, slots=True)
class Named:
    """A place of the line that names somebody: the keys that fit."""

    keys: tuple[str, ...]
    text: str


@dataclass(frozen=True, eq=False)
class Book:
    """The names that lines are read with: written → keys of whom that means."""

    people: Sequence[Person]

    @cached_property
    def by_key(self) -> Mapping[str, Person]:
        """The parties by their keys."""
        return {one.key: one for one in self.people}

    @cached_property
    def written(self) -> Mapping[str, tuple[str, ...]]:
        """Every way of writing a name, folded, and whom it means."""
        found: dict[str, dict[str, None]] = {}
        for one in self.people:
            for way in ways(one):
                found.setdefault(way.casefold(), {})[one.key] = None
        return {way: tuple(keys) for way, keys in found.items()}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """One expression that finds every way, the longest first; Latin letters as whole words."""
        ways = sorted(self.written, key=lambda way: (-len(way), way))
        parts = [re.escape(way) if is_chinese(way) else WHOLE_WORD.format(re.escape(way)) for way in ways]
        return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)

    def mask(self, text: str) -> tuple[str, list[Named]]:
        """Return the line with a mark for each name in it, and the names by the number of their mark."""
        found: list[Named] = []

        def mark(match: re.Match[str]) -> str:
            written = match[0]
            if written.casefold() in PRONOUNS:
                return written
            if written.islower() and (written in SMALL or self._needs_capital(written)):
                return written
            found.append(Named(self.written[written.casefold()], written))
            return MARK.format(len(found) - 1)

        return self._told_apart(self.pattern.sub(mark, text), found)

    def _needs_capital(self, written: str) -> bool:
        """Whether a word is one surname or one word of a name, which common words may equal when not capitalised."""
        keys = self.written[written.casefold()]
        words = {word for key in keys for name in self.by_key[key].names for word in name.split()}
        return written not in words and written.casefold() in {word.casefold() for word in words}

    def _told_apart(self, text: str, found: list[Named]) -> tuple[str, list[Named]]:
        """Let a workplace beside a name choose who is meant; the workplace itself is then not talked with."""
        marks = list(FOUND.finditer(text))
        for left, right in pairwise(marks):
            first, second = found[int(left[1])], found[int(right[1])]
            between = text[left.end() : right.start()]
            if OF.match(between) and (chosen := self._at(second, first)):
                found[int(right[1])], found[int(left[1])] = Named(chosen, second.text), Named((), first.text)
            elif WORKS_AT.match(between) and (chosen := self._at(first, second)):
                found[int(left[1])], found[int(right[1])] = Named(chosen, first.text), Named((), second.text)
        return text, found

    def _at(self, who: Named, place: Named) -> tuple[str, ...]:
        """Return those of a name who work at a place."""
        return tuple(key for key in who.keys if self.by_key[key].at in place.keys)


def possible_names(text: str) -> set[str]:
    """Return every part of a text that may be a way of writing a name, folded."""
    parts = [part for word in text.split() for part in (word if is_chinese(word) else PART.findall(word))]
    counts = range(1, LONGEST + 1)
    return {folded("".join(parts[start : start + count])) for start in range(len(parts)) for count in counts}


def folded(text: str) -> str:
    """Return a text as it is compared with what is typed: case folded, without blanks."""
    return "".join(text.casefold().split())


def ways(one: Person) -> Iterator[str]:
    """Yield every way in which a party's name is written."""
    for name in (*one.names, *one.aliases):
        yield name
        yield from _latin_ways(name)
        if APART in name:
            yield from name.split(APART)
    yield from _person_ways(one) if one.person else _organisation_ways(one)


def _latin_ways(name: str) -> Iterator[str]:
    """Yield a Chinese name's pinyin and initials, a Latin name's initials."""
    if is_chinese(name):
        yield from name_keys(name)
        surname, given = split_name(name)
        readings = {*name_keys(surname)}
        yield from (f"{reading} {''.join(name_keys(given))}" for reading in readings if given)
        yield from _but_trade(initials(name))
    elif len(words := name.split()) >= SHORTEST_INITIALS:
        yield from _but_trade("".join(word[0] for word in words))


def _but_trade(letters: str) -> Iterator[str]:
    """Yield initials, unless they are a word of the trade: nobody was talked with because a list is one for DD."""
    if letters.casefold() not in TRADE:
        yield letters


def _person_ways(one: Person) -> Iterator[str]:
    for name in one.names:
        if is_chinese(name):
            surname, _ = split_name(name)
            yield from (surname + title for title in TITLES)
        else:
            surname = name.split()[0]
            yield surname
            yield from (f"{title}{point} {surname}" for title in ("Mr", "Ms", "Mrs", "Dr") for point in ("", "."))


def _organisation_ways(one: Person) -> Iterator[str]:
    for name in one.names:
        if is_chinese(name):
            kinds = [kind for kind in KINDS if name.endswith(kind) and len(name) - len(kind) >= SHORTEST_INITIALS]
            yield from (name.removesuffix(kind) for kind in kinds)
            for kind in kinds:
                yield from _but_trade(initials(name.removesuffix(kind)))
        else:
            words = without_form(name).split()
            yield from (" ".join(words[:count]) for count in range(1, len(words) + 1))
