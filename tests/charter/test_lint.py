"""Warnings about charters that are allowed and probably not meant, each with its place."""

import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tenfold.charter.document import Rulebook
from tenfold.charter.lint import lint, warnings
from tenfold.charter.load import load_charter, read_charter
from tenfold.charter.pointers import find
from tenfold.charter.templates import render_template
from tenfold.engine.registry import registry
from tenfold.report.called import Called
from tenfold.report.words import LANGUAGES, catalogue, complaint
from tenfold.terms.errors import Place

from .charter_sample import BEGIN, changed, sample

VENTURE = sample()
SPV = sample("infrastructure")
ROLES, SEED = "/community/roles", "/goals/stages/seed"
SIZE = "/adjustment/membership_by_stage/seed"
SEGMENTS, LEVEL = "/value/segments", "/incentives/appeals/stays_sanction_from_level"
GAIN = "/screening/set_value/admit_if_gain_at_least"
UNDERSCORED = re.compile(r"[a-z]+(?:_[a-z]+)+")
KNOWN = {spec.id: spec for spec in registry().measures}
TIER = "/distribution/layers/1/tiers/5/if/0/metric"

# template, the change, the warning, its place
CASES = [
    (VENTURE, "/charter/effective_from", "2027-01-01", "calendar_unpublished", "/charter/calendar"),
    (VENTURE, f"{ROLES}/3/seats", 4, "seats_reserved", f"{ROLES}/3/seats"),
    (VENTURE, f"{ROLES}/2", None, "no_compliance", ROLES),
    (VENTURE, f"{ROLES}/4", None, "no_panel", "/incentives/appeals/panel_size"),
    (VENTURE, f"{ROLES}/4/seats", 2, "panel_small", "/incentives/appeals/panel_size"),
    (VENTURE, "/adjustment/gates/seed_to_moon", {"outcomes": ["go"]}, "gate_stages", "/adjustment/gates/seed_to_moon"),
    (VENTURE, "/adjustment/gates/series_a_to_expansion", None, "stage_unreachable", "/community/stages/2"),
    (VENTURE, SEED, None, "stage_without_goals", "/community/current_stage"),
    (VENTURE, f"{SEED}/key_results/0/weight", "39", "weights", f"{SEED}/key_results"),
    (VENTURE, f"{SEED}/key_results/2/due", "2026-11-22", "due_before_start", f"{SEED}/key_results/2/due"),
    (VENTURE, "/goals/funnel/stages/2/p_close", "0.10", "p_not_rising", "/goals/funnel/stages/2/p_close"),
    (VENTURE, "/goals/funnel/stages/6/p_close", "0.99", "last_not_certain", "/goals/funnel/stages/6/p_close"),
    (VENTURE, "/goals/funnel/stages/3/evidence", [], "no_evidence", "/goals/funnel/stages/3"),
    (VENTURE, "/screening/scorecards/expert/criteria/values", 19, "scorecard", "/screening/scorecards/expert/criteria"),
    (VENTURE, "/screening/raters/min", 1, "one_rater", "/screening/raters/min"),
    (VENTURE, "/value/segments/1/jobs/1", "exit_path", "job_unserved", "/value/segments/1/jobs/1"),
    (VENTURE, "/value/offers/2/entitles", [], "offer_for_nobody", "/value/offers/2"),
    (VENTURE, "/interaction/cadence/channel", None, "no_cadence", "/value/segments/2"),
    (VENTURE, "/incentives/ladder/2", None, "ladder_gap", "/incentives/ladder/2/level"),
    (VENTURE, "/incentives/forgiveness", None, "no_forgiveness", "/incentives/ladder"),
    (VENTURE, f"{SEED}/key_results/2/metric", "inc.kept_rate", "goal_is_pay", f"{SEED}/key_results/2/metric"),
    (VENTURE, f"{SEED}/key_results/2/metric", "cul.r_referral", "goal_is_pay", f"{SEED}/key_results/2/metric"),
    (VENTURE, f"{SEED}/key_results/2/metric", "dis.gini", "goal_is_pay", f"{SEED}/key_results/2/metric"),
    (SPV, TIER, "sc.index", "social_capital_pays", TIER),
    (VENTURE, "/distribution/caps/group_share", "0.20", "caps_crossed", "/distribution/caps/group_share"),
    (VENTURE, "/risk/indicators/0/owner", None, "no_owner", "/risk/indicators/0"),
    (VENTURE, "/risk/indicators/0/red", "0.30", "amber_is_red", "/risk/indicators/0/red"),
    (VENTURE, "/risk/indicators/0/band", "0.10", "band_wide", "/risk/indicators/0/band"),
    (VENTURE, f"{SIZE}/class_min/partner", 51, "size_crossed", f"{SIZE}/class_min"),
    (VENTURE, f"{SEED}/raise/close_by", "2026-11-22", "close_before_start", f"{SEED}/raise/close_by"),
    (VENTURE, GAIN, "99", "gain_out_of_reach", GAIN),
    (VENTURE, f"{SEGMENTS}/0/match", {"class": "investor"}, "segment_shadowed", f"{SEGMENTS}/1/match"),
    (VENTURE, "/interaction/channel_weight", {"call": "0"}, "no_channel_counts", "/interaction/channel_weight"),
    (VENTURE, "/interaction/substantive_if_any", [], "nothing_substantive", "/interaction/cadence"),
    (VENTURE, "/interaction/cadence/angel", "1d", "cadence_beyond_cap", "/interaction/cadence/angel"),
    (VENTURE, LEVEL, 5, "stay_never", LEVEL),
    (VENTURE, "/distribution/contribution_types", {}, "points_without_types", "/distribution/layers/1"),
]  # fmt: skip

