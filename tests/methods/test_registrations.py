"""Registration numbers: one form, and check digits tried where a number has some."""

from collections.abc import Callable
from typing import Any

import pytest

from tenfold.methods.registrations import is_wrong, registration


def test_the_published_codes(case: Callable[[str], Any]) -> None:
    published = case("D21")["inputs"]
    assert [code for code in published["valid"] if is_wrong(code)] == []
    assert [code for code in (*published["wrong_check"], *published["wrong_form"]) if not is_wrong(code)] == []


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("91 110000 600037341l", False),
        ("HRB 12345", False),  # other countries' numbers have no form that is known here
        ("11010519491231002X", False),
        ("110105194912310021", True),
        ("9111000060003734", False),  # too short to be one of those with a check digit
    ],
)
def test_a_number_whose_check_digit_does_not_fit(number: str, wrong: bool) -> None:
    assert is_wrong(number) == wrong


def test_two_writings_are_one_number() -> None:
    assert registration("91 350100 M000100y43") == registration("91350100M000100Y43")
