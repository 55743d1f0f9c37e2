import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tenfold.charter.load import load_charter, load_charters, read_charter
from tenfold.engine.community import Community
from tenfold.report.words import catalogue, complaint
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.scalars import Money

from .measures_known import KNOWN

HERE = Path(__file__).parent
SMALL = (HERE / "small.yaml").read_text(encoding="utf-8")
CASES = YAML(typ="safe", pure=True).load(HERE / "refusals.yaml")
SHARED = Path(os.environ.get("TENFOLD_SHARED", HERE.parents[2] / "shared"))
THREE = ("a-project", "open-hardware", "ppp-spv")


@cache
def refusal(text: str | bytes) -> tuple[Complaint, ...]:
    with pytest.raises(Refused) as refused:
        read_charter(text if isinstance(text, bytes) else text.encode(), "charter.yaml", KNOWN)
    return refused.value.complaints


def ids(text: str | bytes) -> list[str]:
    return [complaint.id for complaint in refusal(text)]


def written(complaints: tuple[Complaint, ...]) -> list[str]:
    return [f"{complaint.place} {complaint.id}".removeprefix("charter.yaml:") for complaint in complaints]


@pytest.mark.parametrize("name", THREE)
def test_the_three_charters_of_the_design_load(name: str) -> None:
    path = SHARED / "design" / f"charter-{name}.yaml"
    if not path.exists():
        pytest.skip("the design folder is not there")
    charter = load_charter(path)
    assert (charter.judging(charter.effective_from), len(charter.sha256)) == (charter, 64)


def test_the_small_charter_loads_with_every_measure_known() -> None:
    charter = read_charter(SMALL.encode(), "charter.yaml", KNOWN)
    assert charter.goals.stages["seed"].raise_.target == Money(Decimal(800), "CNY")
    assert charter.interaction.cadence["backers"].days == 21
    assert charter.culture.surveys.by_id["pulse"].instrument == "own"
    assert charter.effective_from == datetime(2026, 4, 30, 16, tzinfo=UTC)
    assert charter.currencies.digits("OP") == 6


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_refusal_names_place_pointer_and_reason(case: dict[str, object]) -> None:
    old, new = str(case["old"]), str(case["new"])
    assert old in SMALL
    assert written(refusal(SMALL.replace(old, new, 1))) == case["expect"]


def test_a_range_that_runs_backwards_is_repeated_as_it_was_written() -> None:
    (complaint,) = refusal(SMALL.replace("target_size: [5, 20]", "target_size: [20, 5]"))
    assert complaint.params["seen"] == "20..5"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", ["charter.empty"]),
        (b"# nothing\n", ["charter.empty"]),
        (b"- a\n- b\n", ["charter.mapping"]),
        (b"charter: \xff\n", ["charter.not_utf8"]),
        (b"a: 'x\x00y'\n", ["charter.odd_character"]),
        (b"%\n---\na: 1\n", ["charter.yaml_syntax"]),
        ("a:\n  - b\n" * 400_000, ["charter.too_large"]),
        ("a: [" + "1,\n" * 21_000 + "]", ["charter.too_many"]),
        ("\ufeff" + "a: 1", ["charter.missing"] * 12 + ["charter.unknown_key"]),
    ],
)
def test_a_file_that_is_no_charter_is_refused(text: str | bytes, expected: list[str]) -> None:
    assert sorted(ids(text)) == sorted(expected)


def test_at_most_a_hundred_complaints_are_listed_then_their_count() -> None:
    complaints = refusal(SMALL.replace("  half_life: 45d", "\n".join(f"  key{n}: 1" for n in range(150))))
    assert (len(complaints), complaints[-1].id, complaints[-1].params) == (101, "charter.more", {"count": 50})


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_refusal_is_said_in_words_with_nothing_left_open(language: str) -> None:
    for case in CASES:
        for wrong in refusal(SMALL.replace(str(case["old"]), str(case["new"]), 1)):
            said = complaint(language, wrong)
            assert wrong.id not in said
            assert not re.search(r"\{[a-z_]+\}", said)


def test_every_word_of_the_catalogue_is_said_by_some_case() -> None:
    said = {place.rsplit(" ", 1)[1] for case in CASES for place in case["expect"]}
    elsewhere = "empty mapping not_utf8 odd_character yaml_syntax too_large too_many more not_found file_name"
    versions = (
        "same_version dates_descend other_charter currency_changed timezone_changed digits_changed not_newest wrong"
    )
    said |= {f"charter.{id}" for id in f"{elsewhere} {versions}".split()}
    assert {id for id in catalogue("en") if id.startswith("charter.")} == {
        id for id in said if id.startswith("charter.")
    }


