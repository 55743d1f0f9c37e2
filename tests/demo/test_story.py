"""The named numbers of the story are what the engine computes from the demo's facts."""

import json
import re
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from string import Formatter
from typing import Any

import polars as pl
import pytest
from tests.demo.conftest import SEED, ZONE

from tenfold.charter.lint import lint
from tenfold.demo import CHANGED, NAME, write_demo
from tenfold.demo.beats import BEATS
from tenfold.demo.telling import seen, seen_from, shown, told
from tenfold.engine.board import Board
from tenfold.engine.community import Community, Moment, read_moment
from tenfold.engine.cycle import Cycle, decide
from tenfold.engine.files import write_cycle
from tenfold.engine.registry import registry
from tenfold.engine.thread import thread
from tenfold.report.screen import compose
from tenfold.report.words import catalogue, sentence

WORDS_IN_COMMON = 3
MILLION = 100_000_000  # fen
ROOT = Path(__file__).parents[2]
README = {"en": ROOT / "README.md", "zh-Hans": ROOT / "README.zh.md"}
See = Callable[..., Any]


@pytest.fixture(scope="module")
def see(cycle: Cycle) -> See:
    """Return a value of the cycle: see(measure, subject, column)."""
    return lambda id, subject="community", column="value": value(cycle.board, id, subject, column)


def value(board: Board, id: str, subject: str = "community", column: str = "value") -> Any:
    rows = board.results[id].filter(pl.col("end") == board.ends.main, pl.col("subject") == subject)
    return rows[column][0]


def past(community: Community, as_of: str, *ids: str) -> Board:
    at = read_moment(as_of, ZONE)
    return community.board(Moment(at, at)).compute(only=list(ids))


def table(community: Community, name: str) -> pl.DataFrame:
    return community.facts.tables[name]


def test_the_charter_warns_of_the_three_jobs_that_no_offer_serves_and_of_nothing_else(community: Community) -> None:
    warnings = lint(community.rulebook, community.moment().as_of.date())
    assert [warning.params["job"] for warning in warnings] == ["exit_path", "co_development", "paid_work"]


def test_nothing_is_refused_and_the_folder_runs_on_its_own_clock(community: Community) -> None:
    assert community.refused == 0
    assert community.clock is not None
    assert community.clock.isoformat() == "2026-11-02T00:30:00+00:00"
    assert community.latest_recorded_at is not None
    assert community.latest_recorded_at <= community.clock


def test_the_same_seed_gives_the_same_facts(community: Community, tmp_path: Path) -> None:
    write_demo(tmp_path, 58, SEED)
    assert Community.load(tmp_path).digest == community.digest


def test_the_volumes_are_those_of_the_story(community: Community) -> None:
    deals = table(community, "opportunities")
    assert deals["opportunity"].n_unique() == 212
    assert table(community, "interactions").height == 3400
    assert table(community, "contributions").height == 412
    signed = table(community, "agreements").sort("occurred_at").unique("agreement", keep="last")
    papers = ["privacy_notice", "community_rules", "coi_statement"]
    in_force = signed.filter(pl.col("state") == "in_force", ~pl.col("type").is_in(papers))
    assert in_force.height == 61
    assert table(community, "risks").filter(pl.col("state") == "open")["risk"].n_unique() == 23
    events = table(community, "events").filter(pl.col("ritual").is_null() | (pl.col("ritual") != "monday_note"))
    assert events["event"].n_unique() == 19
    assert table(community, "publications").height == 6
    adopted = table(community, "charter_versions").filter(state="adopted")
    assert adopted["charter_version"].n_unique() - 1 == 2, "two changes of the charter"


def test_ranks_reached_in_each_round_make_the_funnel_of_the_story(cycle: Cycle) -> None:
    deals = cycle.board.results["view.deal"].filter(pl.col("end") == cycle.board.ends.main)
    reached = {
        round_key: [
            deals.filter(pl.col("round") == round_key, pl.col("furthest") >= rank).height for rank in (0, 1, 2, 3, 6)
        ]
        for round_key in ("seed", "series-a", "expansion")
    }
    assert reached == {"seed": [64, 31, 12, 7, 5], "series-a": [88, 44, 17, 9, 6], "expansion": [60, 33, 13, 8, 3]}


