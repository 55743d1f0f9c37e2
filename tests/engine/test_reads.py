"""Measures and decisions see what they declare to read, and nothing else; decisions propose what they declare."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest
from tests import small

from tenfold.engine.board import Board
from tenfold.engine.community import Community, read_moment
from tenfold.engine.cycle import decide, run
from tenfold.engine.registry import Registry, registry
from tenfold.facts.declaration import TABLES
from tenfold.terms.draft import DATE, NAMED

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


def _kind(id: str, **changes: tuple[str, ...]) -> Registry:
    """The registry, in which one kind of decision declares something else."""
    known = registry()
    return replace(known, kinds=MappingProxyType({id: replace(known.kinds[id], **changes)}))


@pytest.mark.parametrize(
    ("id", "changes", "message"),
    [
        ("interaction.touch_due", {"reads": ("rel.overdue",)}, "interaction.touch_due reads view.segment"),
        ("adjustment.role_vacant", {"hands_on": ()}, "adjustment.role_vacant hands on role_terms"),
        ("distribution.payout", {"closes": ("pools",)}, "distribution.payout waits for payouts"),
        ("interaction.touch_due", {"instead": ()}, "interaction.touch_due decides cooling"),
    ],
)
def test_a_decision_that_does_what_it_does_not_declare_fails(
    community: Community, id: str, changes: Mapping[str, tuple[str, ...]], message: str
) -> None:
    board = replace(community.board(community.moment(AS_OF)), registry=_kind(id, **changes))
    with pytest.raises(ValueError, match=f"{message} and does not declare it"):
        decide(board)


def test_decisions_of_a_kind_wait_for_what_they_read_alone(community: Community) -> None:
    moment = community.moment(AS_OF)
    board = community.board(moment)
    alone = decide(board, ["distribution.payout"])
    assert alone == [one for one in run(community, moment).decisions if one.kind == "payout"] != []
    assert "fund.forecast" not in board.results


def test_every_kind_is_decided_once_but_for_what_lacks() -> None:
    kinds = Counter(kind for one in registry().kinds.values() for kind in one.kinds)
    assert {kind for kind, times in kinds.items() if times > 1} == {"goals.insufficient", "screening.insufficient"}


def test_what_a_decision_declares_is_there() -> None:
    known = registry()
    for kind in known.kinds.values():
        assert {*kind.reads} <= {*known.specs, *TABLES}, kind.id
        assert {*kind.hands_on} <= {*TABLES}, kind.id
        assert {*kind.closes} <= {*known.specs, *TABLES, DATE, NAMED}, kind.id
