"""Names of parties made comparable: case, marks, titles, brackets, legal forms, word order.

Legal forms come off with or without a blank before them, so that 招商银行有限公司 and 招商银行 有限公司 are one name.
"""

import json
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from tenfold.methods.chinese import simplified
from tenfold.methods.latin import to_latin
from tenfold.methods.pinyin import is_chinese, name_keys
from tenfold.methods.similarity import jaro_winkler, levenshtein

# Long form → short form, compared without case; longer ones are tried first.
LATIN_FORMS = {
    "aktiengesellschaft": "ag", "gesellschaft mit beschrankter haftung": "gmbh", "g.m.b.h": "gmbh", "limited": "ltd",
    "ltd.": "ltd", "sp. z o.o.": "spzoo", "sp z oo": "spzoo", "s.a.r.l.": "sarl", "s.a.r.l": "sarl", "l.l.c.": "llc",
    "limited liability company": "llc", "incorporated": "inc", "inc.": "inc", "corporation": "corp", "corp.": "corp",
    "public limited company": "plc", "p.l.c.": "plc", "joint stock company": "jsc", "open joint stock company": "ojsc",
    "co., ltd.": "ltd", "co. ltd": "ltd", "co ltd": "ltd", "company limited": "ltd", "s.p.a.": "spa", "s.a.": "sa",
    "societe anonyme": "sa", "b.v.": "bv", "n.v.": "nv", "limited partnership": "lp", "l.p.": "lp", "pte ltd": "pteltd",
    "pty ltd": "ptyltd", "aktiebolag": "ab",
}  # fmt: skip
SHORT_FORMS = frozenset(
    {
        *LATIN_FORMS.values(),
        "ag",
        "ab",
        "gmbh",
        "llc",
        "llp",
        "kg",
        "oy",
        "as",
        "bv",
        "nv",
        "srl",
        "kk",
        "oao",
        "ooo",
        "pao",
        "zao",
        "pte",
    }
)
GENERIC = {
    "ag": "jsc",
    "oao": "jsc",
    "ojsc": "jsc",
    "plc": "jsc",
    "gmbh": "llc",
    "ltd": "llc",
    "ooo": "llc",
    "sarl": "llc",
}
FORM_WORDS = 8  # of the longest legal form
REMEMBERED = 1 << 14  # names whose forms are kept: whoever compares two asks for each of them again and again
# What the list of legal forms holds and names hold too.
NO_FORMS = frozenset({"intl", "exp", "export", "import", "international", "trading", "firma", "group", "and", "coop"})
CHINESE_FORMS = {  # longer ones first
    "合伙企业(有限合伙)": "lp", "(有限合伙企业)": "lp", "(特殊普通合伙)": "gp", "股份有限责任公司": "plc",
    "股份有限公司": "plc", "有限责任公司": "ltd", "有限合伙企业": "lp", "普通合伙企业": "gp", "(有限合伙)": "lp",
    "(普通合伙)": "gp", "有限公司": "ltd", "有限合伙": "lp", "合伙企业": "gp", "株式会社": "kk", "有限会社": "yk",
    "合同会社": "gk", "集团公司": "group", "公司": "co",
}  # fmt: skip

