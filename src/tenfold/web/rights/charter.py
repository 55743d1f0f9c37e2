"""The charter as sentences whose values are the form, and what a tried value would have changed."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from tenfold.charter.diff import diff
from tenfold.charter.document import Charter
from tenfold.charter.load import NEWEST, read_charter
from tenfold.charter.rewriting import rewritten
from tenfold.charter.sentences import Rule, told
from tenfold.report.amounts import exact
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.report.speech import CLOSES_CHINESE
from tenfold.report.words import say
from tenfold.terms.days import local_day as day_of
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.listed import Listed
from tenfold.terms.money import from_minor
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.policies import known
from tenfold.web.rights.pools import money_said, sees_all
from tenfold.web.rights.results import Results
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.charters import charter_files
from tenfold.web.store.complaints import complaints_of
from tenfold.web.store.current import counting, current
from tenfold.web.store.work import Question

DURATION = re.compile(r"(\d+)(d|wd|m|y)")
MONEY = re.compile(r"(\d+(?:\.\d+)?) ([A-Z]{2,})")
COUNT = re.compile(r"\d+(\.\d+)?")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
VALUE = re.compile(rf"-?\d+(\.\d+)?|{DURATION.pattern}|{MONEY.pattern}|{DATE.pattern}")
# What the ids are that the community chose, where they have words of their own.
ITEMS = {"quorum": "body", "majority": "body", "notice": "body", "cadence": "state"}
# What each version says of itself: it changes with every one, and no rule with it.
HEAD = frozenset({"/charter/version", "/charter/supersedes", "/charter/adopted_by"})
PERCENT = Decimal(100)
LONGEST = 40  # characters that a value of a rule may have


@dataclass(frozen=True, slots=True)
class Sentence:
    """A rule as a sentence around its value.

    before, after   the words on either side of the value
    value, unit     what stands in the input, and the words that belong to it
    kind            `date`, or `text` for everything that is typed
    label           the sentence with a blank, for whoever cannot see where the input stands
    """

    pointer: str
    before: str
    after: str
    value: str
    unit: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of the ten, with its sentences."""

    id: str
    name: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the charter, and from which day it is in force."""

    number: int
    since: str


@dataclass(frozen=True, slots=True)
class CharterPage:
    """The charter: its newest version, its sections, all versions, and the kinds of decisions that may adopt one.

    holds   the number of the version that is in force until the newest one is; none where that is in force already
    """

    version: int
    since: str
    holds: int | None
    sections: tuple[Section, ...]
    versions: tuple[Version, ...]
    bodies: tuple[tuple[str, str], ...]
    signers: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody's part of a pool under either charter, with what it gains (`good`) or loses (`bad`)."""

    name: str
    before: Markup
    after: Markup
    difference: Markup
    tone: str