def test_what_a_complaint_repeats_is_short_and_printable() -> None:
    (wrong,) = refusal(SMALL.replace("id: optics", 'id: "' + "x" * 300 + '"'))
    assert len(str(wrong.params["seen"])) < 70
    (wrong,) = refusal(SMALL.replace("  half_life: 45d", '  "half\\e[31m": 45d'))
    assert str(wrong.place.pointer).isprintable()


# ---- versions -------------------------------------------------------------------------------------------------


def version(number: int, effective_from: str, id: str = "small") -> str:
    text = SMALL.replace("  version: 2\n", f"  version: {number}\n").replace("2026-05-01", effective_from)
    return text.replace("  supersedes: 1\n", "").replace("  id: small\n", f"  id: {id}\n")


def other(was: str, now: str) -> str:
    text = version(2, "2025-02-01")
    assert was in text
    return text.replace(was, now)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "charters").mkdir()
    (tmp_path / "charter.yaml").write_text(version(3, "2026-05-01"), encoding="utf-8")
    (tmp_path / "charters" / "small-v1.yaml").write_text(version(1, "2024-03-01"), encoding="utf-8")
    (tmp_path / "charters" / "small-v2.yaml").write_text(version(2, "2025-02-01"), encoding="utf-8")
    yield tmp_path


def test_the_version_in_force_judges_and_the_oldest_judges_anything_older(folder: Path) -> None:
    book = load_charters(folder, KNOWN)
    newest = book.newest
    last_moment = datetime(2025, 1, 31, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
    assert [charter.version for _, charter in newest.versions] == [1, 2, 3]
    assert newest.judging(last_moment).version == 1
    assert newest.judging(datetime(2025, 1, 31, 16, tzinfo=UTC)).version == 2
    assert newest.judging(datetime(2020, 1, 1, tzinfo=UTC)).version == 1
    assert book.oldest.judging(datetime(2030, 1, 1, tzinfo=UTC)) is newest


def test_a_copy_of_the_newest_version_among_the_older_ones_is_welcome(folder: Path) -> None:
    (folder / "charters" / "small-v3.yaml").write_bytes((folder / "charter.yaml").read_bytes())
    assert [charter.version for charter in load_charters(folder).charters] == [1, 2, 3]


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("charters/small-v2.yaml", version(2, "2026-06-01"), "charter.dates_descend"),
        ("charters/small-v2.yaml", version(2, "2025-02-01", id="large"), "charter.other_charter"),
        ("charters/small-v2.yaml", version(4, "2027-01-01"), "charter.file_name"),
        ("charters/old.yaml", version(2, "2025-02-01") + "# other words\n", "charter.same_version"),
        ("charters/small-v4.yaml", version(4, "2027-02-01"), "charter.not_newest"),
        ("charters/small-v1.yaml", "charter: {", "charter.yaml_open"),
        ("charters/small-v2.yaml", other("CNY", "USD"), "charter.currency_changed"),
        (
            "charters/small-v2.yaml",
            other("timezone: Asia/Shanghai", "timezone: Asia/Tokyo"),
            "charter.timezone_changed",
        ),
        ("charters/small-v2.yaml", other("{digits: 6}", "{digits: 7}"), "charter.digits_changed"),
    ],
)
def test_versions_that_do_not_fit_together_are_refused(folder: Path, file: str, text: str, expected: str) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_charters(folder)
    assert expected in {complaint.id for complaint in refused.value.complaints}
    assert {complaint.place.file for complaint in refused.value.complaints} <= {
        "charter.yaml",
        file,
        "charters/small-v1.yaml",
    }


def test_a_folder_without_a_charter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        load_charters(tmp_path)
    assert [complaint.id for complaint in refused.value.complaints] == ["charter.not_found"]


def test_a_charter_that_is_tried_keeps_currency_and_zone(folder: Path, tmp_path: Path) -> None:
    tried = tmp_path / "tried.yaml"
    tried.write_text(version(4, "2027-01-01").replace("CNY", "USD"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        Community.load(folder, tried)
    assert [(one.id, one.place.file) for one in refused.value.complaints] == [
        ("charter.currency_changed", "tried.yaml")
    ]
