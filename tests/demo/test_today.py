"""Today without the whole board: the same list, from what it reads alone."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.demo.conftest import On
from tests.night import NIGHT

from tenfold.cli.app import main
from tenfold.engine.asked import asked
from tenfold.engine.community import Community
from tenfold.engine.cycle import Cycle
from tenfold.engine.explain import explain
from tenfold.engine.today import run_today, today

EARLIER = ("2025-05-12T08:30", "2026-03-09T08:30", "2026-08-03T08:30")
PLAN = "/insight/next_best_action"
# Moment → other sections of the charter from which some card's score comes: fatigue, the weight of need coverage.
NAMED = {None: {"interaction"}, EARLIER[0]: set[str](), EARLIER[1]: {"goals"}, EARLIER[2]: {"goals"}}


def test_today_alone_lists_what_the_whole_cycle_lists(community: Community, cycle: Cycle) -> None:
    alone = run_today(community, cycle.moment)
    assert today(alone) == today(cycle) != []
    assert len(alone.board.results) < len(cycle.board.results) / 2


@pytest.mark.parametrize("moment", EARLIER)
def test_so_it_was_earlier(community: Community, on: On, moment: str) -> None:
    whole = on(moment)
    assert today(run_today(community, whole.moment)) == today(whole)


def test_without_next_best_actions_it_lists_the_talks_that_are_due(community: Community, cycle: Cycle) -> None:
    settled = {one.id for one in cycle.decisions if one.kind == "next_best_action"}
    decisions = [replace(one, status="executed") if one.id in settled else one for one in cycle.decisions]
    talks = today(replace(cycle, decisions=decisions))
    assert talks
    assert {one.mechanism for one in talks} == {"interaction"}


@pytest.mark.parametrize("name", ["fund.top1_group", "rel.strength", "com.gravity", "okr.kr_score", "scr.gate"])
def test_a_number_alone_is_explained_as_the_whole_cycle_explains_it(
    community: Community, cycle: Cycle, name: str
) -> None:
    id = f"{name}:{cycle.board.results[name].filter(pl.col('end') == cycle.board.ends.main)['subject'][0]}"
    alone, meant = asked(community, cycle.moment, id)
    assert meant == id
    assert len(alone.board.results) < len(cycle.board.results)
    assert explain(alone, id) == explain(cycle, id)


def test_each_row_of_today_alone_is_explained_as_the_whole_cycle_explains_it(
    community: Community, cycle: Cycle
) -> None:
    rows = list(enumerate(today(cycle), start=1))
    for number, card in rows if NIGHT else rows[::3]:
        alone, meant = asked(community, cycle.moment, str(number))
        assert meant == card.id
        assert explain(alone, meant) == explain(cycle, meant)


def gain_of(told: Mapping[str, Any], says: Mapping[str, Any], numbers: Mapping[str, float]) -> float:
    """Return what an explained card gains: a deal's goal, else coverage that would be lost, else what a rule says."""
    if told["message"]["id"].split(".")[3] == "deal":
        return float(told["cure"]["value"])
    weights = {at.rpartition("/")[0]: float(value) for at, value in says.items() if at.endswith("/weight")}
    if weights:
        own = sum(weights[at.rpartition("/")[0]] for at, value in says.items() if value == "scr.coverage")
        return numbers["risk.key_person"] * own / sum(weights.values())
    [least] = [float(value) for at, value in says.items() if at == f"{PLAN}/least_gain" or "/alert_gain/" in at]
    return least


def score_of(told: Mapping[str, Any]) -> float:
    """Return a card's score, computed from nothing but its explanation."""
    says, pointer = told["rule"]["says"], told["rule"]["pointer"]
    numbers = {one["id"]: float(one["value"]) for one in told["measures"] if one["id"] != "scr.gate"}
    chance = numbers["ins.act_chance"]
    if told["message"]["id"].split(".")[3] == "deal":
        chance *= numbers["fund.p_close"]
    tired = 0.0
    if "rel.reached_out" in numbers:
        tired = numbers["rel.reached_out"] / says["/interaction/fatigue_cap"]["contacts"]
    return 60 * chance * gain_of(told, says, numbers) * (1 - tired) / float(says[pointer]["minutes"])


@pytest.mark.parametrize("moment", [None, *EARLIER])
def test_a_cards_score_follows_from_its_explanation(cycle: Cycle, on: On, moment: str | None) -> None:
    whole = on(moment) if moment else cycle
    told = [explain(whole, one.id) for one in whole.decisions if one.kind == "next_best_action"]
    assert told
    assert {one["subject"]: score_of(one) for one in told} == pytest.approx(
        {one["subject"]: float(one["value"]) for one in told}, abs=1e-5
    )
    named = {place.split("/")[1] for one in told for place in one["rule"]["says"]}
    assert named == {"insight"} | NAMED[moment]


@pytest.mark.parametrize(("language", "words"), [("en", "claim a stage"), ("zh-Hans", "所称的阶段")])
def test_today_says_what_stands_on_word_alone(
    folder: Path, cycle: Cycle, language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    deals = cycle.board.results["view.deal"].filter(pl.col("end") == cycle.board.ends.main)
    paid = {*deals.filter("said_received")["opportunity"]}
    claimed = {one.subject for one in cycle.decisions if one.kind == "claimed_stage"} - paid
    worth = deals.filter(pl.col("opportunity").is_in(sorted(claimed)))["amount_minor"].sum()
    assert main(language, ["today", str(folder)]) == 0
    told = next(line for line in capsys.readouterr().out.splitlines() if words in line)
    assert told.strip().startswith(str(len(claimed)))
    assert f"¥{worth / 100:,.2f}" in told


@pytest.mark.parametrize(
    "kind", ["goals.key_result", "risk.alert", "distribution.payout", "adjustment.exit", "interaction.cooling"]
)
def test_a_decision_alone_is_explained_as_the_whole_cycle_explains_it(
    community: Community, cycle: Cycle, kind: str
) -> None:
    id = next(one.id for one in cycle.decisions if one.id.startswith(f"{kind}:"))
    alone, meant = asked(community, cycle.moment, id)
    assert meant == id
    assert len(alone.board.results) < len(cycle.board.results)
    assert explain(alone, id) == explain(cycle, id)
