"""Large amounts are written shortly, and whole where every digit counts; a minus stands before all else."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests import small

from tenfold.engine.board import Board
from tenfold.engine.community import Community, read_moment
from tenfold.report.amounts import scale_of
from tenfold.report.speech import Speech
from tenfold.report.terminal import Spoken
from tenfold.terms.reason import Reason

AS_OF = read_moment("2026-11-02T08:30:00+08:00", "Asia/Shanghai")
LANGUAGES = ("en", "zh-Hans")
CURE = "goals.cure.wired"


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    """A community that also pays in a token of six digits."""
    folder: Path = small.write(tmp_path_factory.mktemp("amounts") / "community")
    charter = folder / "charter.yaml"
    own = "  currency: CNY\n  units: {OP: {digits: 6}}\n"
    charter.write_text(charter.read_text("utf-8").replace("  currency: CNY\n", own, 1), encoding="utf-8")
    community = Community.load(folder)
    return community.board(community.moment(AS_OF))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_writes_a_token_to_its_last_digit(board: Board, language: str) -> None:
    spoken = Spoken(board, language)
    assert "1,234,567.123456" in spoken.told(Reason(CURE, {"amount": "1234567.123456", "currency": "OP"}))
    assert "0.000001" in spoken.told(Reason(CURE, {"amount": "0.000001", "currency": "OP"}))
    assert "12.123456" in spoken.told(Reason("goals.key_result.done", {"value": "12.123456 OP", "target": "20.0 %"}))
    assert spoken.written("12.123456", "OP") == "12.123456 OP"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_writes_a_token_shortly_with_the_exact_amount_on_hover(board: Board, language: str) -> None:
    params = {"amount": "-12345.123456", "currency": "OP", "points": "1", "all_points": "2"}
    told = Speech(board, language).say("distribution.payout", **params)
    assert '\u2212<span title="\u221212,345.123456">12,345.123</span>' in told
    needed = Speech(board, language).sentence(Reason(CURE, {"amount": "12345.123456", "currency": "OP"}))
    assert '<span title="12,345.123456">12,345.124</span>' in needed
    worth = Speech(board, language).worth("12.123456", "OP")
    before, after = ("（", "）") if language == "zh-Hans" else (" (", ")")
    assert worth == f'<span title="12.123456">12.123</span>\u00a0OP{before}12.123456\u00a0OP{after}'


def test_a_number_that_is_no_money_keeps_three_decimals(board: Board) -> None:
    said = {"amount": "12.12", "currency": "CNY", "points": "4.123456"}
    told = Spoken(board, "en").say("distribution.payout", **said)
    assert "12.12" in told
    assert "4.123 " in told
    assert Spoken(board, "en").written("4.123456", "number") == "4.123"
    paid = {"amount": "280.000001", "currency": "OP", "points": "8000.000000", "all_points": "30000.000000"}
    assert "280.000001" in Spoken(board, "en").say("distribution.payout", **paid)
    assert "8,000 of 30,000 points" in Spoken(board, "en").say("distribution.payout", **paid)


@pytest.mark.parametrize(
    ("text", "unit", "told"),
    [
        ("-1000.00", "CNY", "\u2212¥1,000.00"),
        ("-38222.20", "USD", "\u2212US$38,222.20"),
        ("-1000.000000", "OP", "\u22121,000.000000 OP"),
        ("-0.250000", "ratio", "\u221225.0 %"),
        ("-3", "count", "\u22123"),
        ("-1.50", "days", "\u22121.5 days"),
        ("-0.00", "CNY", "¥0.00"),
        ("-0.000400", "ratio", "0.0 %"),
        ("1000.00", "CNY", "¥1,000.00"),
    ],
)
def test_a_minus_stands_before_everything_else(board: Board, text: str, unit: str, told: str) -> None:
    assert Spoken(board, "en").written(text, unit) == told
    assert Speech(board, "en").worth(text, unit).striptags().startswith(told[:5])


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_exact_amount_has_its_minus_before_the_mark(board: Board, language: str) -> None:
    assert Speech(board, language).money("-1234567.80", "CNY") == "\u2212¥1,234,567.80"
    assert "(" not in Speech(board, language).worth("-1000.00", "CNY")  # nothing is left to say


def test_chinese_writes_ten_thousands_below_zero_with_the_sign_first(board: Board) -> None:
    told = Speech(board, "zh-Hans").value("-38222.20", "CNY")
    assert told == '\u2212¥<span title="\u221238,222.20">3.82万</span>'


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("9999.99", "9,999.99", "9,999.99"),  # short already
        ("10000.00", "10 k", "1万"),
        ("10004.99", "10 k", "1万"),
        ("10005.00", "10 k", "1万"),  # a tie goes to the even digit
        ("10005.01", "10.01 k", "1万"),
        ("10050.01", "10.05 k", "1.01万"),
        ("999499.00", "999.5 k", "99.95万"),
        ("999500.00", "999.5 k", "99.95万"),
        ("999994.99", "999.99 k", "100万"),
        ("999995.00", "1 m", "100万"),  # never 1,000 k
        ("999999.00", "1 m", "100万"),
        ("1000000.00", "1 m", "100万"),
        ("1004999.99", "1 m", "100.5万"),
        ("1005000.01", "1.01 m", "100.5万"),
        ("12345678.90", "12.35 m", "1,234.57万"),
        ("99999949.99", "100 m", "9,999.99万"),
        ("99999950.00", "100 m", "1亿"),  # never 10,000万
        ("99999999.99", "100 m", "1亿"),
        ("100000000.00", "100 m", "1亿"),
        ("999994999.99", "999.99 m", "10亿"),
        ("999995000.00", "1 bn", "10亿"),
        ("1234567890123.45", "1,234.57 bn", "12,345.68亿"),
    ],
)
def test_a_large_amount_is_written_in_the_scale_that_fits_it(
    board: Board, text: str, english: str, chinese: str
) -> None:
    for language, told in (("en", english), ("zh-Hans", chinese)):
        shown = Speech(board, language).value(text, "CNY")
        assert shown.striptags() == f"¥{told}"
        assert f"{Decimal(text):,f}" in shown, "all its digits are there, at least on hover"


@pytest.mark.parametrize(
    ("text", "unit", "told"),
    [
        ("-1234567.80", "CNY", "\u2212¥1.23 m"),
        ("5000000", "JPY", "5 m JPY"),  # a currency without decimals
        ("12345.678", "KWD", "12.35 k KWD"),  # and one with three
        ("12345.123456", "OP", "12,345.123 OP"),  # a token: all its digits count
        ("12345.67", "days", "12,345.67 days"),  # no money
        ("12345.670000", "number", "12,345.67"),
    ],
)
def test_money_alone_is_shortened(board: Board, text: str, unit: str, told: str) -> None:
    assert Speech(board, "en").value(text, unit).striptags() == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_paid_out_is_written_to_its_last_digit(board: Board, language: str) -> None:
    params = {"amount": "1200000.00", "currency": "CNY", "points": "1", "all_points": "2"}
    told = Speech(board, language).say("distribution.payout", **params)
    assert "¥1,200,000.00" in told


@pytest.mark.parametrize(
    ("top", "total", "told"),
    [
        ("33000000.00", "84000000.00", "¥33 m ÷ ¥84 m"),
        ("33000000.01", "84000000.00", "¥33,000,000.01 ÷ ¥84,000,000.00"),
        ("33010000.00", "84000000.00", "¥33.01 m ÷ ¥84 m"),
        ("33001000.00", "84000000.00", "¥33,001,000.00 ÷ ¥84,000,000.00"),
    ],
)
def test_the_figures_of_a_computation_are_short_where_nothing_is_lost(
    board: Board, top: str, total: str, told: str
) -> None:
    said = Speech(board, "en").say("how.fund.top1_group", top=top, total=total, currency="CNY", group="x")
    assert told in said.striptags()


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ("59990000.00", "¥59.99 m, target ¥60 m"),
        ("59995000.00", "¥59,995,000.00, target ¥60,000,000.00"),
        ("59999999.99", "¥59,999,999.99, target ¥60,000,000.00"),
        ("60000000.00", "¥60 m, target ¥60 m"),
        ("60004999.99", "¥60,004,999.99, target ¥60,000,000.00"),
        ("60005000.01", "¥60.01 m, target ¥60 m"),
    ],
)
def test_an_amount_below_its_target_never_looks_like_it(board: Board, seen: str, told: str) -> None:
    said = Speech(board, "en").say("goals.key_result.done", value=f"{seen} CNY", target="60000000.00 CNY")
    assert told in said.striptags()


def test_a_number_that_no_amount_reaches_stands_as_it_is(board: Board) -> None:
    told = Speech(board, "en").say("rulebook.value", seen="9" * 40)
    assert "9" * 40 in told.replace(",", "")


@pytest.mark.parametrize(
    ("largest", "zh", "scale"),
    [
        ("9999.99", True, (1, "")),
        ("10000", True, (10_000, "万")),
        ("99999999", True, (10_000, "万")),
        ("100000000", True, (100_000_000, "亿")),
        ("9999.99", False, (1, "")),
        ("10000", False, (1_000, "k")),
        ("999999", False, (1_000, "k")),
        ("1000000", False, (1_000_000, "m")),
    ],
)
def test_amounts_beside_each_other_stand_in_one_scale(largest: str, zh: bool, scale: tuple[int, str]) -> None:
    assert scale_of(Decimal(largest), zh) == scale
