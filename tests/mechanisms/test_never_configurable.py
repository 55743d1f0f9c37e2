"""What is never configurable (DOMAIN §14, 1 to 12): each rule met by somebody who breaks it through facts alone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests import small

from tenfold.charter.load import load_charter
from tenfold.engine.cases import Case, missed
from tenfold.engine.community import Community
from tenfold.terms.errors import Refused

See = Callable[..., Any]
Row = dict[str, Any]
PEOPLE = ("ann", "bob", "cyd", "dee")
POT = {"distribution": {"layers": [{"id": "pot", "by": "points"}], "contribution_types": {"work": {"flat_points": 1}}}}
LADDER = {
    "incentives": {
        "ladder": [
            {"level": 1, "action": "written_notice", "when": [{"late": "0d"}]},
            {"level": 2, "action": "points_reduction", "pct": 50, "when": [{"late": "30d"}]},
            {"level": 3, "action": "suspend_rights", "when": [{"late": "60d"}], "decide": "council"},
        ],
        "appeals": {"window": "15d", "panel_size": 3, "decide_within": "20d", "stays_sanction_from_level": 3},
    }
}
REFERRAL = {"flat_points": 2000, "of": ["partner", "expert"], "levels": 1}


@pytest.fixture(scope="module")
def base() -> Row:
    charter = load_charter(Path(__file__).with_name("base.yaml"))
    return charter.model_dump(by_alias=True, exclude_unset=True)


def members(*more: Row) -> list[Row]:
    base = [{"party": one, "class": "expert", "state": "active", "occurred_at": "2025-01-01"} for one in PEOPLE]
    return [*base, *more]


def work(*quantities: int | str, **cells: Any) -> list[Row]:
    given = zip(PEOPLE, quantities, strict=False)
    own = {"type": "work", "occurred_at": "2026-03-01"}
    return [own | {"party": who, "quantity": str(quantity)} | cells for who, quantity in given]


def pool(state: str = "declared", on: str = "2026-07-01", **cells: Any) -> Row:
    period = {"period_start": "2026-01-01", "period_end": "2026-06-30"}
    return {"pool": "h1", "layer": "pot", "amount": "100.00", "currency": "CNY", "state": state, "occurred_at": on} | (
        period | cells
    )


def test_1_a_fact_is_not_overwritten_by_another_of_its_name(tmp_path: Path) -> None:
    rows = small.rows()
    folder = small.write(tmp_path / "community", given=rows)
    more = {**rows["contributions"][0], "fair_value": "999999.00"}
    (folder / "facts" / "contributions" / "more.csv").parent.mkdir(exist_ok=True)
    (folder / "facts" / "contributions.csv").rename(folder / "facts" / "contributions" / "first.csv")
    text = f"{','.join(more)}\n{','.join(more.values())}\n"
    (folder / "facts" / "contributions" / "more.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        Community.load(folder)
    assert "facts.double" in {one.id for one in refused.value.complaints}


def test_2_a_charter_adopted_in_july_with_effect_from_june_judges_no_june(see: See) -> None:
    def talks(points: int) -> dict[str, Any]:
        return {"distribution": {"contribution_types": {"talk": {"flat_points": points}}}}

    given = [{"party": "ann", "type": "talk", "quantity": 1, "occurred_at": "2026-06-15"}]
    adopted = {"charter_version": "cases-v2", "state": "adopted", "occurred_at": "2026-07-10"}
    facts = {
        "memberships": members(),
        "contributions": given,
        "charter_versions": [adopted | {"effective_from": "2026-06-01", "sha256": "x"}],
    }
    later = {"charter": {"version": 2, "effective_from": date(2026, 6, 1)}} | talks(900)
    seen = see(facts, {"distribution": POT["distribution"] | talks(800)["distribution"]}, "2026-08-01", later)
    assert seen.values("dis.points") == {"ann@pot": 800}


def test_3_what_is_paid_is_the_pool_to_the_fen_however_points_are_written(see: See) -> None:
    facts = {"memberships": members(), "contributions": work(1, "0.000000000000000001", 10**10), "pools": [pool()]}
    paid = see(facts, POT, "2026-07-31").values("dis.entitlement")
    assert sum(paid.values()) == 10_000
    assert all(amount >= 0 for amount in paid.values())


def test_4_people_decide_two_of_them_where_money_is_paid_and_compliance_is_nobody_else(see: See) -> None:
    strict = {"fact": "s", "sanction": "s", "party": "ann", "level": 3, "state": "in_force", "reason": "x"}
    offices = [{"party": "dee", "role": role, "until": "2030-01-01"} for role in ("compliance", "operator")]
    link = {"party": "bob", "other": "cyd", "relation": "controls", "recorded_by": "dee", "occurred_at": "2026-02-01"}
    facts = {
        "memberships": members(),
        "contributions": work(1, 1, 1),
        "sanctions": [strict | {"occurred_at": "2026-02-01"}],
        "group_links": [link],
        "role_terms": [one | {"occurred_at": "2026-01-01"} for one in offices],
        "pools": [pool(), *(pool("approved", f"2026-07-0{day}", by="ann") for day in (2, 3))],
    }
    seen = see(facts, POT | LADDER, "2026-07-31")
    assert seen.rows("view.sanction")["standing"].to_list() == [False]
    assert seen.rows("view.group").is_empty()
    (act,) = seen.decisions("distribution", "pool")
    assert (act.proposal, act.status) == ("sign_pool", "proposed")


def test_5_nobody_hears_an_appeal_against_their_own_decision(see: See) -> None:
    strict = {"fact": "s", "sanction": "s", "party": "ann", "level": 2, "state": "in_force", "by": "bob", "reason": "x"}
    appeal = {"appeal": "a", "party": "ann", "against": "s"}
    facts = {
        "memberships": members(),
        "contributions": work(100),
        "sanctions": [strict | {"occurred_at": "2026-02-01"}],
        "appeals": [
            appeal | {"state": "filed", "occurred_at": "2026-02-02"},
            appeal | {"state": "reversed", "panel": ["bob", "cyd", "dee"], "occurred_at": "2026-02-20"},
        ],
    }
    assert see(facts, POT | LADDER, "2026-07-31").values("dis.points") == {"ann@pot": 50}


def test_6_neither_protected_attributes_nor_a_broken_word_move_a_score_or_pay(see: See) -> None:
    rules = {"screening": {"scorecards": {"expert": {"criteria": {"skill": 100}}}}}
    rated = [{"party": "eve", "rater": who, "criterion": "skill", "score": "60"} for who in ("bob", "cyd")]
    worse = [one | {"criterion": name, "score": "0"} for one in rated for name in ("gender", "sentiment", "messages")]
    candidate = {"party": "eve", "class": "expert", "state": "rated", "occurred_at": "2026-03-01"}
    promise = {"commitment": "c", "party": "ann", "to_party": "us", "source_kind": "own", "what": "x"}
    broken = {"commitment": "c", "step": "breached", "by": "us", "occurred_at": "2026-04-01"}

    def seen(ratings: Sequence[Row], **more: Sequence[Row]) -> tuple[Any, Any]:
        dated = [one | {"occurred_at": "2026-03-02"} for one in ratings]
        facts: Mapping[str, Any] = {
            "memberships": members(candidate),
            "contributions": work(100),
            "ratings": dated,
            **more,
        }
        found = see(facts, POT | rules, "2026-07-31")
        return found.values("scr.score"), found.values("dis.points")

    kept = {"commitments": [promise | {"occurred_at": "2026-01-01"}], "commitment_steps": [broken]}
    assert seen([*rated, *worse], **kept) == seen(rated)


def test_7_an_introduction_is_flat_of_one_level_and_never_of_an_investor(see: See) -> None:
    came = [
        {"fact": "m1", "party": "pat", "class": "partner", "state": "active", "occurred_at": "2026-02-01"},
        {"fact": "m2", "party": "ivo", "class": "investor", "state": "active", "occurred_at": "2026-02-01"},
    ]
    again = [("ann", "m1", 9), ("ann", "m1", 1), ("pat", "m1", 1)]
    claims = [*again, ("bob", "i1", 1), ("cyd", "m2", 1), ("dee", None, 1)]
    given = [
        {"fact": f"i{n}", "party": who, "type": "introduction", "quantity": quantity, "occurred_at": f"2026-03-0{n}"}
        | ({"because": led} if led else {})
        for n, (who, led, quantity) in enumerate(claims, start=1)
    ]
    rules = {"distribution": POT["distribution"] | {"contribution_types": {"introduction": REFERRAL}}}
    points = see({"memberships": members(*came), "contributions": given}, rules, "2026-07-31").values("dis.points")
    assert {one: value for one, value in points.items() if value} == {"ann@pot": 2000}


def test_8_what_says_more_than_a_public_page_may_is_to_be_withdrawn(base: Row) -> None:
    paper = {"publication": "p", "report": "white_paper", "brand_only": "no", "occurred_at": "2026-10-01"}
    case = Case.model_validate(
        {
            "name": "offering words on a public page",
            "rules": {"culture": {"reports": [{"id": "white_paper", "every": "12m", "brand_only": True}]}},
            "as_of": "2026-11-02",
            "facts": {"publications": [paper]},
            "expect": {"decision": [{"subject": "p", "kind": "more_than_brand", "proposal": "culture.withdraw"}]},
        }
    )
    assert missed(case, base) == []


def test_9_one_person_who_answers_five_times_is_not_five(see: See) -> None:
    answer = {"survey": "nps", "wave": "w1", "item": "nps", "score": "10"}
    five = [answer | {"respondent": "r1", "occurred_at": f"2026-10-0{day}"} for day in range(1, 6)]
    assert see({"survey_answers": five}).row("val.nps", "w1")["value"] is None


def test_10_a_no_to_contact_hides_no_decision_from_whom_it_concerns(see: See) -> None:
    no = {"purpose": "community_management", "granted": "no", "text_version": "v1", "occurred_at": "2026-01-01"}
    facts = {
        "memberships": members(),
        "contributions": work(1, 1),
        "pools": [pool()],
        "consents": [no | {"party": "ann"}],
    }
    payouts = see(facts, POT, "2026-07-31").decisions("distribution", "payout")
    assert [one.subject for one in payouts] == ["ann@h1", "bob@h1"]


def test_11_the_order_in_which_facts_are_written_draws_nothing(see: See) -> None:
    given = work(7, 3, 5, 1)
    there = {"memberships": members(), "pools": [pool()]}
    named = [one | {"fact": f"w{n}"} for n, one in enumerate(given)]
    one, other = (see(there | {"contributions": rows}, POT, "2026-07-31") for rows in (named, named[::-1]))
    assert one.values("dis.entitlement") == other.values("dis.entitlement")


def test_12_what_a_machine_recorded_alone_decides_nothing(see: See) -> None:
    machine = {"recorded_by": "import:assistant"}
    strict = {"fact": "s", "sanction": "s", "party": "ann", "level": 4, "state": "in_force", "reason": "x"} | machine
    soft = {"fact": "t", "sanction": "t", "party": "bob", "level": 2, "state": "in_force", "by": "cyd", "reason": "x"}
    appeal = {"appeal": "a", "party": "bob", "against": "t"} | machine
    link = {"party": "bob", "other": "cyd", "relation": "controls", "occurred_at": "2026-02-01"} | machine
    facts = {
        "sanctions": [one | {"occurred_at": "2026-02-01"} for one in (strict, soft)],
        "appeals": [
            appeal | {"state": "filed", "occurred_at": "2026-02-02"},
            appeal | {"state": "reversed", "occurred_at": "2026-02-03"},
        ],
        "group_links": [link],
    }
    seen = see(facts, LADDER, "2026-07-31")
    assert dict(seen.rows("view.sanction").select("key", "standing").iter_rows()) == {"s": False, "t": True}
    assert seen.rows("view.group").is_empty()