@pytest.mark.parametrize(
    ("as_of", "members", "coverage"),
    [("2024-08-31", 14, ".38"), ("2025-07-31", 31, ".71"), ("2026-11-02T08:30", 49, ".77")],
)
def test_members_and_coverage_grow_from_stage_to_stage(
    community: Community, as_of: str, members: int, coverage: str
) -> None:
    board = past(community, as_of, "view.member", "scr.coverage")
    inside = board.results["view.member"].filter(pl.col("end") == board.ends.main)
    assert inside["party"].n_unique() == members
    assert f"{value(board, 'scr.coverage'):.2f}".removeprefix("0") == coverage


def test_fifty_eight_were_admitted_and_nine_left(community: Community) -> None:
    rows = table(community, "memberships")
    admitted = rows.filter(pl.col("state").is_in(["probation", "active"]))["party"].n_unique()
    assert admitted == 58
    assert rows.filter(pl.col("state") == "alumni")["party"].n_unique() == 9


@pytest.mark.parametrize(
    ("as_of", "top1", "hhi", "sources"),
    [
        ("2024-09-02T08:30", 0.375, 2697, 3.71),
        ("2025-08-04T08:30", 0.375, 2268, 4.41),
        ("2026-09-07T08:30", 0.333333, 2181, 4.59),
        ("2026-11-02T08:30", 0.392857, 2577, 3.88),
    ],
)
def test_concentration_is_that_of_the_worked_example(
    community: Community, as_of: str, top1: float, hhi: int, sources: float
) -> None:
    board = past(community, as_of, "fund.top1_group", "fund.hhi_group", "fund.n_eff")
    assert value(board, "fund.top1_group") == top1
    assert value(board, "fund.hhi_group") == hhi
    assert round(value(board, "fund.n_eff"), 2) == sources


def test_shares_after_round_a_are_those_of_the_story(community: Community) -> None:
    held = (
        table(community, "holdings")
        .filter(pl.col("action") == "issue")
        .group_by("party", "security")
        .agg(pl.col("units").sum())
    )
    units = {(party, security): number for party, security, number in held.iter_rows()}
    whole = sum(units.values())
    founders = sum(number for (party, _), number in units.items() if party.startswith("p0"))
    assert whole == 15_625_000
    assert round(1000 * founders / whole) == 544
    shares = {
        party: round(1000 * units[party, "preferred"] / whole)
        for party in ("hengli", "beichen", "yunshan", "duchuan", "wangshu")
    }
    assert shares == {"hengli": 90, "beichen": 80, "yunshan": 58, "duchuan": 50, "wangshu": 25}
    assert [
        round(1000 * units[one] / whole)
        for one in (("luyu", "preferred"), ("lanyou", "preferred"), ("yuanqiao", "preferred"))
    ] == [24, 23, 10]


def test_the_forecast_is_that_of_the_worked_example(see: See) -> None:
    assert see("fund.wired", "expansion") == 36 * MILLION
    assert [see("fund.forecast", "expansion", name) for name in ("low", "value", "high")] == [
        57 * MILLION,
        69 * MILLION,
        82 * MILLION,
    ]
    assert [see("fund.forecast_corr", "expansion", name) for name in ("low", "high")] == [50 * MILLION, 87 * MILLION]
    assert round(see("fund.p_target", "expansion"), 3) == 0.166
    assert round(see("fund.p_minimum", "expansion"), 3) == 0.819


def test_goals_stand_at_a_third_when_more_than_half_of_the_time_is_gone(cycle: Cycle, see: See) -> None:
    assert round(see("okr.score", "expansion"), 2) == 0.34
    stage = next(one for one in cycle.decisions if one.kind == "stage")
    assert stage.message.id == "goals.stage.off_track"
    assert stage.message.params["gone"] == "0.55"
    need = next(one for one in cycle.decisions if (one.mechanism, one.kind) == ("goals", "need"))
    assert need.subject == "grid_access"
    assert need.proposes is not None
    assert need.proposes["redundancy"] == "3"