_TITLES = re.compile(r"^(?:(?:mr|mrs|ms|miss|dr|prof|sir|lady|lord|madam|herr|frau|mme|mlle)\b\.?\s+)+", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】")
_SHORTENED = {"international": "intl"}
_FORM_PATTERN = re.compile(
    r"(?<![^\W_])(?:"
    + "|".join(re.escape(form) for form in sorted(LATIN_FORMS, key=len, reverse=True))
    + r")(?![^\W_])"
)


@lru_cache(REMEMBERED)
def fold(name: str) -> str:
    """Bring a name to one form: compatibility and simplified characters, lower case, marks off, single blanks.

    >>> fold(" ＳＩＥＭＥＮＳ  Zürich "), fold("青松資本")
    ('siemens zurich', '青松资本')
    """
    return " ".join(to_latin(simplified(unicodedata.normalize("NFKC", name))).casefold().split())


@lru_cache(REMEMBERED)
def normal_name(name: str) -> str:
    """Return the form under which spellings of one name are equal: case, width, script, blanks and marks between words.

    A legal form stays, and so does a mark on a letter: Pine Capital and Pine Capital LLC are two names that may be one.

    >>> normal_name("Pine  Capital, LLC") == normal_name("PINE CAPITAL LLC"), normal_name(" 青松 資本（杭州）")
    (True, '青松资本(杭州)')
    """
    plain = simplified(unicodedata.normalize("NFKC", name)).casefold()
    words = re.sub(r"[,.;·・]", " ", plain).split()
    return "".join(words) if is_chinese(plain) else " ".join(words)


@lru_cache(REMEMBERED)
def bare_name(name: str) -> str:
    """Return what is left of a name without legal forms, brackets and marks: equal where two names may be one.

    >>> bare_name("青松资本（杭州）有限公司"), bare_name("Müller Gesellschaft mit beschränkter Haftung")
    ('青松资本', 'muller')
    """
    without = _BRACKETS.sub(" ", without_form(name)).strip()
    return "".join(tokens(without_form(without or name)))


@lru_cache(REMEMBERED)
def core_name(name: str) -> str:
    """Return the distinctive part of an organisation's name: without form, brackets, place and what it does.

    >>> core_name("杭州青松资本管理有限公司"), core_name("海棠股权投资基金（有限合伙）"), core_name("Elm Ventures")
    ('青松', '海棠', 'elm')
    """
    bare = _BRACKETS.sub(" ", without_form(name)).strip()
    told = "".join(word for word in tokens(bare) if word not in _organisation_words("words"))
    if not is_chinese(told):
        return told or bare_name(name)
    distinct = _activities().sub("", told)
    for place in _organisation_words("places"):
        rest = distinct.removeprefix(place).lstrip("市省")
        if rest != distinct and len(rest) > 1 and rest not in _organisation_words("kinds"):
            distinct = rest
    return distinct if len(distinct) > 1 else told


@cache
def _organisation_words(kind: str) -> tuple[str, ...]:
    """Return what an organisation does, is or where it is, which tells none from another; longer ones first."""
    listed = json.loads(Path(__file__).with_name("organisation_words.json").read_text(encoding="utf-8"))
    return tuple(sorted(listed[kind].split(), key=len, reverse=True))


@cache
def _activities() -> re.Pattern[str]:
    return re.compile("|".join(_organisation_words("activities")))


def holds(long: str, short: str) -> bool:
    """Whether a longer name holds all of a shorter one in its order: 海棠股权投资基金 holds 海棠基金.

    >>> holds("海棠股权投资基金", "海棠基金"), holds("青松创投", "青松资本"), holds("Elm Ventures", "Elm")
    (True, False, True)
    """
    one, two = bare_name(long), bare_name(short)
    rest = iter(one)
    return len(two) <= len(one) and all(letter in rest for letter in two)


def drop_title(name: str) -> str:
    """Take a title off the front.

    >>> drop_title("Mr. John Doe"), drop_title("LadyBucket")
    ('John Doe', 'LadyBucket')
    """
    return _TITLES.sub("", name)


def tokens(name: str) -> list[str]:
    """Part a name at everything that is no letter, digit or mark of repetition, in any script.

    >>> tokens("维克托·卢卡申科"), tokens("佐々木")
    (['维克托', '卢卡申科'], ['佐々木'])
    """
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name))


def legal_form(name: str) -> str | None:
    """Name the legal form at the end (or the front) of an organisation's name in its short form; None without one.

    >>> legal_form("招商银行有限公司"), legal_form("Siemens Aktiengesellschaft"), legal_form("samsung")
    ('ltd', 'ag', None)
    """
    folded = fold(name)
    for form, short in CHINESE_FORMS.items():
        if folded.endswith(form) and folded != form:
            return short
    words = shorten_form(name).split()
    ends = [word for word in (words[-1], words[0]) if word in SHORT_FORMS] if len(words) > 1 else []
    return ends[0] if ends else None


def shorten_form(name: str, *, generic: bool = False) -> str:
    """Write long legal forms short, never inside a word; `generic` puts national forms into classes (AG = JSC).

    Generic classes find more and confuse more.

    >>> shorten_form("siemens gesellschaft mit beschränkter haftung"), shorten_form("siemens ag", generic=True)
    ('siemens gmbh', 'siemens jsc')
    """
    short = _FORM_PATTERN.sub(lambda found: LATIN_FORMS[found.group()], fold(name))
    words = [word.strip(".,") if word.strip(".,") in SHORT_FORMS else word for word in short.split()]
    return " ".join(GENERIC.get(word, word) if generic else word for word in words)


@lru_cache(REMEMBERED)
def without_form(name: str) -> str:
    """Take legal forms off both ends, with or without a blank before them.

    >>> without_form("招商银行 有限公司"), without_form("llc siemens llc")
    ('招商银行', 'siemens')
    """
    short = fold(name)
    for form in CHINESE_FORMS:
        if form in (short[: len(form)], short[-len(form) :]) and short != form:
            short = short.removesuffix(form).removeprefix(form).strip()
            break
    words = short.split()
    while count := _form_words(words, at_end=True):
        words = words[:-count]
    while count := _form_words(words, at_end=False):
        words = words[count:]
    return " ".join(words).strip(" ,")


def _form_words(words: list[str], *, at_end: bool) -> int:
    """Return how many words at an end of a name are a legal form, the most that are; at least one word stays."""
    for count in range(min(len(words) - 1, FORM_WORDS), 0, -1):
        part = words[-count:] if at_end else words[:count]
        if _form_key(" ".join(part)) in _forms():
            return count
    return 0


