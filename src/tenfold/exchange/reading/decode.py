"""Bytes to text: in which encoding a file is written, decided by whether what it says makes sense.

UTF-8 and UTF-16 show themselves. Any other encoding gives some text for almost any bytes, so the candidates are
compared by their letters: common Chinese characters, words of one script, letters where letters belong.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import Listed

SAMPLE = 1 << 16  # bytes that are looked at to choose an encoding; the choice is then held against all of them
PIECES = 3  # from the front, the middle and the end
SENSE = 0.75  # share of the letters beyond ASCII from which a text counts as sound
MARGIN = 0.05  # two candidates closer than this are told apart by nobody
STRANGE = 0.1  # taken off where the letters beyond ASCII are those of no one language
SHOWN = 3  # words that show the difference
# Of equals the one that stands first is proposed.
CANDIDATES = ("gb18030", "big5hkscs", "cp1252", "cp1250", "cp1251", "shift_jis", "euc_kr", "cp1253", "cp1254")
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Marks that people and spreadsheets write between words; others beyond ASCII are a sign of a wrong encoding.
USUAL_MARKS = frozenset(
    "€£¥§©®°·«»–—‘’“”„‚…•™№′″\u00a0、。，；：？！（）《》〈〉【】「」『』〔〕￥～％＋－＝／＊＆＃＠｜"
)
# Letters beyond ASCII by language: a text whose letters fit no single one is probably read in a wrong encoding.
ALPHABETS = {
    "cp1252": ("àâæçèéêëîïôœùûÿ", "áéíñóúü", "àáâãçéêíóôõú", "àèéìíîòóù", "åäöéæøü", "áðéíóúýþæö", "äöüßéèáó"),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž", "äöüß"),
    "cp1251": ("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",),
}
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_MARKS = re.compile(r"(?:[^\w\s\x00-\x7f]|[\x80-\x9f])+")
_STUCK = re.compile(r"[^\u2e80-\uffff]{2}")  # two marks without a blank; in Chinese text that is usual
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœăąęěőůűų")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, the encoding it was read in, and those that make as much sense with the words that differ."""

    text: str
    encoding: str
    rivals: tuple[tuple[str, str], ...] = ()


def decode(data: bytes, file: str, chosen: str | None = None) -> Decoded:
    """Read bytes as text.

    Parameters
    ----------
    chosen
        The encoding that a person named; nothing is then compared.

    Raises
    ------
    Refused   when the bytes are no text, or no encoding makes sense of them, or the chosen one does not fit
    """
    if chosen is not None:
        return Decoded(_strictly(data, chosen, file), chosen)
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return Decoded(_strictly(data, encoding, file), encoding)
    if b"\0" in data:
        return _wide(data, file)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _by_sense(data, file, error.start)


