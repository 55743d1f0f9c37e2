"""Garbage in: whatever the bytes, the readers refuse or read, raise nothing else, and write nothing."""

import csv
import io
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.night import examples

from tenfold.facts.cells import cast
from tenfold.facts.csv_bytes import record_at, text_table
from tenfold.facts.declaration import TABLES
from tenfold.facts.read import load_facts
from tenfold.facts.xlsx import sheets
from tenfold.terms.errors import Refused

from .facts_sample import CONTEXT, csv_text, some_community, write_workbook

MANY = settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
CELL = st.text(alphabet=st.sampled_from('ab1 ,"\n\r;张=\t-.'), max_size=6)
SOUND = {table: csv_text(rows) for table, rows in some_community(5).items()}


def spoiled(data: bytes, seed: int) -> bytes:
    """Return bytes with a few of them changed, left out, doubled or moved."""
    random, out = Random(seed), bytearray(data)
    for _ in range(random.randint(1, 6)):
        place = random.randrange(len(out) or 1)
        act = random.randrange(4)
        if act == 0:
            out[place : place + 1] = bytes([random.choice([0, 10, 13, 34, 44, 59, 0x80, 0xFF, random.randrange(256)])])
        elif act == 1:
            del out[place : place + random.randint(1, 20)]
        elif act == 2:
            out[place:place] = out[place : place + random.randint(1, 40)]
        else:
            out[place:place] = random.choice([b'"', b",", b"\n", b"\r", b"9" * 30, "万".encode(), b"1E+17", b"<2024"])
    return bytes(out)


@MANY
@given(st.binary(max_size=200))
@example(b'"')
@example(b"a\n\x00")
@example(b"_row\n1")
@example(b"a,b\n1\n1,2,3")
@example(b'a\n"\n"\n')
def test_any_bytes_are_a_table_or_a_refusal(data: bytes) -> None:
    try:
        text_table(data, "x.csv")
    except Refused as refused:
        assert refused.complaints


@MANY
@given(st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_what_a_correct_writer_wrote_is_read_back(rows: list[list[str]], end: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["first", "second"])
    writer.writerows(rows)
    frame = text_table(out.getvalue().encode(), "x.csv")
    assert [[first or "", second or ""] for first, second in frame.drop("_row").rows()] == rows
    assert frame["_row"].to_list() == list(range(2, len(rows) + 2))


@MANY
@given(st.lists(CELL, min_size=1, max_size=8))
def test_a_record_s_number_is_right_whatever_breaks_its_cells_hold(cells: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([[cell] for cell in cells])
    data = out.getvalue().encode() + b"here"
    assert record_at(data, len(data) - 1) == len(cells) + 1


@settings(MANY, max_examples=examples(40))
@given(st.sampled_from(sorted(SOUND)), st.integers(0, 10**9))
def test_a_spoiled_folder_is_read_or_refused_and_never_changed(tmp_path: Path, table: str, seed: int) -> None:
    folder = tmp_path / f"{table}{seed}"
    (folder / "facts").mkdir(parents=True, exist_ok=True)
    for name, data in SOUND.items():
        (folder / "facts" / f"{name}.csv").write_bytes(spoiled(data, seed) if name == table else data)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    try:
        load_facts(folder, CONTEXT)
    except Refused as refused:
        assert 0 < len(refused.complaints) <= 101
        assert all(complaint.place.file or complaint.id == "facts.more" for complaint in refused.complaints)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@settings(MANY, max_examples=examples(60))
@given(st.integers(0, 10**9))
def test_a_spoiled_workbook_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    book = tmp_path / "book"
    if not book.exists():
        write_workbook(book, some_community(5))
    try:
        list(sheets(spoiled((book / "facts.xlsx").read_bytes(), seed), "facts.xlsx"))
    except Refused as refused:
        assert refused.complaints


@settings(MANY, max_examples=examples(40))
@given(st.integers(0, 10**9))
def test_a_spoiled_parquet_file_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    rows, _ = cast(
        TABLES["documents"], pl.DataFrame({"fact": ["a", "b"], "occurred_at": ["2026", "2026-01-01"]}), CONTEXT
    )
    out = io.BytesIO()
    rows.write_parquet(out)
    (tmp_path / "facts").mkdir(exist_ok=True)
    (tmp_path / "facts" / "documents.parquet").write_bytes(spoiled(out.getvalue(), seed))
    with pytest.raises(Refused):
        load_facts(tmp_path, CONTEXT)


@settings(MANY, max_examples=examples(60))
@given(st.sampled_from(sorted(TABLES)), st.integers(0, 10**9))
def test_any_text_in_any_cell_is_read_or_complained_of(table: str, seed: int) -> None:
    random = Random(seed)
    texts = [
        "",
        " ",
        "yes",
        "1",
        "-0",
        "1e9",
        "2026",
        "2026-02-29",
        "<2026",
        "9" * 40,
        "a;b",
        "￥1亿",
        "\x00",
        "\ud7ff",
        "e\u0301",
        "x" * 999,
    ]
    columns = {name: [random.choice(texts) for _ in range(3)] for name in TABLES[table].columns}
    rows, found = cast(TABLES[table], pl.DataFrame(columns), CONTEXT)
    assert rows.schema == TABLES[table].schema and rows.height == 3
    assert set(found["row"]) <= {2, 3, 4}
    assert set(found["column"]) <= set(TABLES[table].columns) | set(TABLES[table].schema)