@dataclass(frozen=True, slots=True)
class TriedPool:
    """A pool under either charter: who gains and who loses, and what both come to.

    decided   whether its payouts were approved: they stay as they are, whatever is adopted
    """

    name: str
    decided: bool
    moved: tuple[Moved, ...]
    total: Moved | None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a tried charter would have changed; behaviour is as it was.

    changes   what is tried, as sentences
    counts    of each of the ten whose decisions change: its name, how many come, go, and become others
    """

    changes: tuple[str, ...]
    pools: tuple[TriedPool, ...]
    counts: tuple[tuple[str, int, int, int], ...]


def charter_page(viewer: Viewer) -> CharterPage:
    """Return the newest charter as sentences."""
    rulebook = viewer.rulebook
    newest = rulebook.newest
    speech = viewer.phrases()
    approval = newest.distribution.approve
    offices = () if approval is None else approval.dual_control
    signers = [speech.word("role", office) for office in offices]
    holding = viewer.rules.charter.version
    return CharterPage(
        version=newest.version,
        since=since_said(viewer, speech, newest),
        holds=None if holding == newest.version else holding,
        sections=sections(speech, newest),
        versions=tuple(Version(one.version, since_said(viewer, speech, one)) for one in reversed(rulebook.charters)),
        bodies=tuple((id, speech.word("body", id)) for id in newest.adjustment.decisions),
        signers=speech.listed(signers),
    )


def sections(speech: Phrases, charter: Charter) -> tuple[Section, ...]:
    """Return a charter as sentences, by section."""
    found: dict[str, list[Sentence]] = {}
    for rule in told(charter):
        if rule.section != "charter" and VALUE.fullmatch(rule.value):
            found.setdefault(rule.section, []).append(_sentence(speech, rule))
    return tuple(Section(id, speech.words[f"report.ten.{id}"], tuple(some)) for id, some in found.items())


def charter_text(viewer: Viewer) -> str:
    """Return the newest charter as it is written."""
    return charter_files(viewer.community)[NEWEST].decode("utf-8")


def wanted(charter: Charter, sent: Mapping[str, str]) -> dict[str, str]:
    """Return pointer → the value that a form asks for, as the charter writes it; what is as it was is left out.

    Raises
    ------
    Refused   a value cannot be read
    """
    found: dict[str, str] = {}
    for rule in told(charter):
        if rule.pointer in sent and (value := _written(rule, sent[rule.pointer].strip())) != rule.value:
            found[rule.pointer] = value
    return found


def with_values(viewer: Viewer, values: Mapping[str, str]) -> bytes:
    """Return the newest charter's text with other values in it. Raises Refused."""
    return rewritten(charter_files(viewer.community)[NEWEST], NEWEST, values)


def tried(viewer: Viewer, question: int) -> Tried | None:
    """Return what came of a trial, as far as the viewer may see it; None while the engine has not answered.

    Raises
    ------
    NotHere   nobody asked that here
    Refused   the tried charter cannot be
    """
    asked = Question.rows.of(viewer.community).filter(pk=question, kind="trial").first()
    if asked is None:
        raise NotHere(str(question))
    if asked.error is not None:
        raise Refused(complaints_of(asked.error))
    if asked.answer is None:
        return None
    after = read_charter(asked.params["charter"].encode(), NEWEST)
    answer = asked.answer
    return Tried(
        changes=changes(viewer, viewer.rulebook.newest, after),
        pools=tuple(_pools(viewer, answer["pools"])),
        counts=tuple(_counts(viewer, answer)),
    )


def since_said(viewer: Viewer, speech: Phrases, charter: Charter) -> str:
    """Return from which day a charter is in force, in words."""
    return day_said(viewer.language, day_of(charter.effective_from, speech.zone), local_day(viewer))


def _sentence(speech: Phrases, rule: Rule) -> Sentence:
    text = speech.words[f"rule.{rule.name}"].replace("{item}", speech.word(ITEMS.get(rule.name, "item"), rule.item))
    before, _, after = text.partition("{value}")
    value, unit, kind = _shown(speech, rule)
    if speech.zh and CLOSES_CHINESE.search(unit):  # the space stands between a number and a word, not between two words
        after = after.removeprefix(" ")
    return Sentence(rule.pointer, before, after, value, unit, kind, f"{before}…{unit}{after}")


def _shown(speech: Phrases, rule: Rule) -> tuple[str, str, str]:
    """Return a value as it stands in its input, the words behind it, and the kind of the input."""
    if rule.share and re.fullmatch(r"[\d.]+", rule.value):
        return f"{(Decimal(rule.value) * PERCENT).normalize():f}", "%", "text"
    if duration := DURATION.fullmatch(rule.value):
        return duration[1], speech.words[f"rule.unit.{duration[2]}"], "text"
    if money := MONEY.fullmatch(rule.value):
        return exact(money[1]), speech.word("currency", money[2]), "text"
    if COUNT.fullmatch(rule.value):
        return exact(rule.value), "", "text"
    return rule.value, "", "date" if DATE.fullmatch(rule.value) else "text"


