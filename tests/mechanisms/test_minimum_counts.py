"""Every measure that waits for so many cases says nothing of one fewer, and something of just enough."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from tests.mechanisms.conftest import See

Rows = list[dict[str, Any]]
TODAY = date(2026, 11, 2)


def ago(days: int) -> str:
    return str(TODAY - timedelta(days=days))


def members(count: int, **more: Any) -> Rows:
    row = {"class": "investor", "state": "active", "occurred_at": ago(300)} | more
    return [{"party": f"m{number:02}"} | row for number in range(count)]


def contacts(count: int, **more: Any) -> Rows:
    """So many contacts of substance, each with another member."""
    row = {"direction": "in", "channel": "call", "flags": "decision", "occurred_at": ago(10)} | more
    return [{"fact": f"i{number:02}", "member": f"m{number:02}"} | row for number in range(count)]


def questions(count: int) -> dict[str, Rows]:
    """So many questions of as many members, each answered at once."""
    asked = contacts(count, flags="question_asked")
    answers = [
        {"fact": f"r{row['fact']}", "replies_to": row["fact"], "flags": "question_answered", "direction": "out"}
        for row in asked
    ]
    replies = [row | answer for row, answer in zip(asked, answers, strict=True)]
    return {"memberships": members(count), "interactions": [*asked, *replies]}


def work(count: int) -> dict[str, Rows]:
    row = {"party": "a", "type": "work", "quantity": 1, "occurred_at": ago(10)}
    return {
        "contributions": [row] * count,
        "affiliations": [{"party": "a", "organisation": "o", "occurred_at": ago(20)}],
    }


def needs(count: int) -> dict[str, Rows]:
    rows = [{"need": f"n{number}", "capability": "grid", "owner": "a"} for number in range(count)]
    opened = [row | {"state": "open", "occurred_at": ago(20)} for row in rows]
    return {"needs": [*opened, *(row | {"state": "filled", "occurred_at": ago(10)} for row in rows)]}


def silent(count: int) -> dict[str, Rows]:
    return {"memberships": members(count), "interactions": contacts(1)}


def talks(count: int) -> dict[str, Rows]:
    """So many contacts of one member, ten days apart."""
    found = [contacts(1, fact=f"i{number}", occurred_at=ago(10 * number + 10))[0] for number in range(count)]
    return {"memberships": members(1), "interactions": found}


def levelled(count: int) -> dict[str, Rows]:
    return {"memberships": members(count), "interactions": contacts(count, occurred_at=ago(100))}


def histories(count: int) -> dict[str, Rows]:
    """So many members who were each talked to twice within 183 days, of them one for the first time then."""
    first = contacts(count, occurred_at=ago(183))
    return {"memberships": members(count), "interactions": [*first, *renamed(contacts(count, occurred_at=ago(60)))]}


def short_histories(days: int) -> dict[str, Rows]:
    """Fifty members who were each talked to twice, the first time so many days ago."""
    first = contacts(50, occurred_at=ago(days))
    return {"memberships": members(50), "interactions": [*first, *renamed(contacts(50, occurred_at=ago(60)))]}


def renamed(rows: Rows) -> Rows:
    return [row | {"fact": f"again-{row['fact']}"} for row in rows]


def attended(count: int) -> dict[str, Rows]:
    return {
        "memberships": members(count),
        "events": [{"event": "e", "starts_at": ago(10), "state": "held", "occurred_at": ago(10)}],
        "attendances": [{"event": "e", "party": "m00", "state": "attended", "occurred_at": ago(10)}],
    }


def thanks(count: int) -> dict[str, Rows]:
    row = {"giver": "m00", "party": "m01", "kind": "thanks", "occurred_at": ago(10)}
    return {"memberships": members(2), "recognitions": [row] * count}


def cohort(count: int) -> dict[str, Rows]:
    referral = {"referrer": "m00", "party": "new", "occurred_at": ago(60)}
    return {"memberships": members(count), "referrals": [referral]}


def told(survey: str, item: str) -> Callable[[int], dict[str, Rows]]:
    def facts(count: int) -> dict[str, Rows]:
        row = {"survey": survey, "wave": "w", "item": item, "score": 2, "occurred_at": ago(10)}
        return {"survey_answers": [row | {"respondent": f"r{number}"} for number in range(count)]}

    return facts


def newcomers(count: int) -> dict[str, Rows]:
    return {"memberships": members(count, state="rated", source="inbound")}


def mentions(count: int) -> dict[str, Rows]:
    row = {"source": "press", "term": "fibre", "about": "own", "count": count, "occurred_at": ago(10)}
    return {"mentions": [row]}


def deals(count: int, of: str = "d", **more: Any) -> Rows:
    row = {"round": "r", "amount": 1, "currency": "CNY", "stage": "declined", "occurred_at": ago(30)} | more
    return [{"opportunity": f"{of}{number}", "party": f"{of}{number}"} | row for number in range(count)]


def resolved(referred: int, cold: int) -> dict[str, Rows]:
    """So many referred deals and so many others that came to an end, one of each with a signature."""
    won = {"stage": "signed"}
    warm, other = deals(referred, "warm", source="referral"), deals(cold, "cold", source="outbound")
    return {"opportunities": [warm[0] | won, *warm[1:], other[0] | won, *other[1:]]}


def entries(count: int) -> dict[str, Rows]:
    entered = deals(count, stage="qualified", occurred_at=ago(40))
    return {"opportunities": [*entered, *deals(count)]}


def forecast(count: int) -> dict[str, Rows]:
    said = deals(count, stage="soft_circled", p="0.5", reason="guess", occurred_at=ago(200))
    return {"opportunities": [*said, *deals(count)]}


def promises(count: int, **more: Any) -> dict[str, Rows]:
    row = {"party": "m00", "to_party": "us", "source_kind": "own", "what": "x", "due_at": ago(30)} | more
    listed = [{"commitment": f"k{number}", "occurred_at": ago(60)} | row for number in range(count)]
    steps = [
        {"commitment": one["commitment"], "step": "verified", "by": "us", "occurred_at": ago(35)} for one in listed
    ]
    return {"memberships": members(1), "commitments": listed, "commitment_steps": steps}


def offered(count: int) -> dict[str, Rows]:
    """So many members to whom an offer was promised, and who used it in time."""
    facts = promises(count, party="us", source_kind="offer", offer="kit", by="us")
    listed = [row | {"to_party": f"m{number:02}"} for number, row in enumerate(facts["commitments"])]
    kept = [row | {"by": f"m{number:02}"} for number, row in enumerate(facts["commitment_steps"])]
    steps = [*kept, *(row | {"step": "used"} for row in kept)]
    listed = [{key: cell for key, cell in row.items() if key != "by"} for row in listed]
    return {"memberships": members(count), "commitments": listed, "commitment_steps": steps}


def arms(treated: int, control: int) -> dict[str, Rows]:
    facts = offered(treated + control)
    listed = [
        row | {"arm": "treated" if number < treated else "control"} for number, row in enumerate(facts["commitments"])
    ]
    return facts | {"commitments": listed}


def balanced(count: int) -> dict[str, Rows]:
    """So many members who gave something and got something worth as much."""
    facts = offered(count)
    got = [row | {"worth": 100, "currency": "CNY"} for row in facts["commitments"]]
    gave = [
        {"party": f"m{number:02}", "type": "work", "quantity": 1, "fair_value": 100, "currency": "CNY"}
        | {"occurred_at": ago(10)}
        for number in range(count)
    ]
    return facts | {"commitments": got, "contributions": gave}


def stayed(count: int) -> dict[str, Rows]:
    return {"memberships": members(count, occurred_at=ago(365))}


def stayed_days(days: int) -> dict[str, Rows]:
    return {"memberships": members(10, occurred_at=ago(days))}


def closed(count: int) -> dict[str, Rows]:
    row = {"act": "clear", "by": "us", "occurred_at": ago(10)}
    return {"alert_acts": [row | {"alert": f"risk.alert:kri:{number}"} for number in range(count)]}


def ring(count: int) -> dict[str, Rows]:
    """So many who each talk to the next, round in a ring."""
    rows = contacts(count)
    others = [*rows[1:], rows[0]]
    tied = [row | {"other": other["member"]} for row, other in zip(rows, others, strict=True)]
    return {"memberships": members(count), "interactions": tied}


def burnt(months: int) -> dict[str, Rows]:
    ends = ["2026-08-31", "2026-09-30", "2026-10-31"][3 - months :]
    row = {"basis": "actual", "currency": "CNY"}
    spent = [row | {"series": "net_burn", "amount": 10, "period_end": end, "occurred_at": end} for end in ends]
    held = {"series": "cash_unrestricted", "amount": 90, "period_end": "2026-10-31", "occurred_at": "2026-10-31"}
    return {"figures": [*spent, row | held]}


def seats(vacancies: int) -> dict[str, Rows]:
    """A seat that fell empty so often, and was filled ten days later."""
    begun = [TODAY - timedelta(days=20 * number) for number in range(vacancies + 1)]
    terms = [
        {"party": f"p{number}", "role": "operator", "until": str(day + timedelta(days=10)), "occurred_at": str(day)}
        for number, day in enumerate(begun)
    ]
    return {"role_terms": terms}


def proposals(count: int) -> dict[str, Rows]:
    row = {"body": "ordinary", "by": "us", "subject": "x", "state": "adopted", "opens_at": ago(30)}
    return {"proposals": [row | {"proposal": f"p{number}", "occurred_at": ago(10)} for number in range(count)]}


SEGMENT = {"value": {"segments": [{"id": "all", "match": {"class": "investor"}, "jobs": []}]}}
CADENCE = SEGMENT | {"interaction": {"cadence": {"all": "21d"}}}
OFFER = {"value": {**SEGMENT["value"], "offers": [{"id": "kit", "serves": {}, "entitles": ["all"], "sla": "10d"}]}}
WORK = {"distribution": {"contribution_types": {"work": {"flat_points": 1}}}}
ASKED = {
    "culture": {
        "surveys": {id: {"instrument": "x", "every": "12m"} for id in ("sense_of_community", "safety", "acceptance")}
    }
}
FIBRE = {"culture": {"brand": {"sov_terms": ["fibre"]}}}
CALIBRATED = {"insight": {"calibration": {"forecasts": ["fund.p_close"]}}}
OPERATOR = {"community": {"roles": [{"id": "operator", "term": "12m"}]}}
ORDINARY = {"adjustment": {"decisions": {"ordinary": {"pass": "0.50"}}}}
GRID = {"screening": {"needs": [{"id": "grid", "weight": 1, "redundancy": 1}]}}


@dataclass(frozen=True)
class Least:
    """A measure, what it counts, and how many of them it waits for."""

    measure: str
    least: int
    facts: Callable[[int], Mapping[str, Sequence[Mapping[str, Any]]]]
    subject: str = "community"
    rules: Mapping[str, Any] = field(default_factory=dict)
    of: str = ""


WAITING = [
    Least("rel.response_km", 5, questions),
    Least("rel.qa", 5, questions),
    Least("com.ttfr", 5, questions),
    Least("com.caf", 10, work, rules=WORK),
    Least("com.org_diversity", 10, work, rules=WORK),
    Least("com.level", 20, levelled, "m00"),
    Least("com.gravity", 20, levelled),
    Least("com.exchange", 5, needs, rules=GRID),
    Least("com.exchange", 5, needs, "community/days", rules=GRID),
    Least("com.collab_speed", 3, needs, rules=GRID),
    Least("rel.p_active", 3, talks, "m00"),
    Least("rel.dormant_share", 5, silent, rules=CADENCE),
    Least("rel.p_active_bgnbd", 50, histories, "m00", of="members"),
    Least("rel.p_active_bgnbd", 183, short_histories, "m00", of="days"),
    Least("cul.participation", 5, attended),
    Least("cul.recognition_equality", 10, thanks),
    Least("cul.recognition_equality", 10, thanks, "community/thanked"),
    Least("cul.r_referral", 10, cohort),
    Least("cul.sense_of_community", 5, told("sense_of_community", "needs_1"), "w", ASKED),
    Least("cul.safety", 5, told("safety", "speak_up"), "w", ASKED),
    Least("brand.acceptance_csat", 5, told("acceptance", "acceptance"), "w", ASKED),
    Least("brand.inbound_share", 10, newcomers),
    Least("brand.referral_share", 10, newcomers),
    Least("brand.sov", 20, mentions, rules=FIBRE),
    Least("brand.referred_risk_ratio", 5, lambda count: resolved(count, 5), of="referred"),
    Least("brand.referred_risk_ratio", 5, lambda count: resolved(5, count), of="cold"),
    Least("fund.stage_age", 5, entries, "qualified"),
    Least("ins.brier", 20, forecast, "fund.p_close", CALIBRATED),
    Least("ins.reliability", 20, forecast, "fund.p_close", CALIBRATED),
    Least("inc.kept_rate", 3, promises, "m00"),
    Least("inc.kept_rate", 5, promises),
    Least("inc.late_share", 5, promises),
    Least("inc.slip", 5, promises, "m00"),
    Least("inc.slip", 5, promises),
    Least("val.uptake", 5, offered, "kit", OFFER),
    Least("val.ontime", 5, offered, "kit", OFFER),
    Least("val.ttfv", 5, offered, "all", OFFER),
    Least("val.uplift", 20, lambda count: arms(count, 20), "kit", OFFER, "treated"),
    Least("val.uplift", 20, lambda count: arms(20, count), "kit", OFFER, "control"),
    Least("val.balance", 10, balanced, "m00", OFFER | WORK),
    Least("val.retention", 10, stayed, "all", SEGMENT, "members"),
    Least("val.retention", 365, stayed_days, "all", SEGMENT, "days"),
    Least("risk.alarm_precision", 5, closed, "kri"),
    Least("risk.cut_vertex", 5, ring),
    Least("risk.key_person", 5, ring, "m00"),
    Least("fin.runway_months", 3, burnt),
    Least("adj.role_fill", 3, seats, "operator", OPERATOR),
    Least("adj.decision_days", 3, proposals, rules=ORDINARY),
]


@pytest.mark.parametrize("one", WAITING, ids=lambda one: f"{one.measure} {one.subject} {one.of}".strip())
def test_one_fewer_than_it_takes_says_nothing_and_just_enough_says_something(one: Least, see: See) -> None:
    values = [
        see(one.facts(count), one.rules, str(TODAY)).values(one.measure).get(one.subject)
        for count in (one.least - 1, one.least)
    ]
    assert values[0] is None
    assert values[1] is not None
