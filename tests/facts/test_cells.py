"""Cells: every form that FACTS.md §3 names is read exactly, and nothing else is guessed."""

import os
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.night import examples

from tenfold.facts.cells import accept, cast
from tenfold.facts.context import Context
from tenfold.facts.csv_bytes import text_table
from tenfold.facts.declaration import TABLES
from tenfold.terms.money import Currencies, read_amount, to_minor

from .facts_sample import CONTEXT, text_frame

SHARED = Path(os.environ.get("TENFOLD_SHARED", Path(__file__).parents[2].parent / "shared"))

SOME = settings(max_examples=examples(60), deadline=None)


def cell(table: str, **cells: str) -> tuple[dict[str, object], list[tuple[str, str]]]:
    rows, found = cast(TABLES[table], text_frame([{"fact": "f", "occurred_at": "2026-01-01", **cells}]), CONTEXT)
    wanted = set(cells) | {f"{name}_minor" for name in cells}
    problems = [(column, id) for column, id in found.select("column", "id").rows() if column in wanted]
    return rows.row(0, named=True), problems


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1200000.00", 120000000),
        ("1400万", 1400000000),
        ("0.14亿", 1400000000),
        ("1千万", 1000000000),
        ("2.5百万元", 250000000),
        ("￥1,234.5", 123450),
        ("¥7", 700),
        ("１２．５", 1250),
        ("-0.01", -1),
        ("12元", 1200),
        ("1.1234万", 1123400),
        ("3.000", 300),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, minor: int) -> None:
    row, problems = cell("figures", amount=text, currency="CNY")
    assert (row["amount_minor"], problems) == (minor, [])


@pytest.mark.parametrize(
    "text",
    [
        "1e309",
        "NaN",
        "Infinity",
        "1.234,56",
        "١٢٣",
        "−5",
        "(5.00)",
        "1_000",
        "0x10",
        "1e2",
        "壹佰",
        "1,23",
        "万",
        "千",
        "百万",
        "1万千",
        "--1",
        "¥1,23",
        "USD 1-2m",
        "1.5m",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    row, problems = cell("valuations", amount=text, currency="CNY")
    assert (row["amount_minor"], problems) == (None, [("amount", "facts.cell.money")])


@pytest.mark.parametrize(
    "text", ["USD 1.5m", "$2,000k", "HK$300", "1.5m USD", "300美元", "人民币500万元", "¥1.5m", "€ 5"]
)
def test_a_currency_beside_an_amount_belongs_into_its_own_column(text: str) -> None:
    row, problems = cell("valuations", amount=text, currency="CNY")
    assert (row["amount_minor"], problems) == (None, [("amount", "facts.cell.money_currency")])


@pytest.mark.parametrize("text", ["12.345", "1.005", "9999999999999999999999", "0.00000000000000000001"])
def test_an_amount_finer_than_its_currency_or_too_large_is_refused(text: str) -> None:
    assert cell("valuations", amount=text, currency="CNY")[1] == [("amount", "facts.cell.money_digits")]


def test_a_unit_of_the_charter_has_its_own_digits() -> None:
    assert cell("valuations", amount="0.000001", currency="OP")[0]["amount_minor"] == 1


@SOME
@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
    st.sampled_from(["", "万", "百万", "千万", "亿"]),
    st.sampled_from(["CNY", "JPY", "OP"]),
)
def test_columns_of_amounts_are_read_as_single_amounts_are(value: Decimal, scale: str, currency: str) -> None:
    text = f"{value:f}{scale}"
    amount, digits = read_amount(text), CONTEXT.currencies.digits(currency)
    assert amount is not None and digits is not None
    assert cell("valuations", amount=text, currency=currency)[0]["amount_minor"] == to_minor(amount, digits)


def test_minor_units_are_taken_as_they_are_and_never_beside_major_ones() -> None:
    assert cell("valuations", amount_minor="120", currency="CNY")[0]["amount_minor"] == 120
    assert ("amount", "facts.cell.money_twice") in cell("valuations", amount="1", amount_minor="100", currency="CNY")[1]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-10-31T09:00:00Z", datetime(2026, 10, 31, 9, tzinfo=UTC)),
        ("2026-10-31T09:00:00.123456Z", datetime(2026, 10, 31, 9, 0, 0, 123456, tzinfo=UTC)),
        ("2026-10-31T09:00:00+08:00", datetime(2026, 10, 31, 1, tzinfo=UTC)),
        ("2026-10-31 09:00", datetime(2026, 10, 31, 1, tzinfo=UTC)),
        ("2026-10-31", datetime(2026, 10, 30, 16, tzinfo=UTC)),
        ("2026/1/5", datetime(2026, 1, 4, 16, tzinfo=UTC)),
        ("2026年1月5日", datetime(2026, 1, 4, 16, tzinfo=UTC)),
        ("２０２６／１／５", datetime(2026, 1, 4, 16, tzinfo=UTC)),
        ("２０２６－１０－３１　０９：００", datetime(2026, 10, 31, 1, tzinfo=UTC)),
    ],
)
def test_an_instant_without_a_zone_is_local_time_of_the_charter(text: str, instant: datetime) -> None:
    assert cell("events", starts_at=text)[0]["starts_at"] == instant


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13-01", "31.10.2026", "2026-10-31T25:00", "now", "2026-10", "0999-01-01"]
)
def test_an_instant_that_does_not_exist_is_refused(text: str) -> None:
    assert cell("events", starts_at=text)[1] == [("starts_at", "facts.cell.instant")]


