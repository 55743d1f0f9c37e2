"""No number that is none ever becomes a value, whatever a measure computes."""

from decimal import Decimal
from math import inf, isfinite, nan

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import small

from tenfold.engine.board import Board
from tenfold.engine.community import Community, read_moment
from tenfold.engine.registry import Registry
from tenfold.engine.written import plain, texts
from tenfold.terms.measure import measure, view, write_number

NOW = read_moment("2026-11-02T08:30:00+08:00", "Asia/Shanghai")
NUMBER = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.none())


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    community = Community.load(small.write(tmp_path_factory.mktemp("small")))
    return community.board(community.moment(NOW))


def _told(board: Board, unit: str, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    """What becomes of the rows (value, low, high) that a view hands to a measure of a unit."""
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("value", "low", "high"), pl.Float64), orient="row")
    seen = frame.with_row_index("subject").with_columns(pl.col("subject").cast(pl.String), end=board.ends.main)

    @view("case.numbers", subject="member")
    def numbers(facts, rules, ends):
        return seen

    @measure("case.number", unit=unit, direction="up", subject="member", reads=("case.numbers",))
    def number(facts, rules, ends):
        return facts.read("case.numbers")

    registry = Registry({spec.id: spec for spec in (numbers, number)})
    return Board(board.prepared, board.rulebook, board.ends, registry).compute().results["case.number"]


@given(
    st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=1, max_size=5), st.sampled_from(["ratio", "0-100", "count"])
)
def test_a_value_is_a_number_or_none(board: Board, rows: list[tuple[float | None, ...]], unit: str) -> None:
    told = _told(board, unit, rows)
    for given_, seen in zip(rows, told.select("value", "low", "high").rows(), strict=True):
        for before, after in zip(given_, seen, strict=True):
            assert after is None or isfinite(after)
            assert (after is None) == (before is None or not isfinite(before))


@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_what_is_no_number_is_not_written(number: float) -> None:
    with pytest.raises(ValueError, match="no number"):
        write_number(number, 2)


def test_money_is_whole_minor_units(board: Board) -> None:
    with pytest.raises(ValueError, match="whole minor units"):
        _told(board, "money", [(1.5, None, None)])


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.1 + 0.2, "0.300000"),
        (4503599627.370495, "4503599627.370495"),  # 2⁵² − 1 millionths: every digit is held
        (9007199254.740992, "9007199254.740992"),  # 2⁵³ millionths
        (9007199254.740993, "9007199254.740993"),  # from here a float has no further digits
        (9007199254.740995, "9007199254.740995"),
        (9007199254740991.0, "9007199254740991.000000"),
        (9007199254740992.0, "9007199254740992.000000"),
        (9007199254740994.0, "9007199254740994.000000"),
        (-99999999999000000.0, "-99999999999000000.000000"),
        (1e300, f"{10**300}.000000"),
    ],
)
def test_a_large_float_is_written_with_no_digit_that_it_does_not_hold(board: Board, value: float, told: str) -> None:
    rows = _told(board, "number", [(value, None, value)]).with_columns(unit=pl.lit("number"))
    written = texts(board, board.registry.specs["scr.redundancy"], rows)
    assert written["value"].to_list() == [told]
    assert written["high"].to_list() == [told]


@pytest.mark.parametrize(("given_", "kept"), [(7, 7), (8, 8), (9, 8), (20, 8)])
def test_of_the_facts_that_a_measure_names_the_first_eight_are_kept(board: Board, given_: int, kept: int) -> None:
    facts = [f"f{number:02}" for number in range(given_)]

    @measure("case.number", unit="number", direction="up")
    def number(facts_, rules, ends):
        return ends.select("end", subject=pl.lit("community"), value=pl.lit(1.0), because=pl.lit(facts))

    found = Board(board.prepared, board.rulebook, board.ends, Registry({number.id: number})).compute()
    assert found.results["case.number"]["because"].to_list()[0] == facts[:kept]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("9007199254740993", "9007199254740993"),  # 2⁵³ + 1
        ("999999999999999.999999999999999999", "999999999999999.999999999999999999"),  # the most that a fact holds
        ("-0.000000000000000001", "-0.000000000000000001"),
        ("1200.500000000000000000", "1200.5"),
        ("1E+5", "100000"),
        ("100", "100"),
    ],
)
def test_a_quantity_of_a_fact_is_written_with_all_its_digits(number: str, told: str) -> None:
    assert plain(Decimal(number)) == told
