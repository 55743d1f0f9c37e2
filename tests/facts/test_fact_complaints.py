"""Each complaint has a case: a file that earns it, and the place and words that its owner reads."""

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from ruamel.yaml import YAML

from tenfold.facts.read import load_facts
from tenfold.report.words import catalogue, complaint, say
from tenfold.terms.errors import Refused

from .facts_sample import CONTEXT, Context

CHARTER = Context(
    "Asia/Shanghai",
    CONTEXT.currencies,
    {"community.stages": ["seed"], "distribution.contribution_types": ["work"]},
    datetime(2026, 11, 29, tzinfo=UTC),
)
CSV, XLSX, PARQUET = "facts/parties.csv", "facts.xlsx", "facts/documents.parquet"
PARTY = b"fact,occurred_at,party,type,name\n"
TYPED = pl.DataFrame({"fact": "a", "occurred_at": datetime(2026, 1, 1), "document": "d", "kind": "k"})
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MAIN_XML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = f'<Types><Override PartName="/xl/workbook.xml" ContentType="{MAIN}"/></Types>'
BOOK = (
    f'<workbook xmlns="{MAIN_XML}"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="documents" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
    ' Target="worksheets/sheet1.xml"/></Relationships>'
)


def workbook(sheet: str, more: Mapping[str, str] | None = None) -> bytes:
    """Return a workbook of one sheet, whose XML is given, and whatever other parts."""
    parts = {
        "[Content_Types].xml": TYPES,
        "xl/workbook.xml": BOOK,
        "_rels/.rels": RELATIONS.replace("/worksheet", "/officeDocument").replace("worksheets/sheet1", "xl/workbook"),
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def sheet(*rows: str) -> str:
    body = "".join(f"<row>{row}</row>" for row in rows)
    return f'<worksheet xmlns="{MAIN_XML}"><sheetData>{body}</sheetData></worksheet>'


def text(*cells: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)


def parquet(rows: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    rows.write_parquet(out)
    return out.getvalue()


HEAD = text("fact", "occurred_at", "document", "kind")
SOUND = "d1,2026-01-01,2026-01-02,doc,k,,,,,\n"
WRITTEN = YAML(typ="safe").load(Path(__file__).with_name("cases") / "complaints.yaml")
# What no text file shows: id → (file, bytes, the place it names)
LONG = "<c><v>110101199001011234</v></c>"
FAR = '</row><row r="1048576"><c r="G1048576"><v>1</v></c></row>'
UTF16 = '<?xml version="1.0" encoding="UTF-16"?>'
ROW = b"f1,2026,p,person,X"
BYTES: dict[str, tuple[str, bytes, str]] = {
    "facts.csv.empty": (CSV, b"\n", CSV),
    "facts.csv.encoding": (CSV, PARTY + "f1,2026,p,person,张三\n".encode("gb18030"), f"{CSV}:2"),
    "facts.csv.line_end": (CSV, PARTY + ROW + b"\r" + ROW, f"{CSV}:2"),
    "facts.csv.header_long": (CSV, b"fact," + b"x" * 140_000, f"{CSV}:1"),
    "facts.csv.nul": (CSV, PARTY + ROW + b"\n" + ROW + b"\0\n", f"{CSV}:3"),
    "facts.file.columns": (CSV, ",".join(f"c{n}" for n in range(201)).encode(), f"{CSV}:1"),
    "facts.file.content": (CSV, b"PK\x03\x04....", CSV),
    "facts.file.long": (CSV, PARTY + ROW + b"x" * 70_000, f"{CSV}:2 name"),
    "facts.cell.digits": (
        XLSX,
        workbook(sheet(HEAD, text("d", "2026") + LONG + text("k"))),
        f"{XLSX}#documents:2 document",
    ),
    "facts.cell.list": (PARQUET, parquet(TYPED.with_columns(evidence=pl.Series([["a;b"]]))), f"{PARQUET}:1 evidence"),
    "facts.file.sheet": (XLSX, workbook(sheet(HEAD), {"xl/workbook.xml": BOOK.replace("documents", "x")}), f"{XLSX}#x"),
    "facts.parquet.type": (PARQUET, parquet(TYPED.with_columns(occurred_at=2026.5)), f"{PARQUET} occurred_at"),
    "facts.parquet.unreadable": (PARQUET, b"PAR1nothing", PARQUET),
    "facts.xlsx.beside": (XLSX, workbook(sheet(HEAD, text("d1", "2026", "a", "k", "stray"))), f"{XLSX}#documents:2"),
    "facts.xlsx.bomb": (XLSX, workbook(sheet(" " * 5_000_000)), XLSX),
    "facts.xlsx.cells": (XLSX, workbook(sheet(HEAD).replace("</row>", FAR)), XLSX),
    "facts.xlsx.dtd": (XLSX, workbook("<!DOCTYPE x>" + sheet(HEAD)), XLSX),
    "facts.xlsx.encoding": (XLSX, workbook(UTF16 + sheet(HEAD)), XLSX),
    "facts.xlsx.entries": (XLSX, workbook(sheet(HEAD), {f"x{n}": "" for n in range(1000)}), XLSX),
    "facts.xlsx.no_value": (
        XLSX,
        workbook(sheet(HEAD + text("place"), text("d1", "2026", "a", "k") + "<c><f>1+1</f><v/></c>")),
        f"{XLSX}#documents:2 place",
    ),
    "facts.xlsx.protected": (XLSX, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", XLSX),
    "facts.xlsx.unreadable": (XLSX, b"PK\x03\x04 no more", XLSX),
}
CASES = {id: (case["file"], case["content"].encode(), case["place"]) for id, case in WRITTEN.items()} | BYTES
ELSEWHERE = {
    "facts.more",
    "facts.cell.money_twice",
    "facts.csv.unreadable",
    "facts.key.alike",
    "facts.roundless",
}  # many rows, a caller's frame, no known file, a sum over the community


def refused(folder: Path, file: str, content: bytes) -> list[tuple[str, str]]:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    before = sorted(folder.rglob("*"))
    with pytest.raises(Refused) as error:
        load_facts(folder, CHARTER)
    assert sorted(folder.rglob("*")) == before
    for one in error.value.complaints:
        for language in ("en", "zh-Hans"):
            words = complaint(language, one)
            begins = f"{one.place}{say(language, 'report.colon')}"
            assert words.startswith(begins) and "{" not in words and not words.endswith(one.id)
    return [(one.id, str(one.place)) for one in error.value.complaints]


@pytest.mark.parametrize("id", sorted(CASES))
def test_a_complaint_names_its_place(id: str, tmp_path: Path) -> None:
    file, content, place = CASES[id]
    assert refused(tmp_path, file, content) == [(id, place)]


def test_every_complaint_in_the_catalogue_has_a_case() -> None:
    pages = ("facts.page.", "facts.type.")
    written = {id for id in catalogue("en") if id.startswith("facts.") and not id.startswith(pages)}
    assert written == set(CASES) | ELSEWHERE
