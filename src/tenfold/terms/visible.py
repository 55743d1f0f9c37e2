"""Characters that nobody sees but that change what is seen: they turn lines around, move a cursor, or tell keys apart.

Names come from anywhere. What is shown to people has such characters replaced; an identity may not hold one at all.
Joiners of scripts and emoji (U+200C, U+200D) are part of names and stay.
"""

import re

# Controls but tab and line feed, soft hyphens, marks and overrides of direction, zero-width and annotation characters.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
# In a key also joiners, fillers, variation selectors and every space but the plain one; in the words of Rust's regex.
IN_KEYS = (
    r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\x{a0}\x{34f}\x{115f}\x{1160}\x{1680}\x{2000}-\x{200a}"
    r"\x{202f}\x{205f}\x{2800}\x{3000}\x{3164}\x{fe00}-\x{fe0f}\x{ffa0}]"
)
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0") | {chr(0xFE00 + number) for number in range(16)}
PLACEHOLDER = "\ufffd"
# What looks like a Latin letter or a digit, or like another of them → one that stands for all of them.
ALIKE = {
    **dict(zip("аеорсухіјѕһԁԛԝ", "aeopcyxijshdqw", strict=True)),  # Cyrillic
    **dict(zip("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS", strict=True)),
    **dict(zip("οναρικυ", "ovapiku", strict=True)),  # Greek
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict.fromkeys("1I|Іι", "l"),
    "0": "O",
}


def visible(text: str) -> str:
    """Return text with what nobody sees replaced by a mark that everybody sees.

    >>> visible("a\\u202eb\\x1b[31m") == "a\\ufffdb\\ufffd[31m"
    True
    """
    return HIDDEN.sub(PLACEHOLDER, text)


def spelled(text: str) -> str:
    r"""Return text with every character that shows nothing, or only room, named by its number.

    >>> spelled("a\u200bb")
    'a<U+200B>b'
    """
    return "".join(_named(one) if one in _BLANK or not one.isprintable() else one for one in text)


def escaped(json: str) -> str:
    """Return JSON whose strings hold such characters as escapes: the same content, and safe to look at."""
    return HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


def _named(character: str) -> str:
    return f"<U+{ord(character):04X}>"
