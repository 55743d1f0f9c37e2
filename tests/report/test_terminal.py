"""What the terminal says of an explanation: nothing twice, a few of many, times as well as they are known."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests import small

from tenfold.engine.board import Board
from tenfold.engine.community import Community, read_moment
from tenfold.engine.explain import BELOW
from tenfold.facts.declaration import TABLES
from tenfold.report.evidence import Known, known
from tenfold.report.terminal import Spoken, tree
from tenfold.report.words import LANGUAGES
from tenfold.terms.rules import Rules

AS_OF = read_moment("2026-11-02T08:30:00+08:00", "Asia/Shanghai")


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    community = Community.load(small.write(tmp_path_factory.mktemp("terminal") / "community"))
    return community.board(community.moment(AS_OF))


def number(id: str, subject: str, measures: Sequence[Mapping[str, Any]] = (), pointer: str | None = None) -> Any:
    """Return a number as an explanation holds it."""
    return {
        "id": id,
        "subject": subject,
        "value": "0.5",
        "unit": "ratio",
        "message": {"id": f"measure.{id}", "params": {}},
        "rule": {"version": 1, "pointer": pointer, "text": f"measure.{id}"},
        "facts": {"count": 1, "sha256": "0" * 64},
        "measures": measures,
    }


@pytest.mark.parametrize(("language", "more"), [("en", "and 4 more"), ("zh-Hans", "另有 4 项")])
def test_of_many_numbers_below_another_as_many_are_unfolded_as_the_report_tells(
    board: Board, language: str, more: str
) -> None:
    parts = [number("rel.quality", f"m{place}") for place in range(BELOW + 4)]
    told = list(tree(Spoken(board, language), number("rel.strength", "lin", parts), ids=True))
    assert [sum(f"[rel.quality:m{place}]" in line for line in told) for place in range(BELOW + 1)] == [1] * BELOW + [0]
    assert sum(more in line for line in told) == 1


@pytest.mark.parametrize(("language", "above"), [("en", "(see above)"), ("zh-Hans", "（见上）")])
def test_what_was_unfolded_is_not_unfolded_again(board: Board, language: str, above: str) -> None:
    below = number("rel.quality", "lin", [number("rel.duration", "lin")])
    told = list(
        tree(
            Spoken(board, language),
            number("rel.strength", "lin", [below, number("rel.intensity", "lin", [below])]),
            ids=True,
        )
    )
    assert [line.endswith(above) for line in told if "[rel.quality:lin]" in line] == [False, True]
    assert sum("[rel.duration:lin]" in line for line in told) == 1


def test_a_rule_without_a_place_leaves_no_gap(board: Board) -> None:
    told = "\n".join(tree(Spoken(board, "en"), number("rel.strength", "lin")))
    assert "(charter version 1)" in told
    placed = number("rel.strength", "lin", pointer="/a")
    assert "(charter version 1 /a)" in "\n".join(tree(Spoken(board, "en"), placed, ids=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_explanation_speaks_in_names_unless_keys_are_asked_for(board: Board, language: str) -> None:
    told = number("rel.strength", "lin", [number("rel.quality", "lin")], pointer="/interaction/strength")
    named, keyed = ("\n".join(tree(Spoken(board, language), told, ids=ids)) for ids in (False, True))
    keys = ("rel.strength:lin", "rel.quality:lin", "/interaction/strength", "SHA-256")
    assert [key for key in keys if key in named] == []
    assert [key for key in keys if key in keyed] == [*keys]


@pytest.mark.parametrize(
    ("precision", "told"),
    [
        (None, "2026-08-17"),
        ("exact", "2026-08-17"),
        ("day", "2026-08-17"),
        ("month", "2026-08"),
        ("quarter", "2026-Q3"),
        ("year", "2026"),
        ("before", "<2026-08-17"),
    ],
)
def test_a_time_is_told_as_well_as_it_is_known(board: Board, precision: str | None, told: str) -> None:
    instant = datetime(2026, 8, 16, 20, tzinfo=UTC)  # the next day already in Shanghai
    assert Spoken(board, "en").when(instant, precision) == told


def fact(rules: Rules, table: str, **cells: Any) -> Known:
    """A fact of a table as it is told, of the cells given."""
    whole = dict.fromkeys((one.stored for one in TABLES[table].columns.values()), None)
    return known(table, {**whole, "occurred_at": AS_OF, "precision": None, **cells}, rules)


@pytest.mark.parametrize(("language", "chance"), [("en", "chance 70.0 %"), ("zh-Hans", "概率 70.0 %")])
def test_a_fact_says_no_key_of_what_has_no_name_and_a_share_in_percent(
    board: Board, language: str, chance: str
) -> None:
    speech = Spoken(board, language)
    _, _, told = speech.fact(
        fact(speech.rules, "opportunities", opportunity="deal-7", round="r-9", party="lin", p=Decimal("0.7"))
    )
    assert "deal-7" not in told
    assert "r-9" not in told
    assert chance in told
    assert speech.named("lin") in told


def test_a_fact_whose_thing_has_a_name_says_that_name_once(board: Board) -> None:
    speech = Spoken(board, "en")
    speech.things = {"deal-7": ("lin", "growth"), "vote-1": ("预算 · budget of 2027",)}
    lin = speech.named("lin")
    _, _, told = speech.fact(
        fact(speech.rules, "opportunities", opportunity="deal-7", party="lin", stage="growth", source="event")
    )
    assert told.startswith(f"{lin} · {speech.named('growth')}")
    assert told.count(lin) == 1
    _, _, vote = speech.fact(fact(speech.rules, "votes", proposal="vote-1", voter="lin", choice="for"))
    assert vote == f"proposal budget of 2027 · voter {lin} · choice for"