def test_an_hour_that_the_clocks_skip_is_refused_and_one_that_comes_twice_is_its_first() -> None:
    berlin = Context("Europe/Berlin")
    texts = [{"fact": "a", "starts_at": "2026-03-29T02:30"}, {"fact": "b", "starts_at": "2026-10-25T02:30"}]
    rows, found = cast(TABLES["events"], text_frame(texts), berlin)
    assert rows["starts_at"].to_list() == [None, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
    assert ("starts_at", "facts.cell.instant") in found.select("column", "id").rows()


@pytest.mark.parametrize(
    ("text", "recorded", "expected", "precision"),
    [
        ("2024-03", "", datetime(2024, 3, 16, 4, tzinfo=UTC), "month"),  # the middle of 31 days, at noon in Shanghai
        ("2024年3月", "", datetime(2024, 3, 16, 4, tzinfo=UTC), "month"),
        ("２０２４年３月", "", datetime(2024, 3, 16, 4, tzinfo=UTC), "month"),
        ("２０２４／３", "", datetime(2024, 3, 16, 4, tzinfo=UTC), "month"),
        ("＜２０２４－０３－０５", "", datetime(2024, 3, 4, 16, tzinfo=UTC), "before"),
        ("2024-Q1", "", datetime(2024, 2, 15, 4, tzinfo=UTC), "quarter"),
        ("2024年第1季度", "", datetime(2024, 2, 15, 4, tzinfo=UTC), "quarter"),
        ("2024", "", datetime(2024, 7, 1, 16, tzinfo=UTC), "year"),
        ("<2024-03-05", "", datetime(2024, 3, 4, 16, tzinfo=UTC), "before"),
        (
            "2024-03",
            "2024-03-03",
            datetime(2024, 3, 1, 16, tzinfo=UTC),
            "month",
        ),  # said on the third: the first two days
        ("2024-03", "2024-05-01", datetime(2024, 3, 16, 4, tzinfo=UTC), "month"),
        ("2024-03", "2024-02-01", datetime(2024, 3, 16, 4, tzinfo=UTC), "month"),
        ("2024-03-05", "", datetime(2024, 3, 4, 16, tzinfo=UTC), None),
    ],
)
def test_an_imprecise_time_lies_amid_the_part_that_was_past(
    text: str, recorded: str, expected: datetime, precision: str | None
) -> None:
    row, problems = cell("documents", occurred_at=text, recorded_at=recorded)
    assert (row["occurred_at"], row["precision"], problems) == (expected, precision, [])


def test_a_bare_date_said_to_be_a_day_lies_at_noon() -> None:
    row, _ = cell("incidents", occurred_at="2024-03-05", precision="day")
    assert row["occurred_at"] == datetime(2024, 3, 5, 4, tzinfo=UTC)


@SOME
@given(st.integers(2000, 2030), st.integers(1, 12), st.integers(0, 800))
def test_an_imprecise_fact_is_never_later_than_it_was_recorded_if_it_had_begun(
    year: int, month: int, hours: int
) -> None:
    begin = datetime(year, month, 1, tzinfo=UTC)
    recorded = begin.timestamp() + hours * 3600
    text = datetime.fromtimestamp(recorded, UTC).isoformat()
    rows, _ = cast(
        TABLES["incidents"], text_frame([{"occurred_at": f"{year}-{month:02d}", "recorded_at": text}]), Context("UTC")
    )
    assert begin <= rows["occurred_at"][0] <= rows["recorded_at"][0]


def test_defaults_are_stored_as_missing_and_lists_are_never_null() -> None:
    row, _ = cell("incidents", precision="exact", void="no", evidence="")
    assert (row["precision"], row["void"], row["evidence"]) == (None, None, [])


def test_what_a_file_leaves_out_is_filled_from_the_fact_and_the_import() -> None:
    rows, _ = cast(TABLES["incidents"], text_frame([{"fact": "a", "occurred_at": "2026-05"}]), CONTEXT, "import:x")
    assert rows["recorded_at"].equals(rows["occurred_at"].alias("recorded_at"))
    assert rows["recorded_by"].to_list() == ["import:x"]


def test_other_kinds_are_read_exactly() -> None:
    row, problems = cell("group_links", share="0.250", until="2026-10-31", relation="owns")
    assert (row["share"], row["until"], problems) == (Decimal("0.25"), date(2026, 10, 31), [])
    assert cell("needs", weight="-3")[0]["weight"] == -3
    assert cell("interactions", flags=" decision ;complaint;")[0]["flags"] == ["decision", "complaint"]


@pytest.mark.parametrize("text", ["1e3", "1,5", "0.1234567890123456789", "+1", "123456789012345678901", "1."])
def test_a_decimal_with_an_exponent_or_too_many_digits_is_refused(text: str) -> None:
    assert cell("group_links", share=text)[1] == [("share", "facts.cell.dec")]


def test_codes_are_the_charter_s_ids_and_the_declared_others() -> None:
    context = Context(codes={"goals.funnel.stages": ["signed"]})
    rows, found = cast(
        TABLES["opportunities"], text_frame([{"stage": "signed"}, {"stage": "lapsed"}, {"stage": "won"}]), context
    )
    assert rows["stage"].to_list() == ["signed", "lapsed", None]
    wrong = found.filter(pl.col("column") == "stage")
    assert wrong.select("row", "seen", "expected").rows() == [(4, "won", "signed, declined, lapsed")]


def test_complaints_name_the_record_and_rows_stay_aligned() -> None:
    frame = text_frame([{"minutes": "x"}, {"minutes": "5"}]).with_columns(pl.Series("_row", [7, 9]))
    rows, found = cast(TABLES["interactions"], frame, CONTEXT)
    assert rows["minutes"].to_list() == [None, 5]
    assert found.filter(pl.col("column") == "minutes").rows() == [(7, "minutes", "facts.cell.int", "x", "-12, 0, 340")]


def test_an_unknown_column_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        cast(TABLES["parties"], pl.DataFrame({"nonsense": ["x"]}), CONTEXT)


def test_typed_rows_are_checked_like_text() -> None:
    typed = pl.DataFrame(
        {"fact": ["a"], "occurred_at": [datetime(2026, 1, 1, tzinfo=UTC)], "amount_minor": [5], "evidence": [["x;y"]]},
        schema_overrides={"occurred_at": pl.Datetime("us", "UTC")},
    )
    _, found = accept(TABLES["valuations"], typed, CONTEXT)
    assert set(found.select("column", "id").rows()) >= {
        ("amount", "facts.cell.money_no_currency"),
        ("evidence", "facts.cell.list"),
        ("basis", "facts.cell.required"),
    }


def test_every_naughty_string_comes_through_every_text_cell() -> None:
    path = SHARED / "corpus" / "strings" / "blns.txt"
    if not path.exists():
        pytest.skip("the corpus is not there")
    lines = [line for line in path.read_text("utf-8").split("\n") if line and not line.startswith("#")]
    rows, found = cast(TABLES["mentions"], pl.DataFrame({"term": lines, "url": lines}), CONTEXT)
    trimmed = pl.Series(lines).str.strip_chars().str.normalize("NFC")
    kept = [text or None for text in trimmed.to_list()]
    assert rows["term"].to_list() == rows["url"].to_list() == kept
    assert found.filter(pl.col("id") == "facts.cell.mangled").is_empty()


def test_no_reader_takes_long_for_a_long_text() -> None:
    path = SHARED / "corpus" / "redos" / "strings.txt"
    if not path.exists():
        pytest.skip("the corpus is not there")
    for line in path.read_text("utf-8").split("\n"):
        for table in ("figures", "interactions", "incidents", "group_links", "parties"):
            cells = {name: [line] for name in TABLES[table].columns}
            begun = time.process_time()
            cast(TABLES[table], pl.DataFrame(cells), CONTEXT)
            assert time.process_time() - begun < 0.2 * len(cells)


def test_numbers_of_the_corpus_are_exact_or_refused() -> None:
    path = SHARED / "corpus" / "csv" / "numbers.csv"
    if not path.exists():
        pytest.skip("the corpus is not there")
    texts = text_table(path.read_bytes(), "numbers.csv")["amount"].to_list()
    rows, found = cast(
        TABLES["figures"],
        pl.DataFrame({"amount": texts, "currency": ["OP"] * len(texts)}),
        Context("UTC", Currencies({"OP": 6})),
    )
    read = {text: minor for text, minor in zip(texts, rows["amount_minor"], strict=True) if minor is not None}
    assert read == {
        "-0": 0, "0.1": 100_000, "1,234.56": 1_234_560_000, "１２３": 123_000_000, "¥1,000.00": 1_000_000_000,
        "￥１": 1_000_000, "12.345": 12_345_000, "1.005": 1_005_000,
    }  # fmt: skip
    assert set(found.filter(pl.col("column") == "amount")["seen"]) == set(texts) - set(read)
