"""Amounts are said to their last digit where a token has many, and a minus stands before the mark of a currency."""

from pathlib import Path

import pytest
from tests import small

from tenfold.engine.board import Board
from tenfold.engine.community import Community, read_moment
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