def _written(rule: Rule, typed: str) -> str:
    """Return what somebody typed as the charter writes it."""
    plain = typed.replace(",", "").removesuffix("%").strip()
    if len(plain) > LONGEST or not plain or re.search(r"[\"'\\\n:#{}\[\]]", plain):
        raise Refused([Complaint("rulebook.value", params={"seen": typed[:LONGEST]})])
    if rule.share and re.fullmatch(r"[\d.]+", rule.value):
        if not re.fullmatch(r"\d+(\.\d+)?", plain):
            raise Refused([Complaint("rulebook.value", params={"seen": typed})])
        same = Decimal(plain) / PERCENT == Decimal(rule.value)
        return rule.value if same else f"{(Decimal(plain) / PERCENT).normalize():f}"
    if duration := DURATION.fullmatch(rule.value):
        return f"{plain}{duration[2]}"
    if money := MONEY.fullmatch(rule.value):
        return f"{plain} {money[2]}"
    return plain


def changes(viewer: Viewer, before: Charter, after: Charter) -> tuple[str, ...]:
    """Return in sentences what one charter changes of another."""
    speech = viewer.phrases()
    found = [one for one in diff(before, after, viewer.language) if one.pointer not in HEAD]
    return tuple(say(viewer.language, one.id, _named(speech, one.params)) for one in found)


def _named(speech: Phrases, params: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters of a change with names for ids: those that no label of the charter names."""
    return {name: _part_named(speech, value) for name, value in params.items()}


def _part_named(speech: Phrases, value: object) -> object:
    match value:
        case tuple():
            return tuple(_part_named(speech, part) for part in value)
        case Listed():
            return Listed(speech.word("body", part) for part in value.parts)
        case str():
            return speech.word("body", value)
        case _:
            return value


def _pools(viewer: Viewer, pools: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterable[TriedPool]:
    """Yield pools whose payments would move, with the lines that the viewer may see."""
    rows = {row["pool"]: row for row in current(viewer.community, "pools", pool=list(pools))}
    whole = sees_all(viewer)
    decided = set(counting(viewer.community, "payouts").filter(pool__in=rows).values_list("pool", flat=True))
    for key, lines in pools.items():
        seen = [one for one in lines if whole or one["party"] in viewer.own]
        if key not in rows or not seen:
            continue
        currency = rows[key]["currency"]
        speech = viewer.phrases([{"pool": key}], parties=[one["party"] for one in seen])
        moved = [_moved(speech, speech.named(one["party"]), one["before"], one["after"], currency) for one in seen]
        sums = (sum(one["before"] for one in seen), sum(one["after"] for one in seen))
        total = _moved(speech, say(viewer.language, "trial.total"), *sums, currency) if whole else None
        yield TriedPool(speech.named(key), key in decided, tuple(moved), total)


def _moved(speech: Phrases, name: str, before: int, after: int, currency: str) -> Moved:
    digits = speech.rules.currencies.digits(currency) or 0
    was, now, difference = (
        money_said(speech, from_minor(one, digits), currency) for one in (before, after, after - before)
    )
    if after > before:
        return Moved(name, was, now, Markup("+{}").format(difference), "good")
    return Moved(name, was, now, difference, "bad" if after < before else "")


def _counts(viewer: Viewer, answer: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, int, int, int]]:
    """Yield how many decisions of each mechanism come, go and become others, of those that the viewer sees."""
    results = Results(viewer)

    def seen(ids: Sequence[str]) -> Counter[str]:
        parts = [(id, id.split(":")[1]) for id in ids if known(id) and id.count(":") > 1]
        return Counter(id.partition(".")[0] for id, subject in parts if results.sees(id, subject))

    come, gone, other = seen(answer["come"]), seen(answer["gone"]), seen(answer["other"])
    for mechanism in sorted(come.keys() | gone.keys() | other.keys()):
        name = say(viewer.language, f"report.ten.{mechanism}")
        yield name, come[mechanism], gone[mechanism], other[mechanism]
