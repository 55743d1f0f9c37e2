"""JSON lines from columns: the same bytes as `json.dumps` a row, whatever the cells hold, however many rows."""

import json
from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.engine.json_lines import LINES_AT_ONCE, ahead, json_lines, portions
from tenfold.engine.written import fixed

SCHEMA = {"because": pl.List(pl.String), "n": pl.Int64, "subject": pl.String, "value": pl.String}
Row = tuple[list[str], int | None, str, str | None]

texts = st.text(max_size=6) | st.sampled_from(['"', "\\", "\n", "\x00", "\x1f", "\x7f", "\u2028", "😀", "/", "长"])
rows = st.tuples(st.lists(texts, max_size=3), st.none() | st.integers(-(2**60), 2**60), texts, st.none() | texts)


def frame(found: Sequence[Row]) -> pl.DataFrame:
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def dumped(found: Sequence[Row]) -> bytes:
    objects: list[dict[str, Any]] = [dict(zip(SCHEMA, row, strict=True)) for row in found]
    return "".join(
        f"{json.dumps(one, sort_keys=True, ensure_ascii=False, separators=(',', ':'))}\n" for one in objects
    ).encode()


@given(st.lists(rows, min_size=1, max_size=5))
def test_the_bytes_are_those_of_json_dumps_a_row(found: list[Row]) -> None:
    assert bytes(json_lines(frame(found))) == dumped(found)


def test_the_order_of_the_columns_does_not_matter() -> None:
    found: list[Row] = [(["a"], 1, "one", None)]
    assert bytes(json_lines(frame(found).select("value", "because", "subject", "n"))) == dumped(found)


def test_a_slice_brings_its_own_lists_alone() -> None:
    found: list[Row] = [([f"i-{number}"] * (number % 3), number, f"m-{number}", None) for number in range(9)]
    assert bytes(json_lines(frame(found)[4:7])) == dumped(found[4:7])


def test_portions_hold_all_rows_in_order_and_no_more_than_a_portion_at_a_time() -> None:
    heights = [3, LINES_AT_ONCE - 1, 2 * LINES_AT_ONCE + 1, 0, 5]
    frames = [pl.DataFrame({"n": pl.Series([place] * height)}) for place, height in enumerate(heights)]
    made = list(portions(frames))
    assert max(one.height for one in made) <= LINES_AT_ONCE
    assert len(made) == 5
    assert pl.concat(made).equals(pl.concat(frames))


def test_what_is_made_ahead_comes_in_order() -> None:
    found: list[Row] = [([], number, f"m-{number}", None) for number in range(40)]
    assert b"".join(ahead(json_lines, frame(found).iter_slices(3))) == dumped(found)


@pytest.mark.parametrize(
    ("minor", "digits", "shown"),
    [(-5, 2, "-0.05"), (0, 2, "0.00"), (123, 0, "123"), (-1234, 3, "-1.234"), (7, 2, "0.07")],
)
def test_minor_units_are_written_in_major_ones(minor: int, digits: int, shown: str) -> None:
    assert pl.select(fixed(pl.lit(minor, dtype=pl.Int64), digits)).item() == shown
