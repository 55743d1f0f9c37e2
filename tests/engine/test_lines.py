"""JSON lines from columns: the same bytes as `json.dumps` a row, whatever the cells hold, however many rows."""

import json
from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.engine.lines import by_arrow, by_polars, json_lines
from tenfold.engine.written import fixed

SCHEMA = {"because": pl.List(pl.String), "n": pl.Int64, "subject": pl.String, "value": pl.String}
CONSTANTS = {"end": "2026-11-02T00:30:00Z", "id": "rel.overdue", "version": 1, "high": None}
Row = tuple[list[str], int | None, str, str | None]

texts = st.text(max_size=6)
rows = st.tuples(st.lists(texts, max_size=3), st.none() | st.integers(-(2**60), 2**60), texts, st.none() | texts)


def frame(found: Sequence[Row]) -> pl.DataFrame:
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def dumped(found: Sequence[Row]) -> bytes:
    objects: list[dict[str, Any]] = [dict(zip(SCHEMA, row, strict=True)) | CONSTANTS for row in found]
    return "".join(
        f"{json.dumps(one, sort_keys=True, ensure_ascii=False, separators=(',', ':'))}\n" for one in objects
    ).encode()


@given(st.lists(rows, min_size=1, max_size=5))
def test_the_bytes_are_those_of_json_dumps_a_row(found: list[Row]) -> None:
    assert bytes(json_lines(frame(found), CONSTANTS)) == dumped(found)


@given(st.lists(rows, min_size=1, max_size=5))
def test_both_ways_of_writing_give_the_same_bytes(found: list[Row]) -> None:
    quick = by_arrow(frame(found), CONSTANTS)
    assert quick is None or bytes(quick) == by_polars(frame(found), CONSTANTS)


@pytest.mark.parametrize("text", ['"', "\\", "\n", "\x00", "\x1f"])
def test_what_json_escapes_is_left_to_polars(text: str) -> None:
    assert by_arrow(frame([([], 1, "plain", None), ([], 2, text, None)]), CONSTANTS) is None
    assert by_arrow(frame([([text], 1, "plain", None), ([], 2, "other", None)]), CONSTANTS) is None


@pytest.mark.parametrize("text", ["长", "é", "\x7f", "\u2028", "😀", "/", "'", ""])
def test_everything_else_is_written_quickly(text: str) -> None:
    found: list[Row] = [([text], None, "one", text), ([], 7, "two", None), (["a", text], 8, "three", "0.5")]
    quick = by_arrow(frame(found), CONSTANTS)
    assert quick is not None
    assert bytes(quick) == dumped(found)


def test_a_slice_brings_its_own_lists_alone() -> None:
    found: list[Row] = [([f"i-{number}"] * (number % 3), number, f"m-{number}", None) for number in range(9)]
    assert bytes(json_lines(frame(found)[4:7], CONSTANTS)) == dumped(found[4:7])


@pytest.mark.parametrize(
    ("minor", "digits", "shown"),
    [(-5, 2, "-0.05"), (0, 2, "0.00"), (123, 0, "123"), (-1234, 3, "-1.234"), (7, 2, "0.07")],
)
def test_minor_units_are_written_in_major_ones(minor: int, digits: int, shown: str) -> None:
    assert pl.select(fixed(pl.lit(minor, dtype=pl.Int64), digits)).item() == shown