def _form_key(form: str) -> str:
    """Return a legal form without its points and commas: S.r.l. is srl, GmbH & Co. KG is gmbh & co kg."""
    return " ".join(re.sub(r"[.,'’`«»\"]", "", form).split())


@cache
def _forms() -> frozenset[str]:
    """Return the legal forms of many languages; short ones only where they are known to be nothing else."""
    from fingerprints.types.data import TYPES

    listed = {form for one in TYPES["types"] for form in (one["main"], *one["forms"])}
    long = {_form_key(fold(form)) for form in listed if len(_form_key(fold(form))) > 3 or not fold(form).isascii()}
    own = {_form_key(form) for form in (*LATIN_FORMS, *SHORT_FORMS)}
    return frozenset((long | own) - NO_FORMS)


def sorting_key(name: str) -> str:
    """Key under which spellings of a name meet: title and brackets off, legal form short, words once and in order.

    >>> sorting_key("Johnson's Coffee Shop"), sorting_key("Siemens Aktiengesellschaft")
    ('coffee johnsons shop', 'ag siemens')
    """
    bare = _BRACKETS.sub(" ", drop_title(unicodedata.normalize("NFKC", name)))
    words = tokens(re.sub(r"['’`]", "", shorten_form(bare)))
    return " ".join(sorted({_SHORTENED.get(word, word) for word in words}))


def organisation_key(name: str) -> str:
    """Key for exact joins of organisations: letters and digits only, legal form off, brackets kept as words.

    >>> organisation_key("上海 临港（集团）有限公司") == organisation_key("上海临港(集团)有限责任公司")
    True
    """
    return "".join(tokens(re.sub(r"['’`]", "", without_form(name))))


def literally_same(one: str, two: str) -> bool:
    """Whether two names differ in case and apostrophes only; a missing legal form does matter.

    >>> literally_same("Siemens AG", "siemen's ag"), literally_same("Siemens AG", "siemens")
    (True, False)
    """
    return re.sub(r"['’`]", "", fold(one)) == re.sub(r"['’`]", "", fold(two))


def last_names_contradict(one: str, two: str) -> bool:
    """Whether two last names share no part; a double name shares its parts.

    >>> last_names_contradict("Smith", "Baker"), last_names_contradict("Smith", "Smith-Baker")
    (True, False)
    """
    return not set(tokens(fold(one))) & set(tokens(fold(two)))


def similar(one: str, two: str) -> float:
    """Score two names 0 … 1, indifferent to word order, hyphens, blanks, legal forms and script of Chinese names.

    1 when the words are the same set, when they agree without blanks, or when a Chinese name and its Latin spelling
    share a key. Else words are paired, most similar first; the score is the similarity of the pairs weighted by their
    length over the longer name. Words of up to three letters must be equal.
    """
    first, second = sorted(tokens(without_form(one))), sorted(tokens(without_form(two)))
    if first == second or "".join(tokens(without_form(one))) == "".join(tokens(without_form(two))):
        return 1.0
    if is_chinese(one) != is_chinese(two) and name_keys(one) & name_keys(two):
        return 1.0
    pairs = _pairs(first, second)
    length = max(sum(map(len, first)), sum(map(len, second)))
    return sum(score * max(len(a), len(b)) for score, a, b in pairs) / length if pairs else 0.0


def _pairs(first: list[str], second: list[str]) -> list[tuple[float, str, str]]:
    """Pair words of both names, most similar first, then longest; each word once, none with a similarity of 0."""
    scored = sorted(
        ((_word_similarity(a, b), len(a), i, j) for i, a in enumerate(first) for j, b in enumerate(second)),
        key=lambda row: (-row[0], -row[1], row[2], row[3]),
    )
    used: tuple[set[int], set[int]] = set(), set()
    pairs = []
    for score, _, i, j in scored:
        if score > 0 and i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            pairs.append((score, first[i], second[j]))
    return pairs


def align(one: str, two: str) -> tuple[list[str], list[str]]:
    """Put the words of two names into one order: pairs first, most similar first, then what found no partner.

    >>> align("John Richard Smith", "Smith, John")
    (['smith', 'john', 'richard'], ['smith', 'john'])
    """
    sides = tokens(fold(one)), tokens(fold(two))
    pairs = _pairs(*sides)
    ordered: tuple[list[str], list[str]] = [a for _, a, _ in pairs], [b for _, _, b in pairs]
    for words, found in zip(sides, ordered, strict=True):
        left = list(words)
        for word in found:
            left.remove(word)
        found.extend(left)
    return ordered


def _word_similarity(one: str, two: str) -> float:
    """Jaro–Winkler of two words, 0 when short words differ or more than a quarter of the letters do."""
    if one == two:
        return 1.0
    shorter, longer = sorted((len(one), len(two)))
    if shorter <= 3 or 4 * levenshtein(one, two) > longer:
        return 0.0
    return jaro_winkler(one, two)