def _strictly(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        row = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise Refused([Complaint("reading.encoding.broken", Place(file, row), {"seen": encoding})]) from None


def _wide(data: bytes, file: str) -> Decoded:
    """Read UTF-16 that does not say so: every second byte of its ASCII is zero."""
    sample = data[:SAMPLE]
    odd, even = sample[1::2].count(0), sample[::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if max(odd, even) < len(sample) // 8 or min(odd, even) > max(odd, even) // 4:
        row = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise Refused([Complaint("reading.encoding.no_text", Place(file, row))])
    return Decoded(_strictly(data, encoding, file), encoding)


def _by_sense(data: bytes, file: str, broken: int) -> Decoded:
    """Choose among the encodings that fit all bytes the one whose text makes most sense."""
    sample = b"\n".join(_pieces(data))
    scored = [(score, encoding) for encoding, score in _scores(sample).items() if score >= SENSE]
    fitting = [(score, encoding) for score, encoding in scored if _loosely(data, encoding) is not None]
    fitting.sort(key=lambda one: (-one[0], CANDIDATES.index(one[1])))
    if not fitting:
        row = data.count(b"\n", 0, broken) + 1
        raise Refused([Complaint("reading.encoding.none", Place(file, row), {"seen": data[broken : broken + 8].hex()})])
    best, encoding = fitting[0]
    text = data.decode(encoding)
    near = [other for score, other in fitting[1:] if best - score < MARGIN]
    # The detector names one of those that read the same; the first of ours is the one that people know.
    encoding = next(one for one in CANDIDATES if one == encoding or _loosely(data, one) == text)
    rivals = ((other, words) for other in near if (words := _differing(sample, encoding, other)))
    return Decoded(text, encoding, tuple(rivals))


def _pieces(data: bytes) -> Iterator[bytes]:
    """Yield parts of the file that begin and end with a line, so that no character is cut."""
    if len(data) <= PIECES * SAMPLE:
        yield data
        return
    for number in range(PIECES):
        start = (len(data) - SAMPLE) * number // (PIECES - 1)
        piece = data[start : start + SAMPLE]
        first, last = piece.find(b"\n"), piece.rfind(b"\n")
        yield piece[first + 1 : last] if 0 <= first < last else piece


def _scores(sample: bytes) -> dict[str, float]:
    """Return how well each encoding fits: the sense of its text, less the disorder that the detector finds in it."""
    from charset_normalizer import from_bytes

    found = from_bytes(sample, cp_isolation=list(CANDIDATES), preemptive_behaviour=False)
    scores = {match.encoding: sense(str(match)) - match.percent_chaos / 100 for match in found}
    return {encoding: score - _strangeness(sample.decode(encoding), encoding) for encoding, score in scores.items()}


def _strangeness(text: str, encoding: str) -> float:
    letters = {letter for letter in text.casefold() if letter > "\x7f" and letter.isalpha()}
    known = ALPHABETS.get(encoding)
    return 0.0 if known is None or any(letters <= set(alphabet) for alphabet in known) else STRANGE


def _loosely(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _differing(sample: bytes, one: str, two: str) -> str:
    """Return a few words that two encodings read differently, as the second reads them."""
    first, second = set(_WORD.findall(sample.decode(one))), _WORD.findall(sample.decode(two))
    other = [word for word in dict.fromkeys(second) if word not in first]
    return Listed(other[:SHOWN])


def sense(text: str) -> float:
    """Return how much of a text beyond ASCII is as people write it, 0 … 1; 1 where all is ASCII.

    >>> sense("青松资本"), round(sense("Müller"), 2), sense("Mьller") < 0.5
    (1.0, 1.0, True)
    """
    total = good = 0.0
    for word in set(_WORD.findall(text)):
        foreign = sum(character > "\x7f" for character in word)
        total += foreign
        good += foreign * _word_sense(word) if foreign else 0
    for marks in set(_MARKS.findall(text)):
        total += len(marks)
        good += len(marks) if USUAL_MARKS.issuperset(marks) and not _STUCK.search(marks) else 0
    return good / total if total else 1.0


def _word_sense(word: str) -> float:
    scripts = {_script(character) for character in word}
    if scripts & {"CJK", "HIRAGANA", "KATAKANA"} and scripts <= {"CJK", "HIRAGANA", "KATAKANA", "ascii"}:
        return _chinese_sense(word)
    if scripts <= {"ascii", "LATIN"}:
        return _latin_sense(word)
    if len(scripts) > 1:
        return 0.0
    return 0.9 if word in (word.lower(), word.upper(), word.capitalize()) else 0.2


@cache
def _script(character: str) -> str:
    if character <= "\x7f":
        return "ascii"
    return unicodedata.name(character, "").partition(" ")[0]


def _chinese_sense(word: str) -> float:
    """Return the share of common characters: rare ones in a row are another encoding's text."""
    foreign = [character for character in word if character > "\x7f"]
    return sum(map(_common, foreign)) / len(foreign)


@cache
def _common(character: str) -> float:
    """Return 1 for a character of the first level of either national list, less for a rarer one."""
    if _script(character) in ("HIRAGANA", "KATAKANA"):
        return 0.9
    for encoding, last in (("gb2312", 0xD7), ("big5", 0xC6)):
        try:
            lead = character.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
        if lead <= last:
            return 1.0
    return 0.3


def _latin_sense(word: str) -> float:
    """Return less for a word that nobody could say: three foreign letters, four consonants or three vowels in a row."""
    kinds = "".join(_sound(letter) for letter in word.casefold())
    unsaid = re.search(r"[VC]{3}", kinds) or re.search(r"[cC]{5}|[vV]{4}", kinds)
    rough = re.search(r"c*C[cC]{2}|[cC]{2}C|[vV]{3}", kinds)
    if unsaid or not _cased(word):
        return 0.2
    return 0.8 if rough else 1.0


def _sound(letter: str) -> str:
    """Return v or c for a vowel or consonant, large for one beyond ASCII."""
    kind = "v" if letter in _VOWELS else "c"
    return kind.upper() if letter > "\x7f" else kind


def _cased(word: str) -> bool:
    """Whether no small letter stands before a large one, but at the seam of a name such as McDonald."""
    changes = sum(a.islower() and b.isupper() for a, b in pairwise(word))
    return changes <= 1
