"""Lists that leave in the formats of other programs: safe to open, bound by consent, the same when they come back."""

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from tests.exchange.lists import community

from tenfold.cli.app import main
from tenfold.exchange.lists.safe import csv_text
from tenfold.exchange.reading import captables
from tenfold.facts.safe_csv import unmarked

Run = Callable[..., Any]
FILES = {
    "people.csv": ("--csv", "people"), "people.xlsx": ("--xlsx", "people"), "people.vcf": ("--vcard", None),
    "money.csv": ("--csv", "money"), "money.xlsx": ("--xlsx", "money"), "money.beancount": ("--beancount", None),
    "promises.csv": ("--csv", "promises"), "promises.xlsx": ("--xlsx", "promises"),
    "promises.ics": ("--icalendar", None),
    "holdings.csv": ("--csv", "holdings"), "holdings.xlsx": ("--xlsx", "holdings"), "holdings.ocf.zip": ("--ocf", None),
}  # fmt: skip
SAME = {"cash_movements": 6, "holdings": 6, "commitments": 5}
LANGUAGES = ("en", "zh-Hans")
RISKY = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return community.write(tmp_path_factory.mktemp("lists") / "wind")


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "wind"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def told(*arguments: object, code: int = 0, language: str = "en") -> Any:
        capsys.readouterr()
        assert main(language, [*map(str, arguments), "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return told


def exported(run: Run, folder: Path, path: Path, language: str = "en", *more: str) -> Path:
    option, what = FILES[path.name]
    run("export", folder, option, path, *(["--what", what] if what else []), *more, language=language)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_what_left_comes_back_the_same(name: str, language: str, folder: Path, tmp_path: Path, run: Run) -> None:
    path = exported(run, folder, tmp_path / name, language)
    told = run("import", path, folder, "--yes", language=language)
    (reading,) = told["readings"]
    assert told["written"] is None
    assert reading["preview"]["unread"] == 0
    counts = reading["preview"]["counts"]
    assert {state for states in counts.values() for state, rows in states.items() if rows} == {"same"}
    if name == "promises.ics":
        assert counts == {"commitments": {"same": 3}}, "a calendar holds what is still owed by a day"
    elif name.startswith("people"):
        assert counts["parties"]["same"] >= 6
    else:
        ((table, states),) = counts.items()
        assert states["same"] == SAME[table]


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith((".csv", ".xlsx"))])
def test_no_cell_is_a_live_formula(name: str, folder: Path, tmp_path: Path, run: Run) -> None:
    path = exported(run, folder, tmp_path / name)
    if name.endswith(".csv"):
        cells = [cell for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))) for cell in row]
        assert not [cell for cell in cells if cell.startswith(RISKY)]
        return
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    assert all(isinstance(cell, str) for row in sheet.to_python() for cell in row)


def test_control_signs_do_not_leave(tmp_path: Path, run: Run) -> None:
    rows = community.rows()
    rows["parties"][3]["name"] = "Ann\u202e \u0007Lee"
    folder = community.write(tmp_path / "wind", rows)
    for name in FILES:
        data = _content(exported(run, folder, tmp_path / name))
        assert not [sign for sign in ("\u202e", "\u0007") if sign.encode() in data], name


def test_a_changed_row_is_told_and_left_alone(folder: Path, tmp_path: Path, run: Run) -> None:
    path = exported(run, folder, tmp_path / "money.csv")
    text = path.read_text("utf-8-sig").replace("14000000.00", "15000000.00").replace("pay-6", "pay-66")
    path.write_text(text, "utf-8")
    before = (folder / "facts" / "cash_movements.csv").read_bytes()
    told = run("import", path, folder, "--yes")
    assert told["readings"][0]["preview"] | {"totals": []} == {
        "counts": {"cash_movements": {"same": 4}}, "totals": [], "gone": {}, "unread": 2, "parties": 0, "samples": []
    }  # fmt: skip
    assert (folder / "facts" / "cash_movements.csv").read_bytes() == before
    (parked,) = told["parked"]
    reasons = [row[-1] for row in CalamineWorkbook.from_path(folder / parked).get_sheet_by_index(0).to_python()]
    assert "15000000.00" in reasons[1]
    assert "14000000.00" in reasons[1]
    assert "pay-66" in reasons[6]
    again = run("import", folder / parked, folder, "--yes")
    assert again["readings"][0]["preview"]["unread"] == 2, "the copy with the reasons is that list too"


