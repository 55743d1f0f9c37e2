"""Long columns: repeated cells, composed text and dates are found as a look at every single cell finds them."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tenfold.facts.cleaning import clean, composed
from tenfold.facts.distinct import all_different, first_distinct

CELLS = st.lists(st.one_of(st.none(), st.text(max_size=3), st.sampled_from(["a", "b", "é"])), max_size=30)


@given(CELLS)
def test_repeated_cells_are_those_that_comparing_finds(cells: list[str | None]) -> None:
    column = pl.Series(cells, dtype=pl.String)
    assert all_different(column) == (len(set(cells)) == len(cells))
    assert first_distinct(column).to_list() == [cell not in cells[:place] for place, cell in enumerate(cells)]


@given(CELLS)
def test_text_is_composed_as_if_every_cell_were_looked_at(cells: list[str | None]) -> None:
    column = pl.Series(cells, dtype=pl.String)
    assert composed(column).equals(column.str.normalize("NFC"), null_equal=True)


def test_every_character_beside_every_mark_is_composed() -> None:
    marks = ["", "\u0301", "\u0323\u0301", "\u3099", "\u1161", "\u11a8"]
    cells = [chr(code) + mark for code in range(0x80, 0xFFFF) if not 0xD800 <= code < 0xE000 for mark in marks]
    column = pl.Series(cells)
    assert composed(column).equals(column.str.normalize("NFC"))  # not Python's: its Unicode is as old as Python


def test_cells_are_trimmed_and_empty_ones_missing() -> None:
    assert clean(pl.Series([" a ", "", "  ", None, "e\u0301"])).to_list() == ["a", None, None, None, "é"]
