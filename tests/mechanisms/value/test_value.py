"""Segments, offers and what members say: worked numbers, few answers kept silent, offers counted once."""

from datetime import date, timedelta
from typing import Any

import pytest

from tenfold.mechanisms.value.measures.offers import ARMS
from tenfold.methods.intervals import beta_posterior

ON = {"occurred_at": "2026-01-05"}
START = date(2026, 8, 1)


def answers(survey: str, scores: list[int], **more: str) -> list[dict[str, str]]:
    return [
        {"survey": survey, "wave": "w1", "respondent": f"r{number}", "item": "score", "score": str(score)} | ON | more
        for number, score in enumerate(scores)
    ]


def test_the_net_promoter_score_comes_with_its_band_as_worked(see: Any, worked: dict[str, Any]) -> None:
    counts, expected = worked["nps"]["input"], worked["nps"]["expect"]
    scores = [10] * counts["promoters"] + [7] * counts["passives"] + [6] * counts["detractors"]
    row = see({"survey_answers": answers("nps", scores)}).row("val.nps", "w1")
    assert row["value"] == pytest.approx(expected["nps"], abs=0.05)
    assert row["high"] - row["value"] == pytest.approx(expected["half_width_90"], abs=0.05)
    assert row["n"] == len(scores)


def test_fewer_answers_than_asked_for_are_never_shown(see: Any) -> None:
    for survey, id, subject in (("nps", "val.nps", "w1"), ("csat", "val.csat", "kit"), ("ces", "val.ces", "kit")):
        more = {} if survey == "nps" else {"subject": "kit"}
        four, five = (see({"survey_answers": answers(survey, [5] * n, **more)}).row(id, subject) for n in (4, 5))
        assert four["value"] is None, id
        assert five["value"] is not None, id


def test_only_the_wave_answered_last_counts(see: Any) -> None:
    old = answers("csat", [1] * 9, subject="kit")
    new = answers("csat", [5, 5, 5, 2, 1], subject="kit", wave="w2", occurred_at="2026-05-01")
    assert see({"survey_answers": [*old, *new]}).row("val.csat", "kit")["value"] == 0.6


RULES = {
    "goals": {
        "funnel": {"stages": [{"id": "signed", "p_close": "0.9"}, {"id": "wired", "p_close": "1"}]},
    },
    "screening": {"needs": [{"id": "grid"}]},
    "value": {
        "segments": [
            {"id": "lead", "match": {"class": "investor", "ticket_at_least": "100 CNY"}, "jobs": ["access", "exit"]},
            {"id": "angel", "match": {"class": "investor", "ticket_below": "100 CNY"}, "jobs": ["access"]},
            {"id": "channel", "match": {"class": "partner", "capability": "grid"}, "jobs": ["access"]},
        ],
        "offers": [{"id": "kit", "serves": {"access": 3}, "entitles": ["lead", "angel"], "sla": "10d"}],
        "listen": {"nps_every": "6m", "csat_after": ["kit"]},
    },
}


def member(party: str, class_: str, state: str = "active") -> dict[str, str]:
    return {"party": party, "class": class_, "state": state} | ON


def deal(party: str, amount: int, stage: str, **more: str) -> dict[str, Any]:
    row = {"opportunity": f"d-{party}-{stage}", "round": "r", "party": party, "amount": amount, "currency": "CNY"}
    return row | {"stage": stage} | ON | more


def segments(seen: Any) -> dict[str, str]:
    return dict(seen.rows("view.segment").select("member", "segment").iter_rows())


def test_the_first_segment_whose_match_holds_takes_a_member(see: Any) -> None:
    facts = {
        "memberships": [
            member("big", "investor"),
            member("small", "investor"),
            member("none", "investor"),
            member("grid", "partner"),
            member("other", "partner"),
            member("gone", "investor", "alumni"),
        ],
        "opportunities": [deal("big", 60, "wired"), deal("big", 50, "signed"), deal("small", 99, "signed")],
        "capabilities": [
            {"party": "grid", "need": "grid", "basis": "evidenced", "level": "0.5"} | ON,
            {"party": "other", "need": "grid", "basis": "claim", "level": "1"} | ON,
        ],
    }
    assert segments(see(facts, RULES)) == {
        "big": "lead",
        "small": "angel",
        "none": "angel",
        "grid": "channel",
        "other": "other",
        "gone": "alumni",
    }


def test_a_ticket_without_a_rate_matches_no_size(see: Any) -> None:
    facts = {"memberships": [member("big", "investor")], "opportunities": [deal("big", 60, "signed", currency="USD")]}
    assert segments(see(facts, RULES)) == {"big": "other"}


def test_jobs_that_no_offer_serves_are_listed(see: Any) -> None:
    found = see({"memberships": [member("a", "investor")]}, RULES).decisions("value", "fit_gap")
    assert [(one.subject, one.message.id) for one in found] == [
        ("access@channel", "value.fit_gap.elsewhere"),
        ("exit@lead", "value.fit_gap.none"),
    ]


