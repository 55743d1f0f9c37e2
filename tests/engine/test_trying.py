"""A charter tried on facts that were read already: the same as reading folder and charter anew."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests import small

from tenfold.engine.community import Community, read_moment
from tenfold.engine.cycle import run
from tenfold.engine.files import write_cycle
from tenfold.terms.errors import Refused

AS_OF = "2026-11-02T08:30:00+08:00"
NAMES = ("decisions.jsonl", "measures.jsonl", "cycle.json")
MOVED = ("half_life: 45d", "half_life: 20d")
GONE = ("{id: expert}", "{id: friend}")  # members of that class are on record


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small.write(tmp_path / "small")


def changed(folder: Path, old: str, new: str) -> Path:
    """Write the folder's charter with one place changed; return its path."""
    text = (folder / "charter.yaml").read_text("utf-8")
    assert old in text
    path = folder.parent / "tried.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def told(community: Community, out: Path) -> list[bytes]:
    at = read_moment(AS_OF, "UTC")
    write_cycle(run(community, community.moment(at)), out)
    return [(out / name).read_bytes() for name in NAMES]


def test_it_says_the_same_bytes_as_what_is_read_anew(folder: Path, tmp_path: Path) -> None:
    own = Community.load(folder)
    before = told(own, tmp_path / "own")
    tried = changed(folder, *MOVED)
    after = told(own.trying(tried), tmp_path / "tried")
    assert after == told(Community.load(folder, tried), tmp_path / "anew")
    assert after != before
    assert told(own, tmp_path / "again") == before


def test_the_charter_in_force_is_no_trial(folder: Path) -> None:
    own = Community.load(folder)
    same = own.trying(folder / "charter.yaml")
    assert same.tried is None
    assert same.facts is own.facts


def test_facts_that_a_tried_charter_cannot_read_are_refused(folder: Path) -> None:
    tried = changed(folder, *GONE)
    with pytest.raises(Refused) as anew:
        Community.load(folder, tried)
    with pytest.raises(Refused) as refused:
        Community.load(folder).trying(tried)
    assert refused.value.complaints == anew.value.complaints
    assert {one.id.partition(".")[0] for one in refused.value.complaints} == {"facts"}


def test_a_community_without_a_folder_has_no_charter_to_try_beside(folder: Path) -> None:
    own = replace(Community.load(folder), folder=None)
    with pytest.raises(ValueError, match="without a folder"):
        own.trying(folder / "charter.yaml")