def test_the_institute_adds_more_than_the_expert_who_scores_higher(see: See) -> None:
    assert round(see("scr.coverage_gain", "chenghu"), 2) == 1.53
    assert round(see("scr.coverage_gain", "p000061"), 2) == 0.35
    assert see("scr.score", "p000061") > see("scr.score", "chenghu")


def test_pilot_sites_became_punctual(community: Community, see: See) -> None:
    board = past(community, "2026-05-04T09:00", "val.ontime")
    assert f"{value(board, 'val.ontime', 'pilot_site'):.2f}" == "0.62"
    assert f"{see('val.ontime', 'pilot_site'):.2f}" == "0.86"


def test_members_and_company_kept_their_word(cycle: Cycle, see: See) -> None:
    assert see("inc.kept_rate") == 0.865079
    assert see("inc.kept_rate", column="n") == 126
    assert round(see("inc.kept_rate", "qinglan"), 2) == 0.86
    promises = cycle.board.results["view.promise"].filter(
        pl.col("end") == cycle.board.ends.main, pl.col("source") == "commitment"
    )
    members = (
        cycle.board.results["view.member"]
        .filter(pl.col("end") == cycle.board.ends.main)
        .select(promisor="party")
        .unique()
    )
    recent = (pl.col("today") - pl.col("due_on")).dt.total_days() < 365
    counts = promises.filter(recent).join(members, on="promisor", how="semi")["state"].value_counts()
    assert dict(counts.iter_rows()) == {"kept": 109, "kept_late": 16, "late": 1, "excused": 6, "open": 5}


def test_a_deal_that_goes_quiet_is_seen_six_weeks_before_it_declines(community: Community) -> None:
    ids = ("rel.response_km", "rel.p_active", "fund.forecast")
    before, alarm, after = (
        past(community, day, *ids) for day in ("2025-04-07T08:30", "2025-05-05T08:30", "2025-05-26T08:30")
    )
    assert [value(board, "rel.response_km", "songyan") for board in (before, alarm)] == [9.0, 61.0]
    assert value(before, "rel.p_active", "songyan") > 0.5 > 0.2 > value(alarm, "rel.p_active", "songyan")
    assert [value(board, "fund.forecast", "series-a") for board in (alarm, after)] == [41 * MILLION, 33 * MILLION]
    closed = past(community, "2025-07-18T19:00", "fund.wired")
    assert value(closed, "fund.wired", "series-a") == 40 * MILLION
    declined = table(community, "opportunities").filter(
        pl.col("opportunity") == "series-a-songyan", pl.col("stage") == "declined"
    )
    assert (declined["occurred_at"][0] - read_moment("2025-05-05T08:30", ZONE)).days == 42


def test_the_pool_is_split_to_the_fen_as_in_the_worked_example(see: See) -> None:
    parties = ("huixian", "cp-site", "p000011", "wangchuan", "p000017", "p000012", "p000013")
    paid = [see("dis.entitlement", f"{party}@h1-2026") for party in parties]
    assert paid == [30_000_000, 30_000_000, 26_085_215, 19_170_908, 9_489_600, 3_834_224, 1_420_053]
    assert sum(paid) == 120_000_000


def test_a_cap_of_a_fifth_takes_from_three_and_gives_to_four(community: Community, folder: Path, see: See) -> None:
    changed = Community.load(folder, folder / CHANGED)
    board = changed.board(changed.moment()).compute(only=["dis.entitlement"])
    parties = ("huixian", "cp-site", "p000011", "wangchuan", "p000017", "p000012", "p000013")
    moved = [
        value(board, "dis.entitlement", f"{one}@h1-2026") - see("dis.entitlement", f"{one}@h1-2026") for one in parties
    ]
    assert sum(move for move in moved if move < 0) == -14_085_215
    assert [move < 0 for move in moved] == [True, True, True, False, False, False, False]
    assert sum(moved) == 0