def test_fit_weighs_jobs_by_importance_and_assumes_three_where_few_have_spoken(see: Any) -> None:
    job = {"subject": "access", "item": "importance"}
    spoken = answers("jobs", [5] * 5, **job)
    for asked, expected in (([], 3 * 3 / (3 * 6)), (spoken[:4], 0.5), (spoken, 5 * 3 / (3 * 8))):
        seen = see({"survey_answers": asked} if asked else {}, RULES)
        assert seen.row("val.fit", "lead@kit")["value"] == pytest.approx(expected), len(asked)


def test_opportunity_is_importance_and_what_satisfaction_lacks(see: Any) -> None:
    about = [
        row
        for item, scores in (("importance", [5, 5, 4, 4, 1]), ("satisfaction", [4, 1, 1, 2, 3]))
        for row in answers("jobs", scores, subject="access", item=item)
    ]
    row = see({"survey_answers": about}, RULES).row("val.opportunity", "access@lead")
    matters, content = beta_posterior(4, 1), beta_posterior(1, 4)
    assert row["value"] == 14.0  # 8 + (8 − 2)
    assert row["low"] == pytest.approx(
        10 * matters.low, abs=0.005
    )  # .418 to whom it matters, .582 content: none lack it
    assert row["high"] == pytest.approx(10 * (2 * matters.high - content.low), abs=0.005)


def test_what_nobody_lacks_still_has_a_band(see: Any) -> None:
    about = [
        row for item in ("importance", "satisfaction") for row in answers("jobs", [5] * 5, subject="access", item=item)
    ]
    row = see({"survey_answers": about}, RULES).row("val.opportunity", "access@lead")
    most = 0.1 ** (1 / 6)  # the share of which five of five are 90 % sure
    assert (row["value"], row["low"], row["high"]) == pytest.approx((10, 10 * most, 10 * (2 - most)), abs=0.005)


def test_a_score_all_of_promoters_is_no_certainty(see: Any) -> None:
    row = see({"survey_answers": answers("nps", [10] * 5)}).row("val.nps", "w1")
    assert (row["value"], row["low"], row["high"]) == pytest.approx((100, 36.26, 100), abs=0.005)


def wave(name: str, month: int, scores: list[int], respondent: str = "r") -> list[dict[str, str]]:
    rows = answers("jobs", scores, subject="access", item="importance", wave=name)
    on = {"occurred_at": f"2026-{month:02}-01"}
    return [row | on | {"respondent": f"{respondent}{number}"} for number, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("waves", "importance", "known"),
    [
        ([wave("w1", 1, [5] * 5), wave("w2", 3, [1] * 5)], 1, 1),  # the latest of two that have enough
        ([wave("w1", 1, [5] * 5), wave("w2", 3, [1] * 4)], 5, 1),  # the latest has too few: the one before it
        ([wave("w1", 1, [5] * 4), wave("w2", 3, [1] * 4, "s")], 3, 0),  # eight people, but no wave has enough
        ([wave("w1", 1, [5] * 5), wave("w2", 3, [1] * 5, "s")], 1, 1),  # other people: never pooled
        ([wave("w1", 1, [5] * 3), wave("w1", 2, [4] * 5)], 4, 1),  # a second answer in a wave replaces the first
    ],
)
def test_fit_takes_the_latest_wave_with_enough_answers(see: Any, waves: list[Any], importance: int, known: int) -> None:
    row = see({"survey_answers": [answer for rows in waves for answer in rows]}, RULES).row("val.fit", "lead@kit")
    assert row["value"] == pytest.approx(importance / (importance + 3), abs=1e-6)  # the job `exit` has importance 3
    assert row["n"] == known


def promised(number: int, due: date) -> dict[str, str]:
    made = {"commitment": f"c{number}", "party": "us", "to_party": f"m{number}", "source_kind": "offer", "offer": "kit"}
    return made | {"what": "kit", "due_at": due.isoformat(), "occurred_at": START.isoformat()}


def step(number: int, kind: str, on: date) -> dict[str, str]:
    return {"commitment": f"c{number}", "step": kind, "by": f"m{number}", "occurred_at": on.isoformat()}


def kept(number: int, days: int) -> list[dict[str, str]]:
    on = START + timedelta(days=days)
    return [step(number, "delivered", on), step(number, "verified", on)]


def test_offers_on_time_and_taken_up_are_counted(see: Any) -> None:
    due = START + timedelta(days=20)
    facts = {
        "commitments": [promised(number, due) for number in range(6)],
        "commitment_steps": [*kept(0, 10), *kept(1, 20), *kept(2, 27), *kept(3, 28), step(1, "used", due)],
    }
    seen = see(facts, RULES)
    assert seen.row("val.ontime", "kit")["value"] == 0.5
    assert seen.row("val.uptake", "kit")["value"] == pytest.approx(1 / 6, abs=1e-6)


def test_a_late_offer_asks_for_a_step_on_the_projects_own_ladder(see: Any) -> None:
    facts = {"commitments": [promised(0, START), promised(1, date(2026, 11, 20))]}
    found = see(facts, RULES).decisions("value", "undelivered")
    assert [(one.subject, one.proposal, (one.proposes or {})["table"]) for one in found] == [
        ("c0", "value.remedy", "sanctions"),
        ("c1", "value.deliver", "commitment_steps"),
    ]


