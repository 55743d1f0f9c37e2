"""A measure sees what it declares to read, and nothing else."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from tests import small

from tenfold.engine.board import Board
from tenfold.engine.community import Community, read_moment
from tenfold.engine.registry import Registry, registry

AS_OF = read_moment("2026-11-02T08:30:00+08:00", "Asia/Shanghai")


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Community:
    return Community.load(small.write(tmp_path_factory.mktemp("small")))


def _board(community: Community, id: str, without: str) -> Board:
    """The community's board, on which one spec no longer declares one of the things that it reads."""
    specs = dict(registry().specs)
    specs[id] = replace(specs[id], reads=tuple(name for name in specs[id].reads if name != without))
    board = community.board(community.moment(AS_OF))
    return replace(board, registry=Registry(MappingProxyType(specs)))


@pytest.mark.parametrize(
    ("id", "without"),
    [
        ("scr.score", "view.same"),
        ("scr.score", "view.member"),
        ("view.member", "memberships"),
        ("rel.overdue", "view.clock"),
    ],
)
def test_a_spec_that_reads_what_it_does_not_declare_fails(community: Community, id: str, without: str) -> None:
    board = _board(community, id, without)
    below = [name for name in registry().specs[id].reads if name in registry().specs]
    with pytest.raises(ValueError, match=f"{id} reads {without} and does not declare it"):
        board.compute(only=[*below, id])


def test_a_spec_that_declares_what_it_reads_is_computed(community: Community) -> None:
    board = community.board(community.moment(AS_OF)).compute(only=["scr.score", "rel.overdue"])
    assert {"scr.score", "rel.overdue"} <= set(board.results)
