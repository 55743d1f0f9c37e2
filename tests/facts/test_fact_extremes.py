"""What other formats may hold beyond what a fact may be: refused with its place, within memory, never a crash."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.memory import PEAK

from tenfold.facts.read import load_facts
from tenfold.terms.errors import Refused

from .facts_sample import CONTEXT
from .test_fact_complaints import HEAD, sheet, text, workbook

MEGABYTES_AT_MOST = 512
MS, US, NS = pl.Datetime("ms", "UTC"), pl.Datetime("us", "UTC"), pl.Datetime("ns", "UTC")


def places(folder: Path) -> list[str]:
    with pytest.raises(Refused) as refused:
        load_facts(folder, CONTEXT)
    return [f"{one.place} {one.id}" for one in refused.value.complaints]


def documents(folder: Path, **columns: pl.Series) -> Path:
    (folder / "facts").mkdir()
    rows = pl.DataFrame({"fact": ["a", "b"], "occurred_at": [datetime(2026, 1, 1, tzinfo=UTC)] * 2,
                         "document": ["a", "b"], "kind": ["k", "k"]})  # fmt: skip
    rows.with_columns(**columns).write_parquet(folder / "facts/documents.parquet")
    return folder


EXTREMES = [
    (dtype, extreme) for dtype in (MS, US, pl.Datetime("ms"), pl.Datetime("us")) for extreme in (2**63 - 1, -(2**63))
]


@pytest.mark.parametrize(("dtype", "extreme"), [*EXTREMES, (NS, 2**63 - 1)], ids=str)
def test_an_instant_out_of_range_is_refused_with_its_row(tmp_path: Path, dtype: pl.Datetime, extreme: int) -> None:
    instants = pl.Series([0, extreme], dtype=pl.Int64).cast(dtype)
    assert places(documents(tmp_path, occurred_at=instants)) == [
        "facts/documents.parquet:2 occurred_at facts.cell.instant"
    ]


@pytest.mark.parametrize("days", [2**31 - 1, -(2**31)])
def test_a_date_out_of_range_is_refused_with_its_row(tmp_path: Path, days: int) -> None:
    dates = pl.Series([0, days], dtype=pl.Int32).cast(pl.Date)
    assert places(documents(tmp_path, expires_at=dates)) == ["facts/documents.parquet:2 expires_at facts.cell.date"]


def test_dates_at_the_limits_load_and_one_step_beyond_does_not(tmp_path: Path) -> None:
    limits = pl.Series([date(1970, 1, 1), date(2200, 12, 31)])
    folder = documents(tmp_path, expires_at=limits)
    assert load_facts(folder, CONTEXT).count == 2
    (folder / "facts/documents.parquet").unlink()
    head = "fact,occurred_at,document,kind,expires_at\n"
    (folder / "facts/documents.csv").write_text(f"{head}a,2026,a,k,2200-12-31\nb,2026,b,k,2201-01-01\n")
    assert places(folder) == ["facts/documents.csv:3 expires_at facts.cell.date"]


def test_a_local_time_that_never_was_is_refused_not_lost(tmp_path: Path) -> None:
    times = pl.Series([datetime(2026, 3, 29, 1, 59), datetime(2026, 3, 29, 2, 30)])
    context = CONTEXT.__class__("Europe/Berlin", CONTEXT.currencies, None)
    with pytest.raises(Refused) as refused:
        load_facts(documents(tmp_path, occurred_at=times), context)
    assert [str(one.place) for one in refused.value.complaints] == ["facts/documents.parquet:2 occurred_at"]


FAR = {
    "a row": '<row r="4000000000"><c r="A4000000000"><v>1</v></c></row>',
    "a row after another attribute": f'<row spans="{"1" * 300}" r="4000000000"><c r="a4000000000"><v>1</v></c></row>',
    "a row after a long attribute": f'<row spans="{"1" * 900}" r="4000000000"><c><v>1</v></c></row>',
    "a cell": '<row><c r="A4000000000"><v>1</v></c></row>',
    "a cell with spaces": '<row><c r = " A4000000000"><v>1</v></c></row>',
    "a column": '<row><c r="ZZZZZZ1"><v>1</v></c></row>',
    "a long prefix": f'<{"p" * 30}:row r="4000000000"><{"p" * 30}:c r="A4000000000"/></{"p" * 30}:row>',
    "a longer prefix": f'<{"p" * 300}:row r="4000000000"/>',
    "an entity": '<row r="&#52;000000000"><c><v>1</v></c></row>',
}


@pytest.mark.parametrize("case", FAR)
def test_a_sheet_that_reaches_far_is_refused_before_it_is_read(tmp_path: Path, case: str) -> None:
    content = workbook(sheet(HEAD, text("d1", "2026", "a", "k")).replace("</sheetData>", f"{FAR[case]}</sheetData>"))
    (tmp_path / "facts.xlsx").write_bytes(content)
    (place,) = places(tmp_path)
    assert place.split()[1] in ("facts.xlsx.cells", "facts.file.columns", "facts.xlsx.unreadable")


PROGRAM = f"""
import sys
from pathlib import Path
from tenfold.facts.context import Context
from tenfold.facts.read import load_facts
from tenfold.terms.errors import Refused
{PEAK}
codes = {{"community.member_classes": [f"class_number_{{n}}" for n in range(100)]}}
try:
    load_facts(Path(sys.argv[1]), Context("UTC", codes=codes))
except Refused as refused:
    print(len(refused.complaints), round(peak_megabytes()))
"""


def test_a_hundred_thousand_bad_rows_stay_within_memory(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    bad = "x,never,when,nobody,nothing,not a class,no,no,no,no,maybe\n"
    head = "fact,occurred_at,recorded_at,because,precision,class,state,source,leaver,sponsor,void\n"
    with (tmp_path / "facts/memberships.csv").open("w") as file:
        file.write(head.replace("because", "party"))
        for _ in range(100_000):
            file.write(bad)
    ran = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, check=True)
    complaints, megabytes = map(int, ran.stdout.split())
    assert complaints == 101
    assert megabytes < MEGABYTES_AT_MOST


IMPORT = f"""
import sys
from pathlib import Path
from tenfold.facts.context import Context
from tenfold.facts.maps import run_map
from tenfold.facts.store import FactStore
from tenfold.report.words import complaint
{PEAK}
folder = Path(sys.argv[1])
codes = {{"community.member_classes": [f"class_number_{{n}}" for n in range(100)]}}
done = run_map(folder / "m.yaml", folder, FactStore.of({{}}), Context("UTC", codes=codes))
copy = done.parked(lambda one: complaint("en", one), "reason")["s.csv"]
print(done.unread, copy["reason"].count(), round(peak_megabytes()))
"""
MAP = """
origin: o
maps:
  - table: memberships
    from: s.csv
    id: [a]
    set:
      party: {key: a, kind: {value: person}}
      class: {column: b}
      state: {column: c}
      occurred_at: {column: d}
"""


def test_a_hundred_thousand_rows_are_parked_within_memory(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(MAP)
    (tmp_path / "s.csv").write_text("a,b,c,d\n" + "".join(f"n{n},class,state,never\n" for n in range(100_000)))
    ran = subprocess.run([sys.executable, "-c", IMPORT, str(tmp_path)], capture_output=True, text=True, check=True)
    unread, reasons, megabytes = map(int, ran.stdout.split())
    assert (unread, reasons) == (100_000, 100_000)
    assert megabytes < MEGABYTES_AT_MOST
