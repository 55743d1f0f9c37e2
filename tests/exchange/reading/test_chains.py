"""Who controls a company through others: a register proposes it, from more than half upwards."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.exchange.reading.sheets import Rows, text_file
from tests.exchange.reading.test_owned import linked, read
from tests.exchange.reading.test_reading import Run, empty, folder, run

from tenfold.exchange.reading.community import Around

__all__ = ["empty", "folder", "run"]  # fixtures

HEAD = ["被投资公司", "股东名称", "持股比例（%）"]
PINE, ELM, OAK, BIRCH = "青松资本有限公司", "海棠基金有限公司", "远山科技有限公司", "北辰能源有限公司"


def register(*holdings: tuple[str, str, str]) -> Rows:
    """Return a sheet of holder, company and percent."""
    return [HEAD, *([company, holder, share] for holder, company, share in holdings)]


def controlled(tmp_path: Path, around: Around, rows: Rows) -> list[tuple[str, str, str]]:
    """Return who is proposed to control whom, and by what share."""
    added = read(tmp_path, around, rows).found.added
    called = dict(added["parties"].select("party", "name").iter_rows())
    links = added["group_links"].filter(relation="controls").sort("party", "other")
    return [
        (called[party], called[other], f"{share.normalize():f}")
        for party, other, share in links.select("party", "other", "share").iter_rows()
    ]


@pytest.mark.parametrize(("share", "joined"), [("79.99", []), ("80", []), ("80.01", [(PINE, OAK, "0.5000625")])])
def test_shares_along_a_chain_are_multiplied_and_more_than_half_is_control(
    share: str, joined: Sequence[object], around: Around, tmp_path: Path
) -> None:
    rows = register((PINE, ELM, "62.5"), (ELM, OAK, share))
    assert controlled(tmp_path, around, rows) == joined


@pytest.mark.parametrize(("direct", "joined"), [("24", []), ("25", [(PINE, OAK, "0.51")]), ("50.01", [])])
def test_what_is_held_itself_and_along_several_chains_is_added_up(
    direct: str, joined: Sequence[object], around: Around, tmp_path: Path
) -> None:
    """Above half alone, the holding itself says all."""
    rows = register((PINE, ELM, "40"), (ELM, OAK, "40"), (PINE, BIRCH, "100"), (BIRCH, OAK, "10"), (PINE, OAK, direct))
    assert controlled(tmp_path, around, rows) == joined


def test_a_register_that_lists_more_than_the_whole_makes_nobody_hold_more(around: Around, tmp_path: Path) -> None:
    rows = register((PINE, ELM, "100"), (ELM, OAK, "80"), (PINE, OAK, "40"))
    assert controlled(tmp_path, around, rows) == [(PINE, OAK, "1")]


def test_companies_that_hold_each_other_come_to_an_end(around: Around, tmp_path: Path) -> None:
    rows = register((PINE, ELM, "90"), (ELM, OAK, "90"), (OAK, PINE, "90"))
    assert {one[2] for one in controlled(tmp_path, around, rows)} == {"0.81"}


def test_a_person_at_the_top_and_a_chain_of_three_are_followed(around: Around, tmp_path: Path) -> None:
    rows = register(("李雷", PINE, "90"), (PINE, ELM, "90"), (ELM, OAK, "90"))
    reading = read(tmp_path, around, rows)
    assert controlled(tmp_path, around, rows) == [
        (PINE, OAK, "0.81"),
        ("李雷", ELM, "0.81"),
        ("李雷", OAK, "0.729"),
    ]
    told = [one.params for one in reading.notes if one.id == "reading.note.chain"]
    assert {"holder": "李雷", "company": OAK, "share": "72.9 %", "through": f"{PINE} → {ELM}"} in told


CHAIN = ((PINE, ELM, "90"), (ELM, OAK, "90"))
OF_ELM, OF_OAK = (register(one) for one in CHAIN)


@pytest.mark.parametrize("registers", [(OF_ELM, OF_OAK), (OF_OAK, OF_ELM)])
def test_registers_of_one_company_each_show_the_chain_in_either_order(
    registers: tuple[Rows, Rows], folder: Path, tmp_path: Path, run: Run
) -> None:
    for number, rows in enumerate(registers):
        run("import", text_file(tmp_path, f"{number}.csv", rows), folder, "--yes")
    assert (PINE, "controls", OAK, "0.81") in linked(folder)


def test_the_same_register_again_has_nothing_new_and_misses_nothing(folder: Path, tmp_path: Path, run: Run) -> None:
    bosses = ["实际控制人", "张伟", ""]
    rows = [[*line, boss] for line, boss in zip(register(*CHAIN), bosses, strict=True)]
    path = text_file(tmp_path, "s.csv", rows)
    run("import", path, folder, "--yes")
    again = run("import", path, folder, "--yes")
    assert (again["written"], again["readings"][0]["preview"]["gone"]) == (None, {})
