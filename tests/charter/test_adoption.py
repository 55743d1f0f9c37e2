"""A version is in force from no earlier than its adoption: no rule is retroactive, and people decide a charter."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tenfold.charter.document import Rulebook
from tenfold.charter.load import load_charters
from tenfold.engine.community import Community
from tenfold.facts.declaration import TABLES
from tenfold.facts.store import FactStore

TABLE = TABLES["charter_versions"]
OLD, NEW = Path(__file__).with_name("small.yaml").read_text(encoding="utf-8"), "effective_from: 2026-06-01"
JUNE = datetime(2026, 5, 31, 16, tzinfo=UTC)  # 1 June, 00:00 in Shanghai


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def row(state: str, on: str, **cells: Any) -> dict[str, Any]:
    own = {"fact": f"{state}-{on}", "recorded_by": "us", "charter_version": "small-v3", "state": state}
    when = {"occurred_at": at(on), "recorded_at": at(on), "effective_from": JUNE}
    return own | when | cells


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    folder = tmp_path_factory.mktemp("versions")
    (folder / "charters").mkdir()
    (folder / "charters" / "small-v2.yaml").write_text(OLD, encoding="utf-8")
    newer = OLD.replace("version: 2", "version: 3").replace("supersedes: 1", "supersedes: 2")
    (folder / "charter.yaml").write_text(newer.replace("effective_from: 2026-05-01", NEW), encoding="utf-8")
    return load_charters(folder)


def begins(rulebook: Rulebook, *rows: dict[str, Any], tried: str | None = None) -> datetime | None:
    """From when version 3 judges."""
    frame = pl.DataFrame(rows, schema=TABLE.schema)
    community = Community(rulebook, FactStore.of({TABLE.name: frame}), tried=tried)
    return next((start for start, charter in community.rulebook.versions if charter.version == 3), None)


@pytest.mark.parametrize(
    ("rows", "since"),
    [
        ([], JUNE),
        ([row("adopted", "2026-05-20")], JUNE),
        ([row("adopted", "2026-05-31T16:00:00")], JUNE),
        ([row("adopted", "2026-07-10T02:00:00")], at("2026-07-10T02:00:00")),
        ([row("adopted", "2026-05-20", recorded_at=at("2026-07-10"))], at("2026-07-10")),
        ([row("adopted", "2026-05-20", effective_from=at("2026-08-01"))], at("2026-08-01")),
        ([row("adopted", "2026-05-20"), row("in_force", "2026-07-10")], JUNE),
        ([row("in_force", "2026-07-10")], at("2026-07-10")),
        ([row("adopted", "2026-07-10", charter_version="x", sha256="other")], JUNE),
        ([row("adopted", "2026-07-10", charter_version="small-v13")], JUNE),
        ([row("voting", "2026-05-20")], None),
        ([row("draft", "2026-05-20"), row("rejected", "2026-05-30")], None),
        ([row("adopted", "2026-05-20"), row("rejected", "2026-05-30")], None),
        ([row("voting", "2026-05-20"), row("adopted", "2026-05-30"), row("superseded", "2026-12-01")], JUNE),
    ],
)
def test_a_version_is_in_force_from_its_adoption_or_its_date(
    rulebook: Rulebook, rows: list[dict[str, Any]], since: datetime | None
) -> None:
    assert begins(rulebook, *rows) == since


def test_a_row_names_a_version_by_the_hash_of_its_file(rulebook: Rulebook) -> None:
    named = {"charter_version": "the summer one", "sha256": rulebook.newest.sha256}
    assert begins(rulebook, row("adopted", "2026-07-10", **named)) == at("2026-07-10")


def test_another_proposal_of_the_same_number_rejects_nothing(rulebook: Rulebook) -> None:
    own = {"charter_version": "the summer one", "sha256": rulebook.newest.sha256}
    other = [row("draft", "2026-05-01", sha256="another"), row("rejected", "2026-07-20", sha256="another")]
    assert begins(rulebook, other[0], row("adopted", "2026-05-20", **own), other[1]) == JUNE
    assert begins(rulebook, row("adopted", "2026-05-20", **own), row("rejected", "2026-05-30", **own)) is None


def test_a_corrected_adoption_does_not_count(rulebook: Rulebook) -> None:
    late = row("adopted", "2026-07-10", fact="late")
    early = row("adopted", "2026-05-20", fact="early", recorded_at=at("2026-05-20"))
    assert begins(rulebook, late, early | {"corrects": "late"}) == JUNE


def test_an_adoption_that_was_forgotten_and_one_that_never_was_change_a_loaded_community(rulebook: Rulebook) -> None:
    told = Community(rulebook, FactStore.of({TABLE.name: pl.DataFrame([row("voting", "2026-05-20")], TABLE.schema)}))
    assert [charter.version for _, charter in told.rulebook.versions] == [2]
    more = [row("voting", "2026-05-20"), row("adopted", "2026-07-10")]
    for rows, versions in ((more, [2, 3]), ([], [2, 3]), (more[:1], [2])):
        told = replace(told, facts=FactStore.of({TABLE.name: pl.DataFrame(rows, TABLE.schema)}))
        assert [charter.version for _, charter in told.rulebook.versions] == versions


def test_a_charter_that_is_tried_needs_no_adoption(rulebook: Rulebook) -> None:
    assert begins(rulebook, row("voting", "2026-05-20"), tried="v3.yaml") == JUNE


def test_the_oldest_version_judges_what_is_older_whenever_it_was_adopted(rulebook: Rulebook) -> None:
    rows = [row("adopted", "2026-07-10", charter_version="small-v2", fact="old"), row("adopted", "2026-07-20")]
    frame = pl.DataFrame(rows, schema=TABLE.schema)
    judges = Community(rulebook, FactStore.of({TABLE.name: frame})).rulebook.judging
    assert [judges(at(day)).version for day in ("2020-01-01", "2026-06-15", "2026-07-19", "2026-07-20")] == [2, 2, 2, 3]


def test_a_version_whose_turn_never_came_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "charters").mkdir()
    for number, month in ((1, "04"), (2, "05"), (3, "06")):
        text = OLD.replace("version: 2", f"version: {number}").replace("  supersedes: 1\n", "")
        name = "charter.yaml" if number == 3 else f"charters/small-v{number}.yaml"
        (tmp_path / name).write_text(text.replace("2026-05-01", f"2026-{month}-01"), encoding="utf-8")
    late = row("adopted", "2026-07-10", charter_version="small-v2")
    frame = pl.DataFrame([late], schema=TABLE.schema)
    versions = Community(load_charters(tmp_path), FactStore.of({TABLE.name: frame})).rulebook.versions
    assert [charter.version for _, charter in versions] == [1, 3]
