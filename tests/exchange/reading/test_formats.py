"""Address cards, calendars and messages of banks, read as sheets."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from tests.exchange.reading.test_reading import Run, empty, facts, folder, names, run

from tenfold.exchange.reading.file import open_file

__all__ = ["empty", "folder", "run"]  # fixtures

CARDS = """BEGIN:VCARD
VERSION:3.0
FN:Ann Lee
N:Lee;Ann;;;
ORG:Pine Capital;Growth
TITLE:Partner
EMAIL;TYPE=WORK:ann@pine.example
TEL;TYPE=CELL:+1 (312) 555-0187
PHOTO;ENCODING=b:AAAA
END:VCARD
BEGIN:VCARD
VERSION:4.0
N:Ray;Bob;;;
FN:Bob Ray
ORG:Birch Fund
TEL;VALUE=uri:tel:+1-418-656-9254;ext=102
END:VCARD
"""
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
SUMMARY:Investor day
DTSTART:20261103T170000Z
ATTENDEE;CN=Ann Lee;PARTSTAT=ACCEPTED:mailto:ann@pine.example
ATTENDEE;CN=Bob Ray;PARTSTAT=DECLINED:MAILTO:bob@birch.example
ATTENDEE;CUTYPE=ROOM;CN=Room 1:mailto:room@pine.example
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Off
STATUS:CANCELLED
DTSTART:20261104T170000Z
ATTENDEE;CN=Cy Young:mailto:cy@elm.example
END:VEVENT
END:VCALENDAR
"""
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>
<Stmt><Id>1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="EUR">14000000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-09-03</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Pine Capital LP</Nm></Pty></Dbtr>
<DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>Investment round A</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">300.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-03</Dt></BookgDt>
<NtryDtls>{parts}</NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-10-04</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""
PARTS = "".join(
    f"<TxDtls>{amount}<RltdPties><Cdtr><Nm>{name}</Nm></Cdtr></RltdPties><RmtInf><Ustrd>rent</Ustrd></RmtInf></TxDtls>"
    for name, amount in (("Harbor GmbH", '<Amt Ccy="EUR">100.00</Amt>'), ("Quay GmbH", '<Amt Ccy="EUR">200.00</Amt>'))
)
MT940 = """:20:STARTUMS
:25:37040044/0532013000
:28C:00001/001
:60F:C260901EUR1000,00
:61:2609030903C14000000,00NTRFNONREF//1234
:86:166?00GUTSCHRIFT?20Investment round A?32Pine Capital LP
:61:2610151015D120000,00NMSC
:86:166?00MIETE?20rent October?32Harbor GmbH
:62F:C261130EUR13881000,00
-
"""


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_cards_are_people_and_their_organisations(encoding: str, folder: Path, tmp_path: Path, run: Run) -> None:
    told = run("import", written(tmp_path, "c.vcf", CARDS, encoding), folder, "--yes")
    assert told["readings"][0]["kind"] == "people"
    people = facts(folder, "parties", "name", "email", "phone")
    assert ("Ann Lee", "ann@pine.example", "+13125550187") in people
    assert ("Bob Ray", None, "+14186569254") in people
    called = names(folder)
    belongs = {(called[str(a)], called[str(b)]) for a, b in facts(folder, "affiliations", "party", "organisation")}
    assert belongs == {("Ann Lee", "Pine Capital"), ("Bob Ray", "Birch Fund")}


def test_the_published_card(case: Callable[[str], Any], tmp_path: Path) -> None:
    published = case("D15")
    lines = "\n".join(["BEGIN:VCARD", "VERSION:4.0", *published["inputs"]["lines"], "END:VCARD", ""])
    row = open_file(written(tmp_path, "c.vcf", lines)).grids[0].cells.row(1)
    assert row[:2] == (published["expected"]["lines"][0], published["expected"]["lines"][2][0])