def test_a_blank_cell_says_nothing(folder: Path, tmp_path: Path, run: Run) -> None:
    path = exported(run, folder, tmp_path / "money.csv")
    path.write_text(path.read_text("utf-8-sig").replace("14000000.00", ""), "utf-8")
    assert run("import", path, folder, "--yes")["readings"][0]["preview"]["unread"] == 0


@pytest.mark.parametrize(
    ("purpose", "there"),
    [
        (None, {"ann", "wang", "evil", "office"}),
        ("community_management", {"ann", "wang", "evil", "office"}),
        ("research", {"ann"}),
    ],
)
def test_consent_binds_whose_details_leave(
    purpose: str | None, there: set[str], folder: Path, tmp_path: Path, run: Run
) -> None:
    more = ["--purpose", purpose] if purpose else []
    for name in ("people.csv", "people.xlsx", "people.vcf"):
        path = exported(run, folder, tmp_path / name, "en", *more)
        text = _content(path).decode()
        assert {who for who in ("ann", "wang", "evil", "office", "nora") if f"{who}@" in text} == there, name


def _content(path: Path) -> bytes:
    """What stands in a file, taken out of its archive."""
    if path.suffix not in (".xlsx", ".zip"):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"".join(map(archive.read, archive.namelist()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("arguments", "id"),
    [
        ([], "cli.export.nothing"),
        (["--csv", "x.csv"], "exporting.list_of_form"),
        (["--vcard", "x.vcf", "--what", "money"], "exporting.list_of_form"),
        (["--vcard", "x.vcf", "--purpose", "gossip"], "exporting.purpose"),
    ],
)
def test_what_cannot_be_exported_says_why(
    arguments: list[str],
    id: str,
    language: str,
    folder: Path,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("export", folder, *arguments, code=1, language=language)
    assert [one["id"] for one in told["complaints"]] == [id]
    assert [*tmp_path.glob("x.*")] == []


def test_beancount_checks_the_journal_without_a_complaint(folder: Path, tmp_path: Path, run: Run) -> None:
    from beancount.loader import load_file

    entries, errors, _ = load_file(str(exported(run, folder, tmp_path / "money.beancount")))
    assert errors == []
    paid = [entry for entry in entries if type(entry).__name__ == "Transaction"]
    assert [f"{entry.postings[0].units}" for entry in paid] == [
        "14000000.00 CNY", "-120000.50 CNY", "-300.00 USD", "-300.00 USD", "-7.01 EUR", "5000000 JPY",
    ]  # fmt: skip


def test_a_package_tells_others_what_is_outstanding(folder: Path, tmp_path: Path, run: Run) -> None:
    data = exported(run, folder, tmp_path / "holdings.ocf.zip").read_bytes()
    held = {(row[0], row[1], row[2]) for row in captables.shares_of(captables.items_of(data))}
    assert held == {
        ("Pine Capital LP", "series_a", "300"), ("Ann Lee", "series_a", "1000"), ("王小明", "common", "10"),
    }  # fmt: skip


def test_a_calendar_moves_with_an_extension_and_says_whole_days(folder: Path, tmp_path: Path, run: Run) -> None:
    text = exported(run, folder, tmp_path / "promises.ics").read_text("utf-8")
    starts = [line for line in text.splitlines() if line.startswith("DTSTART")]
    assert starts == ["DTSTART;VALUE=DATE:20990501", "DTSTART:20990601T023000Z", "DTSTART;VALUE=DATE:20990701"]


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "''=1+1", "-5", "'-5", "'Pine", "＝1", "Ann;=1+1", 'a "quoted", one', "@x"]
)
def test_a_cell_is_computed_by_no_sheet_and_comes_back_as_it_was(text: str) -> None:
    (line,) = csv_text([[text]]).decode("utf-8-sig").splitlines()
    assert line.startswith('"'), "whatever a sheet takes for the mark between cells"
    ((written,),) = csv.reader([line])
    assert not written.startswith((*RISKY, "＝"))
    assert pl.Series([written]).to_frame("cell").select(unmarked(pl.col("cell"))).item() == text
