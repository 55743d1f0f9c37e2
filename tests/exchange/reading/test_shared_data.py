"""Real tables of `shared/data` are read without a map; `shared_data.yaml` says what each of their columns is.

They are of other domains than ours, so that nothing was tuned to them. A reading claims something of a column where it
takes it for something. Where the kind is not asked about, every claim is right but for those that the list names.
"""

import csv
import gzip
from itertools import islice
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.keep import Shelf
from tenfold.exchange.reading.reading import Reading, read_file
from tenfold.terms.errors import Refused

SETS: dict[str, dict[str, Any]] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("shared_data.yaml").read_text(encoding="utf-8")
)
ROWS = 80  # of each set, with its header
REFUSED = "refused"
RIGHT_AT_LEAST = 0.9  # of the claims about sheets whose kind is not asked about


def first_rows(packed: Path, folder: Path) -> Path:
    path = folder / packed.with_suffix("").name
    with gzip.open(packed, "rt", encoding="utf-8", newline="") as source, path.open("w", newline="") as sheet:
        csv.writer(sheet).writerows(islice(csv.reader(source), ROWS))
    return path


def claims(reading: Reading) -> dict[str, str]:
    return {column.name: column.role for column in reading.columns if column.role}


def read(name: str, shared: Path, folder: Path, around: Around) -> Reading | None:
    """Read the first rows of a set; None where it is no sheet of ours."""
    path = first_rows(shared / "data" / f"{name}.csv.gz", folder)
    try:
        return read_file(path, around, Shelf(()), {})
    except Refused as refused:
        assert [one.id for one in refused.complaints] == ["reading.no_kind"], name
        return None


def test_every_table_of_the_shared_data_is_told_about(shared: Path) -> None:
    found = {path.relative_to(shared / "data").as_posix() for path in (shared / "data").rglob("*.csv.gz")}
    assert {name.removesuffix(".csv.gz") for name in found} == {*SETS}


def test_what_is_claimed_of_real_tables_is_right(shared: Path, tmp_path: Path, around: Around) -> None:
    made = right = 0
    for name, told in SETS.items():
        reading = read(name, shared, tmp_path, around)
        assert (REFUSED if reading is None else reading.kind) == told["kind"], name
        if reading is None:
            continue
        assert any(one.id == "kind" for one in reading.questions) == told.get("asked", False), name
        claimed = claims(reading)
        wrong = {column: role for column, role in claimed.items() if told["columns"].get(column) != role}
        if not told.get("asked"):
            assert wrong == told.get("wrong", {}), name
            made, right = made + len(claimed), right + len(claimed) - len(wrong)
    share = right / made
    print(f"{right} of {made} claims about real tables are right: {share:.1%}")
    assert share >= RIGHT_AT_LEAST
