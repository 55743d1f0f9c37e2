"""What people type into fields of forms: read for what it is, or refused with what was typed."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from tenfold.report.words import complaint
from tenfold.terms.errors import Refused
from tenfold.web import pages
from tenfold.web.pages.parsing import LONGEST, local_day, money, round_sum, whole


@pytest.mark.parametrize(
    ("typed", "digits", "minor"),
    [
        ("1200000", 2, 120_000_000),
        ("1,200,000.50", 2, 120_000_050),
        ("1，200，000", 2, 120_000_000),
        ("1 200 000", 0, 1_200_000),
        ("120万", 2, 120_000_000),
        ("1.2亿", 2, 12_000_000_000),
        ("1.2m", 2, 120_000_000),
        ("0", 2, 0),
        ("0.01", 2, 1),
        ("0.001", 3, 1),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, digits: int, minor: int) -> None:
    assert money(typed, digits) == minor


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("1,5", 2),  # fifteen for one, one and a half for another
        ("1,50", 2),
        ("0.001", 2),
        ("1.5", 0),
        ("-1", 2),
        ("(500)", 2),
        ("about 5m", 2),
        ("500-800万", 2),
        ("USD 5", 2),
        ("¥5", 2),
        ("92233720368547758.08", 2),  # one more than a database keeps
        ("soon", 2),
        ("<b>", 2),
    ],
)
def test_an_amount_that_is_none_is_refused_with_what_was_typed(typed: str, digits: int) -> None:
    with pytest.raises(Refused) as caught:
        money(typed, digits)
    for language in ("en", "zh-Hans"):
        (said,) = (complaint(language, one) for one in caught.value.complaints)
        assert said.startswith(f"“{typed}”")
    assert money("92233720368547758.07", 2) == 2**63 - 1


def test_a_field_that_was_left_empty_is_asked_for_and_a_long_text_is_cut() -> None:
    for read in (local_day, lambda text: money(text, 2), lambda text: round_sum(text, "CNY")):
        for typed, begins in ((" ", "Enter "), ("x" * (LONGEST + 1), f"“{'x' * LONGEST}”")):
            with pytest.raises(Refused) as caught:
                read(typed)
            assert complaint("en", caught.value.complaints[0]).startswith(begins)
    assert whole(" ") is None
    with pytest.raises(Refused, match=r"acts\.number"):
        whole("1.5")


TEMPLATES = Path(pages.__file__).parent / "templates/pages"
FIELD = re.compile(r"<input[^>]*>")
COUNTED = {"code", "minutes", "share"}  # fields of digits alone: a code, a number of minutes, a share


def test_a_phone_can_type_what_an_amount_is_read_from() -> None:
    """Keyboards of digits have no 万 and no k: every amount is typed into the one field that has all letters."""
    fields = [
        (path.name, field)
        for path in sorted(TEMPLATES.glob("*.html"))
        for field in FIELD.findall(path.read_text(encoding="utf-8"))
    ]
    assert [path for path, field in fields if 'name="amount"' in field or 'name="target"' in field] == []
    (amount,) = [field for path, field in fields if path == "_amount.html"]
    assert 'inputmode="text"' in amount
    of_digits = {re.findall(r'name="(\w+)"', field)[0] for _, field in fields if re.search(r'mode="(?!text)', field)}
    assert of_digits == COUNTED


@pytest.mark.parametrize(("language", "hint"), [("en", "1.2m"), ("zh-hans", "120万")])
def test_the_field_of_an_amount_says_how_one_may_be_written(language: str, hint: str) -> None:
    with translation.override(language):
        field = render_to_string("pages/_amount.html", {"must": True, "value": 8_000_000})
    assert hint in field
    assert 'name="amount" value="8000000"' in field
    assert field.rstrip().endswith("required>")
