"""What people typed about people never enters the files that programs read; the report shows names and promises.

The report is for those who may see names: it calls parties by name and tells two promises of one party apart by their
words. Everything else that is personal (an e-mail address, a telephone number, a reason, a clause) stays in the facts.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tenfold.engine.community import Community
from tenfold.engine.cycle import Cycle, run
from tenfold.engine.explain import explain
from tenfold.engine.files import write_cycle
from tenfold.engine.thread import thread
from tenfold.facts.commit import changing
from tenfold.facts.declaration import TABLES
from tenfold.facts.store import FactStore
from tenfold.report.kept_today import keep
from tenfold.report.page import write_report

PERSONAL = {
    f"{table.name}.{column.name}" for table in TABLES.values() for column in table.columns.values() if column.personal
}
IN_REPORT = {"parties.name", "parties.name_other", "commitments.what"}
WHEN = datetime(2026, 10, 30, 9, tzinfo=UTC)
ACT = {  # the one table of which the demo has no row
    "fact": "act",
    "occurred_at": WHEN,
    "recorded_at": WHEN,
    "recorded_by": "p000003",
    "decision": "interaction.touch_due:lanyou:last-lanyou",
    "act": "confirm",
    "by": "p000003",
}
PLANTED = re.compile(r"planted:([a-z_]+\.[a-z_]+);")


def found(text: str) -> set[str]:
    """Return the columns whose planted text stands in a text."""
    return set(PLANTED.findall(text))


@pytest.fixture(scope="module")
def planted(community: Community) -> Cycle:
    """The demo's last cycle with its own mark in every cell of every personal column."""
    acts = pl.DataFrame([ACT], schema=TABLES["decision_acts"].schema)
    tables = {
        name: rows.with_columns(
            pl.lit(f"planted:{name}.{column.name};").alias(column.stored)
            for column in TABLES[name].columns.values()
            if column.personal
        )
        for name, rows in [*community.facts.tables.items(), ("decision_acts", acts)]
    }
    marked = Community(community.rulebook, FactStore.of(tables))
    return run(marked, marked.moment(community.clock))


def test_the_demo_has_a_row_for_every_personal_column(planted: Cycle) -> None:
    tables = planted.community.facts.tables
    assert {one for one in PERSONAL if not tables[one.partition(".")[0]].is_empty()} == PERSONAL
    assert {"parties.email", "parties.phone", "contributions.what", *IN_REPORT} <= PERSONAL


def test_nothing_personal_enters_the_files_of_a_cycle(planted: Cycle, tmp_path: Path) -> None:
    write_cycle(planted, tmp_path)
    written = {path.name: found(path.read_text("utf-8")) for path in tmp_path.iterdir()}
    assert written == {"cycle.json": set(), "decisions.jsonl": set(), "measures.jsonl": set()}


def test_the_report_shows_names_and_promises_and_nothing_else_that_is_personal(planted: Cycle, tmp_path: Path) -> None:
    assert found(write_report(planted, tmp_path).read_text("utf-8")) == IN_REPORT


def test_the_kept_list_of_the_day_shows_what_the_report_shows_to_people_alone(planted: Cycle, tmp_path: Path) -> None:
    with changing(tmp_path, "test") as change:
        keep(planted, change, "")
    kept = json.loads(json.loads((tmp_path / "today.json").read_text("utf-8"))["said"])
    for said in kept["today"].values():
        assert found(json.dumps(said["decisions"], ensure_ascii=False)) == set()
        assert found(json.dumps(said["rows"], ensure_ascii=False)) <= IN_REPORT


def test_an_explanation_and_a_thread_for_programs_hold_nothing_personal(planted: Cycle) -> None:
    decision = next(one for one in planted.decisions if one.id == ACT["decision"])
    told = [explain(planted, decision.id), explain(planted, "inc.kept_rate:huixian"), thread(planted, decision.id)]
    assert found(json.dumps(told, ensure_ascii=False)) == set()
