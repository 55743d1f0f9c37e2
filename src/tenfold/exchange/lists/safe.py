"""Text that is safe to open: no program takes it for a formula, and no sign of it steers a terminal or a reader."""

import unicodedata

import polars as pl

RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # a sheet takes a text that begins so for a formula
MARK = "'"  # before such a text: it is text
STEERING = frozenset({"Cc", "Cf", "Co", "Cs"})  # control signs, signs that turn the direction of writing, no signs
JOINERS = frozenset({"\u200c", "\u200d"})  # which scripts and pictures are written with
_MARKED = r"^'([=+\-@\t\r＝＋－＠])"


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

    >>> cell("=1+1"), cell("+86 138"), cell("Pine")
    ("'=1+1", "'+86 138", 'Pine')
    """
    return f"{MARK}{text}" if text.startswith(RISKY) else text


def unmarked(cells: pl.Expr) -> pl.Expr:
    """Return cells of a file of text without the mark that `cell` puts before some."""
    return cells.str.replace(_MARKED, "${1}")