def test_two_lights_are_amber_and_none_is_red(cycle: Cycle) -> None:
    lights = cycle.board.results["view.indicator"].filter(pl.col("end") == cycle.board.ends.main)
    states = dict(lights.select("indicator", "state").iter_rows())
    assert {name for name, state in states.items() if state == "amber"} == {"kri_top1", "kri_hhi"}
    assert "red" not in states.values()


def test_one_expert_is_the_only_bridge_until_two_others_are_introduced(community: Community, see: See) -> None:
    board = past(community, "2026-07-06T08:30", "risk.cut_vertex")
    assert value(board, "risk.cut_vertex") == 1
    assert see("risk.cut_vertex") == 0


def test_more_come_by_themselves_after_the_open_day(community: Community, see: See) -> None:
    board = past(community, "2026-08-31T08:30", "brand.inbound_share")
    assert round(value(board, "brand.inbound_share"), 2) == 0.18
    assert see("brand.inbound_share") == 0.24
    assert [round(see("cul.r_referral", column=name), 1) for name in ("value", "low", "high")] == [0.7, 0.4, 1.1]


def test_charter_three_was_adopted_by_71_percent_at_a_turnout_of_84(community: Community) -> None:
    board = seen_from(community, BEATS[9][0])
    vote = next(one for one in decide(board) if one.mechanism == "adjustment" and one.subject == "charter-v3")
    assert vote.message.params["turnout"].startswith("84")
    assert "70.8" in json.dumps(dict(vote.message.params))


def test_beat_nine_says_who_gains_and_who_loses_by_charter_three(community: Community) -> None:
    moments = seen(community, 9)
    moved = moments[-1].moved
    assert [(one.party, one.before, one.after) for one in moved] == [
        ("huixian", 36_000_000, 30_000_000),  # a cap of 30 % became one of 25 %
        ("cp-site", 34_076_338, 30_000_000),
        ("p000013", 1_182_578, 1_420_053),
        ("p000012", 3_182_386, 3_834_224),
        ("p000017", 7_892_016, 9_489_600),
        ("wangchuan", 15_954_325, 19_170_908),
        ("p000011", 21_712_357, 26_085_215),
    ]
    assert sum(one.moved for one in moved) == 0
    assert sum(one.before for one in moved) == sum(one.after for one in moved) == 120_000_000
    said = {language: "\n".join(told(moments, 9, language)) for language in ("en", "zh-Hans")}
    assert "Huixian Photonics: ¥360,000.00 → ¥300,000.00 (−60,000.00)" in said["en"]
    assert "People are assumed to have acted the same" in said["en"]
    assert "晖纤光电：360,000.00 元 → 300,000.00 元（−60,000.00）" in said["zh-Hans"]
    assert "此处假定大家的做法不变" in said["zh-Hans"]


def test_an_older_charter_judges_instead_of_those_after_it_and_counts_nothing_twice(
    community: Community, folder: Path
) -> None:
    older = Community.load(folder, folder / "charters/a-project-v2.yaml")
    assert [one.version for one in older.rulebook.charters] == [1, 2]
    points = [
        value(one.board(one.moment()).compute(only=["dis.points"]), "dis.points", "huixian@h1-2026")
        for one in (community, older)
    ]
    assert points == [1_284_000, 1_284_000]  # none of its points are for knowledge


def test_the_reduction_stands_until_the_appeal_reverses_it(community: Community, see: See) -> None:
    during, after = (
        past(community, day, "pool.parties", "dis.points") for day in ("2026-05-25T08:30", "2026-06-11T08:30")
    )
    cut = {}
    for name, board in (("during", during), ("after", after)):
        rows = board.results["pool.parties"].filter(pl.col("end") == board.ends.main, pl.col("party") == "huixian")
        cut[name] = rows["cut"].max()
    assert cut == {"during": 0.2, "after": 0.0}
    assert see("dis.points", "huixian@h1-2026") == 1_284_000


