"""The readers under the corpus of nasty files: outcomes as its manifest says, time and memory watched."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.memory import PEAK

from tenfold.facts.csv_bytes import text_table
from tenfold.terms.errors import Refused

SHARED = Path(os.environ.get("TENFOLD_SHARED", Path(__file__).parents[2].parent / "shared"))
CSV = SHARED / "corpus" / "csv"
SECONDS_A_FILE = 10
MEGABYTES = 512
READER = (
    PEAK
    + """
import json, shutil, sys, tempfile, time
from pathlib import Path
from tenfold.facts.context import Context
from tenfold.facts.csv_bytes import text_table
from tenfold.facts.read import load_facts
from tenfold.facts.xlsx import sheets
from tenfold.terms.errors import Refused

def outcome(read):
    begun = time.process_time()
    try:
        result = read()
    except Refused as refused:
        assert all(str(complaint.place) for complaint in refused.complaints)
        result = [complaint.id for complaint in refused.complaints]
    return [time.process_time() - begun, result]

def community(path, name):
    folder = Path(tempfile.mkdtemp())
    (folder / name).parent.mkdir(exist_ok=True)
    shutil.copyfile(path, folder / name)
    before = sorted(folder.rglob("*"))
    try:
        load_facts(folder, Context())
    finally:
        assert sorted(folder.rglob("*")) == before
    return ["loaded"]

kind, found = sys.argv[2], {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    if kind == "csv" and path.suffix == ".csv":
        found[path.name] = outcome(lambda: text_table(path.read_bytes(), path.name).height)
        found["facts " + path.name] = outcome(lambda: community(path, "facts/parties.csv"))
    if kind == "xlsx":
        found[path.name] = outcome(lambda: [s[1].shape for s in sheets(path.read_bytes(), path.name)])
        found["facts " + path.name] = outcome(lambda: community(path, "facts.xlsx"))
print(json.dumps({"files": found, "megabytes": peak_megabytes()}))
"""
)


def outcomes(kind: str) -> dict[str, object]:
    folder = SHARED / "corpus" / kind
    if not folder.exists():
        pytest.skip("the corpus is not there")
    command = [sys.executable, "-c", READER, str(folder), kind]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    result = json.loads(ran.stdout)
    assert max(seconds for seconds, _ in result["files"].values()) < SECONDS_A_FILE
    assert result["megabytes"] < MEGABYTES
    return {name: outcome for name, (_, outcome) in result["files"].items()}


def test_csv_files_are_read_or_refused_as_the_manifest_says() -> None:
    found = outcomes("csv")
    refused = {name: ids for name, ids in found.items() if isinstance(ids, list) and not name.startswith("facts ")}
    assert refused == {
        "bad_missing_quote.csv": ["facts.csv.unclosed"],
        "bad_unescaped_quote.csv": ["facts.csv.quote"],
        "dup_header.csv": ["facts.file.double"],
        "gbk_broken.csv": ["facts.csv.encoding"],
        "longfield.csv": ["facts.file.long"],
        "mixed_eol.csv": ["facts.csv.line_end"],
        "nul.csv": ["facts.csv.nul"],
        "unclosed.csv": ["facts.csv.quote"],
        "wide.csv": ["facts.file.columns"],
        "xlsx_named.csv": ["facts.file.content"],
        "zh_big5.csv": ["facts.csv.encoding"],
        "zh_shift_jis.csv": ["facts.csv.encoding"],
        "zh_utf-16-be.csv": ["facts.csv.encoding"],
        "zh_utf-16.csv": ["facts.csv.encoding"],
    }
    assert {name: found[name] for name in ("formula.csv", "newlines.csv", "bidi.csv")} == {
        "formula.csv": 10,
        "newlines.csv": 3,
        "bidi.csv": 1,
    }
    assert not [name for name, ids in found.items() if name.startswith("facts ") and ids == ["loaded"]]


def test_workbooks_are_refused_before_a_parser_sees_them() -> None:
    found = outcomes("xlsx")
    named = {
        "billion_laughs.xlsx": ["facts.xlsx.dtd"],
        "bomb_dimension.xlsx": ["facts.file.columns"],
        "bomb_ratio_100MB.xlsx": ["facts.xlsx.bomb"],
        "entries_20k.xlsx": ["facts.xlsx.entries"],
        "poc-xmlbomb.xlsx": ["facts.xlsx.dtd"],
        "xxe_file.xlsx": ["facts.xlsx.dtd"],
        "xxe_http.xlsx": ["facts.xlsx.dtd"],
        "formula_cells.xlsx": [[0, 2]],
    }
    assert {name: found[name] for name in named} == named
    assert not [name for name, ids in found.items() if name.startswith("facts ") and ids == ["loaded"]]
    assert len(found) == 2 * len(list((SHARED / "corpus" / "xlsx").iterdir()))


@pytest.mark.parametrize(
    "name", ["comma_in_quotes", "empty", "escaped_quotes", "json", "newlines", "quotes_and_newlines", "simple"]
)
def test_the_csv_spectrum_is_read_as_its_twin_says(name: str) -> None:
    if not CSV.exists():
        pytest.skip("the corpus is not there")
    rows = text_table((CSV / f"{name}.csv").read_bytes(), name).drop("_row")
    twin = CSV / f"{name}.json"
    expected = json.loads(twin.read_text("utf-8")) if twin.exists() else [{"a": "1", "b": "2", "c": "3"}]
    assert [{key: value or "" for key, value in row.items()} for row in rows.rows(named=True)] == expected


def test_the_row_of_an_unclosed_quote_is_the_row_that_opens_it() -> None:
    if not CSV.exists():
        pytest.skip("the corpus is not there")
    with pytest.raises(Refused) as refused:
        text_table((CSV / "unclosed.csv").read_bytes(), "unclosed.csv")
    assert str(refused.value.complaints[0].place) == "unclosed.csv:2"
