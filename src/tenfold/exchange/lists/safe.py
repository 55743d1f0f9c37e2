"""Text that is safe to open: no program takes it for a formula, and no sign of it steers a terminal or a reader."""

import csv
import io
import unicodedata
from collections.abc import Iterable

from tenfold.facts.safe_csv import cell

MARKED = "\ufeff"  # the first sign of a text that is in UTF-8
STEERING = frozenset({"Cc", "Cf", "Co", "Cs"})  # control signs, signs that turn the direction of writing, no signs
JOINERS = frozenset({"\u200c", "\u200d"})  # which scripts and pictures are written with


def plain(text: str) -> str:
    """Return a text on one line, without signs that nobody sees.

    >>> plain("Ann\\x00\\u202e Lee\\r\\nPine")
    'Ann Lee Pine'
    """
    seen = (sign if sign in JOINERS or not _steers(sign) else " " if sign.isspace() else "" for sign in text)
    return " ".join("".join(seen).split())


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) in STEERING


def csv_text(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows as CSV that a sheet opens without computing any of it; in UTF-8, marked so that Excel knows it.

    Every cell stands in quotes: where a sheet takes the semicolon for the mark between cells, none begins within one.

    >>> csv_text([["Ann;=1+1", "-5"]]).decode().strip()
    '\\ufeff"Ann;=1+1","\\'-5"'
    """
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([cell(plain(one)) for one in row] for row in rows)
    return f"{MARKED}{text.getvalue()}".encode()
