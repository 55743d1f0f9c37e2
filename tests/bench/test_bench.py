"""Every timed path still runs at its smallest size and gives right answers; no time is asserted here."""

from dataclasses import replace
from pathlib import Path

import pytest
from bench.__main__ import SUBJECTS
from bench.harness import PRODUCT, Line, Subject, growth, load, machine, measured, save
from tests.night import NIGHT

from bench import table

# What other libraries warn of is not ours to mend here.
pytestmark = pytest.mark.filterwarnings("default")


# Each of these makes an installation of its own or starts commands in turn: by day what they do has tests of its own.
LONG = ("A1", "A2", "A3", "A7", "Kills", "S7", "Start")

TRIED = [one for one in SUBJECTS if one.sizes["smallest"] and (NIGHT or one.name not in LONG)]


@pytest.mark.parametrize("subject", TRIED, ids=lambda subject: subject.name)
def test_a_path_gives_right_answers_at_its_smallest_size(subject: Subject, tmp_path: Path) -> None:
    lines = measured(subject, tmp_path / "input", subject.sizes["smallest"][0], rounds=1)
    assert PRODUCT in {line.who for line in lines}


def test_memory_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    subject = next(one for one in SUBJECTS if one.name == "S2")
    lines = measured(subject, tmp_path / "input", 1000, rounds=1, memory=True)
    assert next(line for line in lines if line.who == PRODUCT).mib > 0


def test_growth_is_the_exponent_of_the_size() -> None:
    assert growth([(10, 0.2), (100, 2.0), (1000, 20.0)]) == pytest.approx(1.0)
    assert growth([(10, 1.0), (100, 100.0), (1000, 10_000.0)]) == pytest.approx(2.0)


def test_the_page_states_machine_ratio_growth_and_memory(tmp_path: Path) -> None:
    one = Line("S2", PRODUCT, 100, 0.1, 0.1, 0.2, 5, 1000.0, "facts", "in memory", 0.5, 2, None)
    mine = [one, replace(one, size=1000, s=1.0), replace(one, size=10_000, s=10.0, mib=64.0)]
    limit = replace(mine[-1], who="limit: scan", s=5.0, mib=None)
    save([machine(), *mine, limit], tmp_path / "bench.jsonl")
    page = table.page(load(tmp_path / "bench.jsonl"), "2026-11-23")
    for wanted in ("2026-11-23", "cores", "2.0× as long", "b = 1.00", "64 MiB"):
        assert wanted in page


def test_what_a_run_did_not_measure_stays_on_the_page(tmp_path: Path) -> None:
    one = Line("S2", PRODUCT, 100, 0.1, 0.1, 0.2, 5, 1000.0, "facts", "in memory", 0.5, 2, None)
    before = table.page([machine(), one], "2026-11-23")
    page = table.page([machine(), replace(one, path="S5")], "2026-11-30", before)
    assert page.count("Measured on 2026-11-23") == page.count("Measured on 2026-11-30") == 1
    assert page.index("## S2") < page.index("## S5")
    assert table.page([machine(), one], "2026-11-24", page).count("## S2") == 1