SAID = {
    "en": "39.3 %|¥84 m|AMBER|¥26 m|¥38.23 m|¥1 m|82 % → 96 %|49 %|36 %|25 min|15 min|5 min|109 of 126|86.5 %|"
    "6 excused|the company to its members 86 %|¥1,200,000.00 → 7 people, 2 capped at ¥300,000.00|1 of 2|cap 25 → 20 %|"
    "3 people −¥140,852.15, 4 people|0.34, off track (time gone 0.55)|grid access|.77 of .90|adds 1.53|.62 → .86|"
    "5 promises open, 1 appeal|carry ≤ 1 fen|2 amber, 0 red|.18 → .24",
    "zh-Hans": "39.3 %|¥8,400万|黄|¥2,600万|¥3,822.25万|¥100万|82 % → 96 %|49 %|36 %|25分钟|15分钟|5分钟|"
    "109/126|86.5 %|豁免 6|86 %|"
    "1,200,000.00 元 → 7 人，2 人封顶各 300,000.00 元|已签 1/2|25→20 %|"
    "3 人共少 140,852.15 元，4 人|0.34，落后|电网与场站渠道|"
    ".77/.90|+1.53|.62 → .86|在途承诺 5，申诉改判 1|≤ 1 分|黄 2 红 0|.18 → .24|1,200万|1,400万",
}


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_screen_says_the_numbers_in_both_languages(cycle: Cycle, folder: Path, language: str) -> None:
    text = "\n".join(compose(cycle, language, NAME, "demo", Community.load(folder, folder / CHANGED)))
    answers = [line for line in README[language].read_text("utf-8").splitlines() if line.startswith("| ")]
    told = re.findall(r"\d[\d,.]*\d|\d", " ".join(answers[1:6]))
    assert len(told) > 15
    assert [number for number in told if number not in text] == []
    assert [one for one in SAID[language].split("|") if one not in text] == []
    assert "{" not in text
    assert "screen." not in text


@pytest.mark.parametrize("number", [3, 4])
def test_a_beat_is_told_with_computed_numbers_in_both_languages(community: Community, number: int) -> None:
    moments = seen(community, number)
    for language in ("en", "zh-Hans"):
        lines = "\n".join(told(moments, number, language))
        assert len(lines.splitlines()) > len(BEATS[number])
        assert "beat." not in lines
        assert "{" not in lines


def test_a_group_that_came_to_light_leads_to_the_alert_a_need_and_two_conversations(cycle: Cycle) -> None:
    told = [one["table"] or one["id"].split(":")[0] for one in thread(cycle, "link-hengli-wangshu")]
    links, answered = ["group_links", "group_links"], ["risk.alert", "alert_acts"]
    assert told == [*links, *answered, "needs", "interactions", "interactions"]


def test_every_beat_has_its_sentences_and_names_measures_that_exist() -> None:
    for number, looks in BEATS.items():
        for place, look in enumerate(looks, start=1):
            words = catalogue("en")[f"beat.{number}.{place}"]
            placeholders = {name for _, name, _, _ in Formatter().parse(words) if name}
            assert placeholders <= look.numbers.keys()
            assert {id for id, _ in look.numbers.values()} <= registry().specs.keys()


def test_a_larger_community_of_the_same_shape_loads_whole(tmp_path: Path) -> None:
    write_demo(tmp_path, 300, SEED)
    larger = Community.load(tmp_path)
    assert table(larger, "memberships").filter(pl.col("state") == "probation")["party"].n_unique() == 300 - 5
    assert table(larger, "interactions").height == 3400 + 58 * 242


def test_a_cycle_of_the_demo_can_be_written(cycle: Cycle, tmp_path: Path) -> None:
    summary = write_cycle(cycle, tmp_path)
    assert summary["refused"] == 0


# What each of the ten decides (DOMAIN §12c); the simulation's difference comes with the simulation.
KINDS = {
    "goals": {"key_result", "forecast", "stage_gate"},
    "screening": {"gate_result", "score", "set_gain", "admit", "decline"},
    "value": {"undelivered", "fit_gap", "pulse_due"},
    "interaction": {"touch_due", "cooling", "question_unanswered"},
    "incentives": {"reward", "ladder_step", "holdback_release", "vesting"},
    "distribution": {"payout", "pool", "fairness"},
    "risk": {"indicator", "alert", "stress", "missing_agreement"},
    "adjustment": {"entry", "exit", "role_vacant", "vote_open"},
    "insight": {"duplicate", "preference", "next_best_action", "calibration"},
    "culture": {"ritual_due", "recognition", "spread", "brand_levels"},
}


