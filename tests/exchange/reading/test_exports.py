"""Exports of common programs are known by their headers: small samples of our own, for no export of anybody is kept.

The documents say of which programs no real export could be had (`docs/guide/import.md`, unverified).
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.exchange.reading.sheets import text_file

from tenfold.exchange.reading.columns import candidates
from tenfold.exchange.reading.file import open_file
from tenfold.exchange.reading.grid import Grid
from tenfold.exchange.reading.kinds import choose
from tenfold.exchange.reading.model import Asking
from tenfold.exchange.reading.table import table_of
from tenfold.facts.written import dates

EXPORTS = {
    "hubspot contacts": ("people", {"first_name", "last_name", "email", "phone", "organisation"}, [
        ["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Company Name", "Create Date"],
        ["51", "Ann", "Lee", "ann@pine.example", "+1 312-555-0187", "Pine Capital", "2026-03-01 10:22"],
        ["52", "Bob", "Ray", "bob@birch.example", "+1 418-656-9254", "Birch Fund", "2026-03-02 09:01"],
    ]),
    "salesforce opportunities": ("pipeline", {"party", "amount", "stage", "close_on", "probability"}, [
        ["Opportunity Name", "Account Name", "Amount", "Stage", "Close Date", "Probability (%)", "Opportunity Owner"],
        ["Pine - seed", "Pine Capital", "250000", "Negotiation/Review", "2026-12-15", "60", "Ann Lee"],
        ["Birch - seed", "Birch Fund", "100000", "Closed Won", "2026-10-01", "100", "Ann Lee"],
    ]),
    "espocrm contacts": ("people", {"person", "email", "phone"}, [
        ["Name", "Account Name", "Email", "Phone", "Address City", "Address Country", "Created At"],
        ["Ann Lee", "Pine Capital", "ann@pine.example", "+13125550187", "Chicago", "US", "2026-03-01 10:22:00"],
        ["Bob Ray", "Birch Fund", "bob@birch.example", "+14186569254", "Quebec", "CA", "2026-03-02 09:01:00"],
    ]),
    "civicrm contacts": ("people", {"first_name", "last_name", "email", "phone", "organisation", "title"}, [
        ["Contact ID", "Contact Type", "First Name", "Last Name", "Email", "Phone", "Current Employer", "Job Title"],
        ["7", "Individual", "Ann", "Lee", "ann@pine.example", "312-555-0187", "Pine Capital", "Partner"],
        ["8", "Individual", "Bob", "Ray", "bob@birch.example", "418-656-9254", "Birch Fund", "Analyst"],
    ]),
    "linkedin connections": ("people", {"first_name", "last_name", "email", "organisation", "title", "joined"}, [
        ["Notes:"],
        ["When exporting your connection data, you may notice that some of the email addresses are missing."],
        [],
        ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"],
        ["Ann", "Lee", "https://www.linkedin.com/in/ann", "ann@pine.example", "Pine Capital", "Partner", "01 Mar 2026"],
        ["Bob", "Ray", "https://www.linkedin.com/in/bob", "", "Birch Fund", "Analyst", "14 Feb 2026"],
    ]),
    "eventbrite attendees": ("attendance", {"first_name", "last_name", "email", "ticket", "attendance", "event"}, [
        ["Order #", "Order Date", "First Name", "Last Name", "Email", "Quantity", "Ticket Type", "Attendee Status",
         "Event Name"],
        ["991", "2026-09-01 10:00", "Ann", "Lee", "ann@pine.example", "1", "Guest", "Checked In", "Investor day"],
        ["992", "2026-09-02 11:00", "Bob", "Ray", "bob@birch.example", "1", "Guest", "Attending", "Investor day"],
    ]),
    "huodongxing attendees": ("attendance", {"person", "phone", "email", "ticket", "attendance"}, [
        ["姓名", "手机", "邮箱", "公司", "职位", "票种", "报名时间", "签到状态"],
        ["王小明", "13800138000", "wang@qing.example", "青松资本", "合伙人", "嘉宾票", "2026-09-01 10:00", "已签到"],
        ["李雷", "13900139000", "li@yuan.example", "远山科技", "总经理", "嘉宾票", "2026-09-02 11:00", "未签到"],
    ]),
    "google forms": ("survey", {"submitted_on"}, [
        ["Timestamp", "How likely are you to recommend us?", "What should change?"],
        ["2026/09/01 10:00:00 AM GMT+8", "9", "nothing"],
        ["2026/09/02 11:00:00 AM GMT+8", "7", "more news"],
    ]),
    "wenjuanxing": ("survey", {"submitted_on"}, [
        ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "1、您对本次活动的满意度", "2、您的建议"],
        ["1", "2026/9/1 10:00:00", "35秒", "微信", "N/A", "203.0.113.7(北京-北京)", "5", "很好"],
        ["2", "2026/9/2 11:00:00", "41秒", "微信", "N/A", "203.0.113.8(上海-上海)", "4", "多些交流"],
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_known_by_its_headers(name: str, tmp_path: Path) -> None:
    kind, slots, rows = EXPORTS[name]
    taken = choose(candidates(table_of(opened(tmp_path, name, rows))), Asking({}))
    assert taken is not None
    assert taken.kind.name == kind
    assert set(taken.columns) >= slots


def opened(folder: Path, name: str, rows: Sequence[Sequence[str]]) -> Grid:
    return open_file(text_file(folder, f"{name}.csv", rows)).grids[0]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026/09/01 10:00:00 AM GMT+8", "2026-09-01T10:00:00+08:00"),
        ("2026/09/01 2:00:00 PM GMT-11", "2026-09-01T14:00:00-11:00"),
        ("2026/09/01 2:00:00 PM UTC+05:30", "2026-09-01T14:00:00+05:30"),
        ("2026-09-01 10:00 GMT", "2026-09-01T10:00:00Z"),
        ("2026-09-01 10:00Z", "2026-09-01T10:00:00Z"),
        ("2026-09-01 10:00 +0800", "2026-09-01T10:00:00+08:00"),
        ("2026-09-01 10:00 -03:30", "2026-09-01T10:00:00-03:30"),
        ("2026-09-01 10:00", "2026-09-01T10:00:00"),
        ("2026-09-01 10:00 GMT+14", "2026-09-01T10:00:00+14:00"),
        ("2026-09-01 10:00 GMT+15", dates.Unread("no_date")),
        ("2026-09-01 10:00 +1401", dates.Unread("no_date")),
        ("2026-09-01 10:00 +0860", dates.Unread("no_date")),
    ],
)
def test_a_moment_says_its_zone_as_forms_do(text: str, read: str | dates.Unread) -> None:
    assert dates.read(text) == read
