"""Each folder of the shared sheets gives what its row of their INDEX says; `shared_sheets.yaml` holds it to the cell.

The files of a folder are read one after the other, as if those before were in the community already.
"""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.confirm import read_files
from tenfold.exchange.reading.keep import Shelf
from tenfold.exchange.reading.reading import Reading
from tenfold.terms.reason import Reason

CASES: dict[str, list[dict[str, Any]]] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("shared_sheets.yaml").read_text(encoding="utf-8")
)


def bare(one: Reason) -> str:
    """Return a sample without the words of a language: what it is about, and what it says."""
    return f"{one.id.removeprefix('reading.sample.')}: {', '.join(one.params.values())}"


def seen_in(reading: Reading) -> dict[str, Any]:
    """Return what a case says of a file: all that INDEX makes a claim about."""
    told = reading.as_dict(bare)
    return {
        "kind": reading.kind,
        "asked": {one.id: one.proposed for one in reading.questions if not one.id.startswith("same.")},
        "same": sum(one.id.startswith("same.") for one in reading.questions),
        "rows": {table: states for table, states in told["preview"]["counts"].items() if states},
        "says": told["preview"]["samples"],
        "left": [f"{one.why} {one.row or one.sheet or one.column}" for one in reading.left_out],
        "totals": [f"{one.stated} ≠ {one.summed}" for one in reading.preview.totals if one.stated != one.summed],
        "parked": [f"{one.place.row} {one.id}" for one in reading.found.complaints()],
    }


@pytest.mark.parametrize("folder", CASES)
def test_a_shared_sheet_gives_what_its_row_of_the_index_says(folder: str, shared: Path, around: Around) -> None:
    files = sorted(path for path in (shared / "sheets" / folder).iterdir() if path.is_file())
    readings = read_files(files, around, Shelf(()), {})
    assert [seen_in(one) for one in readings] == CASES[folder]


def test_every_shared_sheet_has_a_case(shared: Path) -> None:
    assert {path.name for path in (shared / "sheets").iterdir() if path.is_dir()} == {*CASES}