def test_a_fold_may_cut_a_letter(tmp_path: Path) -> None:
    raw = (
        b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:"
        + "张三".encode()[:1]
        + b"\r\n "
        + "张三".encode()[1:]
        + b"\r\nEND:VCARD\r\n"
    )
    path = tmp_path / "c.vcf"
    path.write_bytes(raw)
    assert open_file(path).grids[0].cells.row(1)[0] == "张三"


def test_a_calendar_is_events_and_who_was_asked_to_them(folder: Path, tmp_path: Path, run: Run) -> None:
    told = run("import", written(tmp_path, "c.ics", CALENDAR), folder, "--yes")
    assert told["readings"][0]["kind"] == "attendance"
    called = names(folder)
    came = {(called[str(party)], state) for party, state in facts(folder, "attendances", "party", "state")}
    assert came == {("Ann Lee", "registered"), ("Bob Ray", "absent")}
    assert facts(folder, "events", "starts_at") == [("2026-11-03T17:00:00Z",)]


@pytest.mark.parametrize(
    ("name", "text"),
    [("s.xml", CAMT.format(closing="13999700.00", parts=PARTS)), ("s.sta", MT940)],
    ids=["camt", "mt940"],
)
def test_messages_of_banks_are_payments(name: str, text: str, folder: Path, tmp_path: Path, run: Run) -> None:
    told = run("import", written(tmp_path, name, text), folder, "--yes", language="en")
    assert told["readings"][0]["kind"] == "bank"
    rows = sorted(facts(folder, "cash_movements", "amount", "currency", "purpose", "occurred_at"), key=str)
    assert ("14000000.00", "EUR", "investment", "2026-09-02T16:00:00Z") in rows
    outgoing = [amount for amount, *_, purpose, _ in rows if purpose == "operating"]
    assert outgoing == (["100.00", "200.00"] if name == "s.xml" else ["120000.00"])


def test_a_batch_whose_parts_name_no_sums_is_refused(folder: Path, tmp_path: Path, run: Run) -> None:
    bare = PARTS.replace('<Amt Ccy="EUR">100.00</Amt>', "").replace('<Amt Ccy="EUR">200.00</Amt>', "")
    path = written(tmp_path, "s.xml", CAMT.format(closing="13999700.00", parts=bare))
    refused = run("import", path, folder, "--yes", code=1)
    assert refused["complaints"][0]["id"] == "reading.format.balance"


@pytest.mark.parametrize("text", [CARDS[:60], CALENDAR[:90], CAMT[:300]])
def test_a_file_that_breaks_off_is_refused_with_a_reason(text: str, folder: Path, tmp_path: Path, run: Run) -> None:
    refused = run("import", written(tmp_path, "x", text), folder, code=1)
    assert refused["complaints"][0]["id"].startswith("reading.format")


def package(folder: Path, transactions: list[dict[str, Any]]) -> Path:
    """Write a package of the Open Cap Table Format with two holders and one class."""
    items = [
        {"object_type": "STAKEHOLDER", "id": "a", "name": {"legal_name": "Ann Lee"}},
        {"object_type": "STAKEHOLDER", "id": "p", "name": {"legal_name": "Pine Capital LP"}},
        {"object_type": "STOCK_CLASS", "id": "c", "name": "Common"},
    ]
    path = folder / "table.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Manifest.ocf.json", json.dumps({"file_type": "OCF_MANIFEST_FILE"}))
        archive.writestr("Items.ocf.json", json.dumps({"items": items}))
        archive.writestr("Transactions.ocf.json", json.dumps({"items": transactions}))
    return path


def stock(kind: str, security: str, day: str, **more: Any) -> dict[str, Any]:
    return {"object_type": f"TX_STOCK_{kind}", "id": f"{kind}{security}", "security_id": security, "date": day, **more}


def issued(security: str, holder: str, quantity: str, day: str) -> dict[str, Any]:
    price = {"amount": "0.0001", "currency": "USD"}
    more = {"stakeholder_id": holder, "stock_class_id": "c", "quantity": quantity, "share_price": price}
    return stock("ISSUANCE", security, day, custom_id=security, **more)