@pytest.mark.parametrize("mechanism", KINDS)
def test_each_mechanism_emits_every_kind_of_its_decisions(cycle: Cycle, mechanism: str) -> None:
    emitted = {one.kind for one in cycle.decisions if one.mechanism == mechanism}
    assert KINDS[mechanism] - emitted == set()
    for one in (one for one in cycle.decisions if one.mechanism == mechanism):
        assert rule_at(cycle, one.version, one.pointer) is not None, one.id


def rule_at(cycle: Cycle, version: int, pointer: str) -> Any:
    """Return what stands in a version of the charter where a decision says that its rule stands."""
    [charter] = [one for one in cycle.community.rulebook.charters if one.version == version]
    node: Any = charter.model_dump(by_alias=True)
    for part in pointer.removeprefix("/").split("/"):
        node = node[int(part)] if isinstance(node, tuple) else node[part]
    return node


def test_a_charter_that_comes_later_leaves_what_others_judged_as_it_is(
    folder: Path, cycle: Cycle, tmp_path: Path
) -> None:
    text = (folder / "charter.yaml").read_text("utf-8")
    head = {
        "version: 3": "version: 4",
        "supersedes: 2": "supersedes: 3",
        "effective_from: 2026-05-01": "effective_from: 2027-01-01",
    }
    for old, new in head.items():
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "later.yaml").write_text(text, "utf-8")
    later = Community.load(folder, tmp_path / "later.yaml")
    board = later.board(later.moment()).compute(only=["dis.entitlement"])
    assert board.results["dis.entitlement"].equals(cycle.board.results["dis.entitlement"])


def test_every_alert_that_somebody_took_up_stood_at_that_moment(
    community: Community, on: Callable[[str], Cycle]
) -> None:
    acts = table(community, "alert_acts").filter(pl.col("act") == "own").sort("occurred_at")
    taken = [(row["alert"], row["occurred_at"].isoformat()) for row in acts.iter_rows(named=True)]
    assert len(taken) > 3
    assert [alert for alert, moment in taken if alert not in {one.id for one in on(moment).decisions}] == []


def test_founders_are_never_asked_to_leave(community: Community, on: Callable[[str], Cycle]) -> None:
    founders = set(table(community, "memberships").filter(pl.col("class") == "founder")["party"])
    for moment in ("2025-05-26T08:30", "2026-06-15T08:30"):
        leaving = {one.subject for one in on(moment).decisions if one.kind in ("exit", "exit_locked")}
        assert founders
        assert founders & leaving == set()


def test_a_cure_does_not_say_the_decision_once_more(cycle: Cycle) -> None:
    told = [(sentence("en", one.message), sentence("en", one.cure.reason)) for one in cycle.decisions if one.cure]
    assert [pair for pair in told if in_common(*pair) > WORDS_IN_COMMON] == []


def in_common(first: str, second: str) -> int:
    """Return how many words in a row two sentences share at most."""
    rows = [text.rstrip(".").split() for text in (first, second)]
    match = SequenceMatcher(None, *rows, autojunk=False).find_longest_match()
    return match.size


@pytest.mark.parametrize(
    ("minor", "whole", "en", "zh"),
    [
        (999_999, False, "¥9,999.99", "¥9,999.99"),
        (1_000_000, False, "¥10 k", "¥1万"),
        (1_000_001, False, "¥10 k", "¥1万"),
        (8_400_000_000, False, "¥84 m", "¥8,400万"),
        (30_000_001, True, "¥300,000.01", "¥300,000.01"),
    ],
)
def test_amounts_of_a_beat_are_written_as_on_pages(minor: int, whole: bool, en: str, zh: str) -> None:
    assert shown(minor, "CNY", "en", whole=whole) == en
    assert shown(minor, "CNY", "zh-Hans", whole=whole) == zh