TOP1, RUNWAY = {"amber": "30", "red": "40"}, {"amber": "6", "red": "12", "direction": "high"}
INDICATORS = "/risk/indicators"
# an indicator or key result, the change, the warnings, their places
AGAINST = [
    (f"{SEED}/key_results/1", {"baseline": "0.3", "target": "0.9"}, ["goal_backwards target"]),
    (f"{INDICATORS}/[metric=fund.top1_group]", TOP1, ["ratio_in_percent amber", "ratio_in_percent red"]),
    (f"{INDICATORS}/[metric=fin.runway_months]", RUNWAY, ["alarm_when_better metric"]),
]  # fmt: skip


def found(tree, **knowing):
    return [(each.id.removeprefix("lint."), each.place.pointer) for each in warnings(tree, **knowing)]


@pytest.mark.parametrize(("tree", "pointer", "value", "kind", "at"), CASES, ids=lambda value: str(value)[:40])
def test_one_change_gives_one_warning_at_its_place(tree, pointer, value, kind, at):
    assert found(changed(tree, pointer, value)) == [(kind, at)]


@pytest.mark.parametrize(("pattern", "change", "expected"), AGAINST, ids=lambda value: str(value)[:40])
def test_a_rule_that_runs_against_its_measure_gives_a_warning(pattern, change, expected):
    ((pointer, clause),) = find(VENTURE, pattern)
    tree = changed(VENTURE, pointer, clause | change)
    assert found(tree, known=KNOWN) == [
        (id, f"{pointer}/{key}") for id, _, key in (one.partition(" ") for one in expected)
    ]
    for one in warnings(tree, known=KNOWN):
        assert all("{" not in complaint(language, one) for language in LANGUAGES)


@pytest.mark.parametrize("kind", ["venture", "infrastructure", "open-community", "blank"])
def test_no_rule_of_a_template_runs_against_its_measure(kind):
    assert found(sample(kind), known=KNOWN) == []


def test_a_ladder_that_begins_above_one_has_a_gap():
    without = changed(changed(VENTURE, "/incentives/ladder/0", None), "/incentives/ladder/0", None)
    assert found(without) == [("ladder_gap", "/incentives/ladder/0/level")]


def test_a_year_without_holidays_is_said_by_the_day_of_the_check():
    assert found(VENTURE, as_of=date(2026, 12, 31)) == []
    assert found(VENTURE, as_of=date(2027, 1, 1)) == [("calendar_unpublished", "/charter/calendar")]
    assert found(changed(VENTURE, "/charter/calendar", None), as_of=date(2027, 1, 1)) == []


PAST = "2026-11-22"
DATES = [
    (f"{SEED}/raise/close_by", "close_before_start"),
    (f"{SEED}/key_results/2/due", "due_before_start"),
]


@pytest.mark.parametrize(("pointer", "kind"), DATES)
def test_a_date_that_an_older_version_gave_is_not_blamed_on_the_newer_one(pointer, kind):
    older = changed(VENTURE, "/charter/effective_from", "2026-01-01")
    newer = changed(VENTURE, pointer, PAST)
    assert found(newer, earlier=[changed(older, pointer, PAST)]) == []
    assert found(newer, earlier=[older]) == [(kind, pointer)]  # the newer one gave it itself


