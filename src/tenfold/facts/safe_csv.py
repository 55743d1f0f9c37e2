"""Cells of a CSV that no sheet computes: a mark before what it would take for a formula says that it is text."""

import re

import polars as pl

MARK = "'"  # before such a text: it is text
_RISKY = r"'*[=+\-@\t\r＝＋－＠]"  # what a sheet takes for a formula, or what has the mark by itself
_FORMULA = re.compile(_RISKY)


def cell(text: str) -> str:
    """Return a cell of a file of text: as it is, or marked as text where a sheet would compute it.

    >>> cell("=1+1"), cell("+86 138"), cell("'=1"), cell("Pine")
    ("'=1+1", "'+86 138", "''=1", 'Pine')
    """
    return f"{MARK}{text}" if _FORMULA.match(text) else text


def unmarked(cells: pl.Expr) -> pl.Expr:
    """Return cells of a file of text without the mark that `cell` puts before some."""
    return cells.str.replace(rf"^{MARK}({_RISKY})", "${1}")


def safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table whose texts and titles are marked where a sheet would compute them; `as_it_was` undoes it.

    >>> safe(pl.DataFrame({"=a": ["-5", "Pine"], "row": [1, 2]})).rows(named=True)[0]
    {"'=a": "'-5", 'row': 1}
    """
    texts = pl.col(pl.String).str.replace(rf"^({_RISKY})", f"{MARK}${{1}}")
    return frame.with_columns(texts).rename(cell)


def as_it_was(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table without the marks that `safe` put there.

    >>> as_it_was(safe(pl.DataFrame({"=a": ["-5", "'=1", "Pine"]}))).to_dict(as_series=False)
    {'=a': ['-5', "'=1", 'Pine']}
    """
    titles = pl.DataFrame({"title": frame.columns}).select(unmarked(pl.col("title")))["title"]
    plain = frame.with_columns(unmarked(pl.col(pl.String)))
    return plain.rename(dict(zip(frame.columns, titles, strict=True)))
