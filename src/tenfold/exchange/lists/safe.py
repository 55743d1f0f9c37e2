"""Text that is safe to open: no program takes it for a formula, and no sign of it steers a terminal or a reader."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable

import polars as pl

MARKED = "\ufeff"  # the first sign of a text that is in UTF-8
MARK = "'"  # before such a text: it is text
STEERING = frozenset({"Cc", "Cf", "Co", "Cs"})  # control signs, signs that turn the direction of writing, no signs
JOINERS = frozenset({"\u200c", "\u200d"})  # which scripts and pictures are written with
_RISKY = re.compile(r"'*[=+\-@\t\r＝＋－＠]")  # what a sheet takes for a formula, or what has the mark by itself
_MARKED = rf"^'({_RISKY.pattern})"


def plain(text: str) -> str:
    """Return a text on one line, without signs that nobody sees.

    >>> plain("Ann\\x00\\u202e Lee\\r\\nPine")
    'Ann Lee Pine'
    """
    seen = (sign if sign in JOINERS or not _steers(sign) else " " if sign.isspace() else "" for sign in text)
    return " ".join("".join(seen).split())


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) in STEERING


def cell(text: str) -> str:
    """Return a cell of a file of text: as it is, or marked as text where a sheet would compute it.

    >>> cell("=1+1"), cell("+86 138"), cell("'=1"), cell("Pine")
    ("'=1+1", "'+86 138", "''=1", 'Pine')
    """
    return f"{MARK}{text}" if _RISKY.match(text) else text


def csv_text(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows as CSV that a sheet opens without computing any of it; in UTF-8, marked so that Excel knows it.

    Every cell stands in quotes: where a sheet takes the semicolon for the mark between cells, none begins within one.

    >>> csv_text([["Ann;=1+1", "-5"]]).decode().strip()
    '\\ufeff"Ann;=1+1","\\'-5"'
    """
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([cell(plain(one)) for one in row] for row in rows)
    return f"{MARKED}{text.getvalue()}".encode()


def unmarked(cells: pl.Expr) -> pl.Expr:
    """Return cells of a file of text without the mark that `cell` puts before some."""
    return cells.str.replace(_MARKED, "${1}")
