"""Words given in both scripts are shown to each reader in one of them."""

from datetime import date

import pytest

from tenfold.report.names import in_both, pool_name


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("交付样件 · deliver samples", ("交付样件", "deliver samples")),
        ("2:1 · 罢工属免责事由 · the strike excuses", ("2:1 · 罢工属免责事由", "the strike excuses")),
        (
            "给专家04 柏舟的白皮书署名 · authorship for Expert 04",
            ("给专家04 柏舟的白皮书署名", "authorship for Expert 04"),
        ),
        ("专家02 · 安遥", None),  # one name in one script
        ("Expert 02 · An Yao", None),
        ("储能 · B2", None),  # no word after the dot: nothing is left out for anybody
        ("与华电谈合作 · Beijing", None),  # nor is a place a translation
        ("交付样件", None),
    ],
)
def test_only_a_chinese_text_with_words_in_latin_letters_after_a_dot_is_parted(
    text: str, parts: tuple[str, str] | None
) -> None:
    assert in_both(text) == parts


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("2026-01-01", "2026-06-30", "first half of 2026"),
        ("2026-07-01", "2026-12-31", "second half of 2026"),
        ("2026-04-01", "2026-09-30", "2026-04-01 to 2026-09-30"),
        ("2026-10-01", "2026-12-31", "quarter 4 of 2026"),
        ("2026-02-01", "2026-04-30", "2026-02-01 to 2026-04-30"),
        ("2026-01-01", "2026-12-31", "2026"),
        ("2026-01-01", "2026-06-29", "2026-01-01 to 2026-06-29"),
        ("2026-01-02", "2026-06-30", "2026-01-02 to 2026-06-30"),
    ],
)
def test_a_pool_is_called_by_its_period(start: str, end: str, name: str) -> None:
    row = {"period_start": date.fromisoformat(start), "period_end": date.fromisoformat(end)}
    assert pool_name("en", row) == name
