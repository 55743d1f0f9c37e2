"""Amounts and dates as people write them: read exactly, or not at all with the reason."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.facts.written import amounts, dates

# cell, decimal mark, amount, currency, sign, known, upper end
AMOUNTS = """
1,400万元         | . | 14000000   |     | 元 | exact    |
1400万           | . | 14000000   |     |   | exact    |
1400萬元          | . | 14000000   |     | 元 | exact    |
USD 2m          | . | 2000000    | USD |   | exact    |
¥14M            | . | 14000000   |     | ¥ | exact    |
约500万           | . | 5000000    |     |   | about    |
500万左右          | . | 5000000    |     |   | about    |
approx. 5m      | . | 5000000    |     |   | about    |
500-800万        | . | 5000000    |     |   | range    | 8000000
500万–800万       | . | 5000000    |     |   | range    | 8000000
USD 1m to 2m    | . | 1000000    | USD |   | range    | 2000000
between 3 and 5 million | . | 3000000 | |   | range    | 5000000
500万以上          | . | 5000000    |     |   | at_least |
10m+            | . | 10000000   |     |   | at_least |
up to 5m        | . | 5000000    |     |   | at_most  |
不超过300万         | . | 3000000    |     |   | at_most  |
2000w           | . | 20000000   |     |   | exact    |
1.2亿            | . | 120000000  |     |   | exact    |
1亿2000万         | . | 120000000  |     |   | exact    |
人民币叁佰万元整        | . | 3000000    | CNY | 元 | exact    |
人民币叁佰万元整（¥3,000,000.00） | . | 3000000 | CNY | 元 | exact |
壹佰元伍角           | . | 100.5      |     |   | exact    |
一千四百万           | . | 14000000   |     |   | exact    |
$1.5M           | . | 1500000    |     | $ | exact    |
50万美元           | . | 500000     | USD |   | exact    |
HK$2m           | . | 2000000    | HKD |   | exact    |
NT$ 30,000      | . | 30000      | TWD |   | exact    |
1,234,567.89    | . | 1234567.89 |     |   | exact    |
１２０万            | . | 1200000    |     |   | exact    |
RMB 300万        | . | 3000000    | CNY |   | exact    |
3 000 000       | . | 3000000    |     |   | exact    |
3.000.000,00    | , | 3000000    |     |   | exact    |
3.000.000,00    | . | 3000000    |     |   | exact    |
1,234,567.89    | , | 1234567.89 |     |   | exact    |
1.4 Mio. €      | . | 1400000    | EUR |   | exact    |
1,4 Mio. €      | , | 1400000    | EUR |   | exact    |
1'500.-         | . | 1500       |     |   | exact    |
14,00,000       | . | 1400000    |     |   | exact    |
5 lakh          | . | 500000     |     |   | exact    |
2 crore         | . | 20000000   |     |   | exact    |
5,000/-         | . | 5000       |     |   | exact    |
1,4000,0000     | . | 140000000  |     |   | exact    |
1.500           | . | 1.5        |     |   | exact    |
1.500           | , | 1500       |     |   | exact    |
1,500           | . | 1500       |     |   | exact    |
1,500           | , | 1.5        |     |   | exact    |
(200000)        | . | -200000    |     |   | exact    |
-$500           | . | -500       |     | $ | exact    |
500-            | . | -500       |     |   | exact    |
1400.125E0      | , | 1400.125   |     |   | exact    |
0               | . | 0          |     |   | exact    |
300             | . | 300        |     |   | exact    |
"""
NO_AMOUNTS = """
1,50        | . | no_amount
1,500,00    | . | no_amount
1.500,00,00 | , | no_amount
1.50        | , | no_amount
1,4000      | . | no_amount
3千5百万       | . | no_amount
十           | . | no_amount
2026-09-03  | . | no_amount
800-500万    | . | no_amount
10%         | . | no_amount
forum       | . | no_amount
5 apples    | . | no_amount
数千万         | . | vague
千万级         | . | vague
several million | . | vague
1.39E+10    | . | mangled
EUR $5      | . | contradiction
美元 50万 欧元   | . | contradiction
待定          | . | nothing
n/a         | . | nothing
-           | . | nothing
"""


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


@pytest.mark.parametrize("row", rows(AMOUNTS), ids=lambda row: f"{row[0]} {row[1]}")
def test_an_amount_is_read_with_what_it_says_of_itself(row: list[str]) -> None:
    cell, mark, low, currency, sign, known, *high = row
    found = amounts.read(cell, mark)
    assert isinstance(found, amounts.Written), found
    assert (found.low, found.currency or "", found.sign, found.known) == (Decimal(low), currency, sign, known)
    assert found.high == (Decimal(high[0]) if high and high[0] else None)


@pytest.mark.parametrize("row", rows(NO_AMOUNTS), ids=lambda row: row[0])
def test_what_is_no_amount_says_why(row: list[str]) -> None:
    assert amounts.read(row[0], row[1]) == amounts.Unread(row[2])


@pytest.mark.parametrize(
    ("cell", "scaled"), [("1400", False), ("1,400万元", True), ("1400元", True), ("¥1400", False), ("三百", False)]
)
def test_a_cell_that_says_its_own_unit_needs_none_of_its_column(cell: str, scaled: bool) -> None:
    found = amounts.read(cell)
    assert isinstance(found, amounts.Written)
    assert found.scaled == scaled


@given(minor=st.integers(0, 10**15), grouped=st.booleans(), mark=st.sampled_from([".", ","]))
def test_every_amount_written_in_a_convention_is_read_back_in_it(minor: int, grouped: bool, mark: str) -> None:
    text = f"{minor // 100:,}.{minor % 100:02}" if grouped else f"{minor // 100}.{minor % 100:02}"
    if mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    found = amounts.read(text, mark)
    assert isinstance(found, amounts.Written)
    assert found.low == Decimal(minor).scaleb(-2)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert isinstance(amounts.read(text), amounts.Written | amounts.Unread)
    assert isinstance(dates.read(text), str | dates.Unread)


DATES = """
2026.9.3            | ymd | 2026-09-03
2026/9/3            | dmy | 2026-09-03
2026-09-03 17:00    | ymd | 2026-09-03T17:00:00
2026年9月3日 下午3:30   | ymd | 2026-09-03T15:30:00
2026-09-03T10:15:00+08:00 | ymd | 2026-09-03T10:15:00+08:00
03.09.2026          | mdy | 2026-09-03
03/04/2026          | dmy | 2026-04-03
03/04/2026          | mdy | 2026-03-04
3/4/26              | dmy | 2026-04-03
26.9.3              | ymd | 2026-09-03
Sep 3, 2026         | ymd | 2026-09-03
3-Sep-26            | ymd | 2026-09-03
3. September 2026   | ymd | 2026-09-03
1 de marzo de 2026  | ymd | 2026-03-01
Mon, 3 Nov 2026     | ymd | 2026-11-03
2026-11-03（周二）      | ymd | 2026-11-03
2026年9月             | ymd | 2026-09
二〇二六年十一月三日          | ymd | 2026-11-03
Q3 2026             | ymd | 2026-Q3
2026年第三季度           | ymd | 2026-Q3
09/2026             | ymd | 2026-09
2026                | ymd | 2026
20260903            | ymd | 2026-09-03
46268               | ymd | 2026-09-03
46268.5             | ymd | 2026-09-03T12:00:00
<2026-03-05         | ymd | <2026-03-05
"""
NO_DATES = """
03/04/2026  | ymd | impossible
31/02/2026  | dmy | impossible
2026-13-01  | ymd | impossible
0026-01-01  | ymd | impossible
上周          | ymd | relative
next Monday | ymd | relative
3 days ago  | ymd | relative
9月3日        | ymd | no_year
9/3         | dmy | no_year
9月3日-5日     | ymd | span
2026-09-03~2026-09-05 | ymd | span
hello       | ymd | no_date
13800001111 | ymd | no_date
"""


@pytest.mark.parametrize("row", rows(DATES), ids=lambda row: f"{row[0]} {row[1]}")
def test_a_date_is_read_in_the_order_of_its_column(row: list[str]) -> None:
    assert dates.read(row[0], row[1]) == row[2]


@pytest.mark.parametrize("row", rows(NO_DATES), ids=lambda row: f"{row[0]} {row[1]}")
def test_what_is_no_date_says_why(row: list[str]) -> None:
    assert dates.read(row[0], row[1]) == dates.Unread(row[2])


@pytest.mark.parametrize(
    ("cell", "near", "day"),
    [("12月25日", date(2026, 1, 10), "2025-12-25"), ("1月15日", date(2026, 1, 10), "2026-01-15")],
)
def test_a_day_without_a_year_is_the_nearest_to_the_day_of_the_sheet(cell: str, near: date, day: str) -> None:
    assert dates.read(cell, near=near) == day


@pytest.mark.parametrize(
    ("cell", "orders"),
    [
        ("03/04/2026", {"dmy": "2026-04-03", "mdy": "2026-03-04"}),
        ("13/04/2026", {"dmy": "2026-04-13"}),
        ("2026-04-03", {"ymd": "2026-04-03", "dmy": "2026-04-03", "mdy": "2026-04-03"}),
        ("3 Sep 2026", {}),
    ],
)
def test_the_orders_under_which_figures_are_a_day(cell: str, orders: dict[str, str]) -> None:
    assert dates.orders(cell) == orders


@given(day=st.dates(date(1950, 1, 1), date(2100, 1, 1)), order=st.sampled_from(["dmy", "mdy", "ymd"]))
def test_every_day_written_in_an_order_is_read_back_in_it(day: date, order: str) -> None:
    form = {"dmy": f"{day.day}/{day.month}/{day.year}", "mdy": f"{day.month}/{day.day}/{day.year}"}
    text = form.get(order, day.isoformat())
    assert dates.read(text, order) == day.isoformat()