ONE = issued("s1", "a", "1000", "2022-01-01")
REST = issued("s2", "a", "600", "2023-01-01")
OTHER = issued("s3", "p", "400", "2023-01-01")
TRANSFERRED = stock("TRANSFER", "s1", "2023-01-01", quantity="400")
BOUGHT_BACK = stock("REPURCHASE", "s1", "2023-01-01", quantity="400", balance_security_id="s2")
SPLIT = {
    "object_type": "TX_STOCK_CLASS_SPLIT", "id": "x", "stock_class_id": "c", "date": "2022-06-01",
    "split_ratio": {"numerator": "3", "denominator": "1"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "held"),
    [
        ([], {("Ann Lee", "1000")}),
        ([stock("CANCELLATION", "s1", "2023-01-01", quantity="400")], {("Ann Lee", "600")}),
        ([BOUGHT_BACK, REST], {("Ann Lee", "600")}),
        ([TRANSFERRED, REST, OTHER], {("Ann Lee", "600"), ("Pine Capital LP", "400")}),
        ([REST], {("Ann Lee", "1000"), ("Ann Lee", "600")}),
        ([SPLIT], {("Ann Lee", "3000")}),
        ([SPLIT, OTHER], {("Ann Lee", "3000"), ("Pine Capital LP", "400")}),
    ],
    ids=["issued", "cancelled in part", "bought back, the rest issued again", "transferred",
         "two certificates", "split", "issued after"],
)  # fmt: skip
def test_a_cap_table_package_is_what_is_outstanding(
    more: list[dict[str, Any]], held: set[tuple[str, str]], folder: Path, tmp_path: Path, run: Run
) -> None:
    told = run("import", package(tmp_path, [ONE, *more]), folder, "--yes")
    assert told["readings"][0]["kind"] == "captable"
    assert any("期权" in note for note in told["readings"][0]["notes"])
    called = names(folder)
    rows = facts(folder, "holdings", "party", "units")
    assert {(called[str(party)], str(units)) for party, units in rows} == held


@pytest.mark.parametrize(("numerator", "denominator", "seen"), [("3", "7", "3000/7"), ("1", "16", "62.5")])
def test_parts_of_shares_after_a_split_are_left_to_people_to_the_last_digit(
    numerator: str, denominator: str, seen: str, folder: Path, tmp_path: Path, run: Run
) -> None:
    split = {**SPLIT, "split_ratio": {"numerator": numerator, "denominator": denominator}}
    told = run("import", package(tmp_path, [ONE, split, OTHER]), folder, "--yes")
    assert told["readings"][0]["preview"]["unread"] == 1
    (copy,) = folder.glob("*.parked.xlsx")
    _, *rows = CalamineWorkbook.from_path(copy).get_sheet_by_index(0).to_python()
    assert any(seen in row and row[-1] for row in rows), "as it is, beside the reason"
    assert facts(folder, "holdings", "units") == [("400",)]


@pytest.mark.parametrize(
    ("transactions", "id"),
    [
        ([ONE, stock("RETRACTION", "s1", "2022-01-02")], "reading.format.nothing.ocf"),
        ([ONE, {**SPLIT, "date": "2022-01-01"}], "reading.format.broken"),  # which came first, nobody says
        ([issued("s1", "a", "1e99999999", "2022-01-01")], "reading.format.broken"),  # would fill the memory
        ([ONE, {**SPLIT, "split_ratio": {"numerator": "1e99999999", "denominator": "1"}}], "reading.format.broken"),
        ([ONE, *[{**SPLIT, "split_ratio": {"numerator": "9" * 30, "denominator": "1"}}] * 2], "reading.format.broken"),
    ],
)
def test_a_package_that_tells_no_shares_is_refused(
    transactions: list[dict[str, Any]], id: str, folder: Path, tmp_path: Path, run: Run
) -> None:
    refused = run("import", package(tmp_path, transactions), folder, code=1)
    assert refused["complaints"][0]["id"] == id
