"""People as somebody pastes them."""

import pytest

from tenfold.exchange.pasted import people_sheet

HEAD = "姓名,公司,身份\n"


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("Anna Berg", "Anna Berg,,investor"),
        ("Anna Berg, Nordlicht Capital", "Anna Berg,Nordlicht Capital,investor"),
        ("Anna Berg;Nordlicht;expert", "Anna Berg,Nordlicht,expert"),
        ("王小明\t青松资本\t合作伙伴", "王小明,青松资本,合作伙伴"),
        ("王小明，青松资本", "王小明,青松资本,investor"),
        ("王小明、青松资本", "王小明,青松资本,investor"),
        ("王小明 青松资本 专家", "王小明,青松资本,专家"),
        ("1. 王小明，青松资本", "王小明,青松资本,investor"),
        ("12、王小明", "王小明,,investor"),
        ("（3）王小明", "王小明,,investor"),
        ("• Tom Weiss", "Tom Weiss,,investor"),
        ("3M Company", "3M Company,,investor"),
        ("  Tom Weiss ,, ", "Tom Weiss,,investor"),
        ('Tom "Tommy" Weiss', '"Tom ""Tommy"" Weiss",,investor'),
        ("Tom, Weiss & Co, expert, of old", "Tom,Weiss & Co,expert"),
    ],
)
def test_a_line_is_a_person_with_an_organisation_and_a_class(line: str, row: str) -> None:
    assert people_sheet(line, "investor", "zh-Hans").decode() == f"{HEAD}{row}\n"


def test_lines_without_anything_are_left_out_and_nobody_is_made_a_member_unasked() -> None:
    assert people_sheet("\n王小明\n  \n李雷\r\n", "", "zh-Hans").decode() == f"{HEAD}王小明,,\n李雷,,\n"


@pytest.mark.parametrize("text", ["name,company\nAnna,Nordlicht", "姓名\t单位\n王小明\t青松资本"])
def test_what_has_a_head_already_is_left_as_it_is(text: str) -> None:
    assert people_sheet(text, "investor", "zh-Hans").decode() == text


def test_a_name_that_sounds_like_a_head_is_none_while_it_stands_alone() -> None:
    assert (
        people_sheet("Fine Company Ltd\nAnna", "partner", "zh-Hans").decode()
        == f"{HEAD}Fine Company Ltd,,partner\nAnna,,partner\n"
    )


def test_the_heads_are_in_the_language_of_whoever_pasted() -> None:
    assert people_sheet("Anna", "expert", "en").decode() == "name,organisation,class\nAnna,,expert\n"