def test_the_older_versions_of_a_rulebook_are_looked_at():
    text = render_template("venture", "small", effective_from=BEGIN)
    newer = text.replace("version: 1\n", "version: 2\n").replace(str(BEGIN), "2028-01-03")
    versions = [read_charter(one.encode(), "charter.yaml") for one in (text, newer)]
    assert {one.id for one in lint(Rulebook(versions[1:]))} >= {"lint.close_before_start", "lint.due_before_start"}
    assert {one.id for one in lint(Rulebook(versions))} == {"lint.calendar_unpublished"}


def test_seats_are_held_against_members():
    members = {"founder": 3, "investor": 1, "partner": 2}
    assert found(VENTURE, members=members) == [
        ("reserve_unfilled", "/community/roles/3/reserve/investor"),
        ("reserve_unfilled", "/community/roles/3/reserve/expert"),
        ("seats_unfilled", "/community/roles/3/seats"),
    ]
    assert found(VENTURE, members={"investor": 6, "partner": 6, "expert": 4}) == []


def test_every_warning_has_a_case_and_words():
    known = {id.removeprefix("lint.") for id in catalogue("en") if id.startswith("lint.")}
    tried = {kind for *_, kind, _ in CASES} | {"reserve_unfilled", "seats_unfilled"}
    tried |= {one.split()[0] for *_, expected in AGAINST for one in expected}
    assert known == tried


@pytest.mark.parametrize(("tree", "pointer", "value", "kind", "at"), CASES, ids=lambda value: str(value)[:40])
def test_a_warning_is_a_whole_sentence_in_both_languages_and_refuses_nothing(tree, pointer, value, kind, at):
    (one,) = warnings(changed(tree, pointer, value))
    assert one.warning
    for language in LANGUAGES:
        assert "{" not in complaint(language, one)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_warning_calls_things_by_their_names(language):
    """What stands in a sentence with an underscore is a key that its advice names, never an id that it is about."""
    template = catalogue(language)
    for tree, pointer, value, *_ in CASES:
        charter = changed(tree, pointer, value)
        for one in warnings(charter, known=KNOWN):
            said = Called.by(language, charter).complaint(one)
            assert set(UNDERSCORED.findall(complaint(language, replace(said, place=Place())))) <= set(
                UNDERSCORED.findall(template[one.id])
            )


@pytest.mark.parametrize(
    ("pointer", "value", "language", "said"),
    [
        ("/value/segments/1/jobs/1", "exit_path", "en", "the job “exit path” of segment"),
        ("/value/segments/1/jobs/1", "exit_path", "zh-Hans", "待办任务“退出路径”"),
        ("/interaction/cadence/angel", "1d", "en", "due every 1 day, but"),
        ("/interaction/cadence/angel", "1d", "zh-Hans", "每 1 天应联系一次"),
        ("/adjustment/gates/seed_to_moon", {"outcomes": ["go"]}, "zh-Hans", "种子轮 → moon"),
    ],
)
def test_names_in_a_warning_are_those_of_the_charter_or_the_catalogue(pointer, value, language, said):
    charter = changed(VENTURE, pointer, value)
    (one,) = warnings(charter)
    assert said in complaint(language, Called.by(language, charter).complaint(one))


def test_warnings_of_a_loaded_charter_have_lines_and_come_in_the_order_of_the_file():
    text = render_template("venture", "small", effective_from=BEGIN)
    text = text.replace("enter_after: 1, leave_after: 2, owner: finance}", "enter_after: 1, leave_after: 2}")
    text = text.replace('p_close: "0.10"', 'p_close: "0.03"')
    lines = [(each.id, each.place.line) for each in lint(Rulebook([read_charter(text.encode(), "charter.yaml")]))]
    where = {line.split("{id: ")[1].split(",")[0]: n for n, line in enumerate(text.splitlines(), 1) if "{id: " in line}
    assert lines == [("lint.p_not_rising", where["meeting"]), ("lint.no_owner", where["kri_runway"])]


def test_the_draft_of_the_design_has_the_three_jobs_that_no_offer_serves():
    shared = Path(os.environ.get("TENFOLD_SHARED", Path(__file__).parents[3] / "shared"))
    draft = shared / "design" / "charter-a-project.yaml"
    if not draft.is_file():
        pytest.skip(f"needs {draft.name} of the design")
    jobs = [each.params["job"] for each in lint(Rulebook([load_charter(draft)]), date(2026, 11, 2))]
    assert jobs == ["exit_path", "co_development", "paid_work"]