@pytest.mark.parametrize(
    ("people", "last", "due"), [(9, None, False), (10, None, True), (10, "2026-03-01", True), (10, "2026-06-01", False)]
)
def test_a_pulse_is_due_by_its_span_and_never_to_fewer_than_ten(see: Any, people: int, last: str, due: bool) -> None:
    facts: dict[str, Any] = {"memberships": [member(f"m{number}", "investor") for number in range(people)]}
    if last:
        facts["survey_answers"] = answers("nps", [9], occurred_at=last)
    found = see(facts, RULES).decisions("value", "pulse_due")
    assert [one.subject for one in found] == (["nps"] if due else [])


def test_uplift_needs_twenty_in_each_arm(see: Any) -> None:
    for each in (19, 20):
        made = [
            promised(number, START) | {"arm": "treated" if number < each else "control"} for number in range(2 * each)
        ]
        used = [step(number, "used", START) for number in range(each // 2)]
        row = see({"commitments": made, "commitment_steps": used}, RULES).row("val.uplift", "kit")
        assert (row["value"] is not None) == (each == 20)
        if each == 20:
            assert row["value"] == pytest.approx(11 / 22 - 1 / 22, abs=1e-6)
            assert row["low"] < row["value"] < row["high"]


def test_an_offer_that_nobody_was_promised_counts_nobody(see: Any) -> None:
    seen = see({"memberships": [member("a", "investor")]}, RULES)
    taken, rotated = seen.row("val.uptake", "kit"), seen.row("val.uplift", "kit")
    assert (taken["value"], taken["used"], taken["n"]) == (None, 0, 0)
    assert (rotated["value"], rotated["n"], *(rotated[arm] for arm in ARMS)) == (None, 0, 0, 0, 0, 0)


def test_retention_follows_those_who_left_and_those_who_are_new(see: Any) -> None:
    people = [member(f"m{number}", "investor") | {"occurred_at": "2025-01-01"} for number in range(10)]
    left = [
        member("m0", "investor", "alumni") | {"occurred_at": "2025-07-01"},
        member("m1", "investor", "alumni") | {"occurred_at": "2026-06-01"},  # after more than a year
    ]
    row = see({"memberships": [*people, *left]}, RULES).row("val.retention", "angel")
    assert (row["value"], row["left"]) == (0.9, 1)
    assert see({"memberships": people[:9]}, RULES).row("val.retention", "angel")["value"] is None


def test_time_to_first_value_counts_those_who_still_wait(see: Any) -> None:
    people = [member(f"m{number}", "investor") | {"occurred_at": START.isoformat()} for number in range(5)]
    used = [step(number, "used", START + timedelta(days=days)) for number, days in enumerate((5, 10, 30))]
    facts = {
        "memberships": people,
        "commitments": [promised(number, START) for number in range(5)],
        "commitment_steps": used,
    }
    assert see(facts, RULES).row("val.ttfv", "angel")["value"] == 30


def test_balance_compares_what_is_got_with_what_is_given(see: Any) -> None:
    people = [member(f"m{number}", "investor") for number in range(10)]
    both = [
        row
        for number in range(10)
        for row in (
            promised(number, START) | {"worth": "300" if number else "60", "currency": "CNY"},
            {"commitment": f"g{number}", "party": f"m{number}", "to_party": "us", "source_kind": "own", "what": "x"}
            | {"worth": "100", "currency": "CNY", "due_at": "2026-09-01", "occurred_at": START.isoformat()},
        )
    ]
    done = [
        {"commitment": row["commitment"], "step": "verified", "by": "us" if row["party"] != "us" else "m1"}
        | {"occurred_at": START.isoformat()}
        for row in both
    ]
    seen = see({"memberships": people, "commitments": both, "commitment_steps": done}, RULES)
    values = seen.values("val.balance")
    assert (values["m0"], values["m1"]) == (pytest.approx(0.2), 1.0)
    assert [one.subject for one in seen.decisions("value", "balance")] == ["m0"]


def test_a_job_that_no_offer_serves_is_a_gap_of_its_own_and_tells_its_opportunity_to_two_digits(see: Any) -> None:
    said = {"importance": [5, 5, 4, 4, 1, 1], "satisfaction": [4, 1, 1, 1, 1, 1]}
    told = [row for item, scores in said.items() for row in answers("jobs", scores, subject="exit", item=item)]
    facts = {"memberships": [{"party": "a", "class": "investor", "state": "active"} | ON], "survey_answers": told}
    gaps = {one.subject: one for one in see(facts, RULES).decisions("value", "fit_gap")}
    assert (gaps["exit@lead"].message.id, gaps["exit@lead"].value) == ("value.fit_gap.none", "11.67")  # 6⅔ + 6⅔ − 1⅔
    assert (gaps["access@channel"].message.id, gaps["access@channel"].value) == ("value.fit_gap.elsewhere", None)
    assert "access@lead" not in gaps
