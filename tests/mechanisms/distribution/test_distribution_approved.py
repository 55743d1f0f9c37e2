"""What was approved stays: over random pools of every kind of layer, whatever becomes known or happens later."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.night import NIGHT

See = Callable[..., Any]
Rows = dict[str, list[dict[str, Any]]]
PARTIES = ("ann", "bob", "cat", "dan")
RULES = {
    "distribution": {
        "layers": [
            {"id": "pot", "by": "points", "member_cap": {"amount": "900 CNY", "per": "6m"}},
            {
                "id": "flow",
                "tiers": [
                    {"pay": "operating_costs"},
                    {"fill": "dsra", "to": {"months_of": "debt_service", "months": 2}},
                    {"pay": "holders", "by": "paid_in_share", "if": [{"event": "released"}], "else": "lock_up"},
                ],
            },
            {"id": "flow_by_points", "tiers": [{"pay": "operating_costs"}, {"pay": "holders", "by": "points"}]},
        ],
        "contribution_types": {
            "work": {"flat_points": 3},
            "talk": {"flat_points": 50, "per_member_per_stage": 1},
            "review": {"flat_points": 7, "per_member_per_quarter": 2},
            "notes": {"flat_points": 10, "diminishing": "sqrt_per_month"},
            "cash": {"rate": "2"},
        },
        "caps": {"member_share": "0.60", "group_share": "0.70", "small_payout_floor": "2 CNY"},
        "leaver": {"good": "keeps_vested_and_points", "neutral": "keeps_vested", "bad": "unvested_and_points_lost"},
    },
    "incentives": {
        "ladder": [
            {"level": 1, "action": "written_notice", "when": [{"late": "0d"}]},
            {"level": 2, "action": "points_reduction", "pct": 20, "when": [{"late": "30d"}]},
        ],
        "appeals": {"window": "15d", "panel_size": 3, "decide_within": "20d", "stays_sanction_from_level": 3},
    },
}
APPROVED, END = "2026-07-20", "2026-12-31"
BEFORE, AFTER = ("2026-01-01", "2026-07-19"), ("2026-07-21", "2026-12-30")
DAYS = ("2026-02-03", "2026-03-30", "2026-05-17", "2026-06-30")
SETTINGS = settings(max_examples=300 if NIGHT else 3, deadline=None)


def happened(random: Random, prefix: str, count: int, recorded: tuple[str, ...]) -> Rows:
    """Facts of the half-year, and of the days on which they were recorded; a row without such a day is never late."""
    rows: Rows = {}

    def add(table: str, **cells: Any) -> None:
        facts = rows.setdefault(table, [])
        facts.append({"fact": f"{prefix}-{table}-{len(facts)}"} | cells)

    for _ in range(count):
        party, other = random.sample(PARTIES, 2)
        at = random.choice(DAYS)
        known = {"occurred_at": at, "recorded_at": max(at, random.choice(recorded))}
        kind = random.choice(("work", "talk", "review", "notes"))
        add("contributions", party=party, type=kind, quantity=str(random.randint(1, 9)), **known)
        value = f"{random.randint(1, 900)}.00"
        add("contributions", party=party, type="cash", quantity="1", fair_value=value, currency="CNY", **known)
        series = random.choice(("operating_costs", "debt_service", "reserve_dsra", "equity_paid_in"))
        own = {"party": other} if series == "equity_paid_in" else {}
        amount = {"amount": f"{random.randint(1, 400)}.00", "currency": "CNY"}
        add("figures", series=series, period_end="2026-06-30", basis="actual", **amount, **own, **known)
        late = {"occurred_at": random.choice((at, known["recorded_at"])), "recorded_at": known["recorded_at"]}
        if random.random() < 0.3:
            state = random.choice(("in_force", "lifted"))
            sanction = {"sanction": f"s-{party}", "level": "2", "by": other, "reason": "late"}
            add("sanctions", party=party, state=state, **sanction, **late)
        if random.random() < 0.3:
            state = random.choice(("active", "alumni"))
            leaver = {"leaver": random.choice(("good", "bad"))} if state == "alumni" else {}
            member = {"class": "expert", "state": state}
            add("memberships", party=party, **member, **leaver, **late)
        if random.random() < 0.3:
            add("group_links", party=party, other=other, relation="acts_in_concert", recorded_by="cara", **late)
        if random.random() < 0.3:
            add("incidents", incident=f"{prefix}-{len(rows['contributions'])}", kind="released", what="x", **late)
    return rows


def together(*parts: Rows) -> Rows:
    found: Rows = {}
    for part in parts:
        for table, rows in part.items():
            found.setdefault(table, []).extend(rows)
    return found


def community() -> Rows:
    member = {"class": "expert", "state": "active", "occurred_at": "2025-01-01"}
    return {
        "memberships": [member | {"fact": f"m-{one}", "party": one} for one in PARTIES],
        "role_terms": [
            {"fact": "r1", "party": "cara", "role": "compliance", "until": "2028-01-01", "occurred_at": "2025-01-01"}
        ],
    }


def pools(random: Random, *states: str) -> Rows:
    rows = []
    for layer in ("pot", "flow", "flow_by_points"):
        own = {"pool": f"h1-{layer}", "layer": layer, "amount": f"{random.randint(100, 3_000)}.00", "currency": "CNY"}
        own |= {"period_start": "2026-01-01", "period_end": "2026-06-30"}
        for state in states:
            at = "2026-07-01" if state == "declared" else APPROVED
            rows.append(own | {"fact": f"{layer}-{state}", "state": state, "occurred_at": at})
    return {"pools": rows}


def due(seen: Any) -> dict[str, int]:
    """What each party and tier gets; who gets nothing is left out."""
    return {subject: amount for subject, amount in seen.values("dis.entitlement").items() if amount}


def payouts(paid: dict[str, int]) -> Rows:
    """The payouts that record what was approved."""
    rows = []
    for subject, amount in paid.items():
        party, _, pool = subject.partition("@")
        if party in PARTIES:
            row = {"pool": pool, "party": party, "amount_minor": str(amount), "currency": "CNY", "state": "approved"}
            rows.append(row | {"fact": f"y-{party}-{pool}", "occurred_at": APPROVED})
    return {"payouts": rows}


def payees(found: dict[str, int]) -> dict[str, int]:
    return {subject: amount for subject, amount in found.items() if subject.partition("@")[0] in PARTIES}


@given(st.integers(0, 10**9))
@SETTINGS
def test_what_is_told_later_moves_nothing_that_was_approved(see: See, seed: int) -> None:
    random = Random(seed)
    known = together(community(), happened(random, "early", 8, BEFORE))
    signed = together(known, pools(Random(seed), "declared", "approved"))
    approved = due(see(signed, RULES, APPROVED))
    later = happened(random, "late", 8, AFTER)
    assert due(see(together(signed, later), RULES, END)) == approved


@given(st.integers(0, 10**9))
@SETTINGS
def test_a_payout_on_record_stays_even_if_a_fact_claims_to_be_older(see: See, seed: int) -> None:
    random = Random(seed)
    known = together(community(), happened(random, "early", 8, BEFORE))
    signed = together(known, pools(Random(seed), "declared", "approved"))
    approved = due(see(signed, RULES, APPROVED))
    recorded = together(signed, payouts(approved))
    seen = see(together(recorded, happened(random, "liar", 8, BEFORE)), RULES, END)
    with_rows = {row["pool"] for row in recorded.get("payouts", [])}
    stays = {one: amount for one, amount in payees(approved).items() if one.partition("@")[2] in with_rows}
    assert {one: due(seen).get(one) for one in stays} == stays
    rows = seen.rows("pool.shares").filter(seen.rows("pool.shares")["role"] != "tier")
    told = {
        one.subject: one.value
        for kind in ("approved_difference", "unapproved_difference")
        for one in seen.decisions("distribution", kind)
    }
    differing = {
        subject: f"{(paid - computed) / 100:.2f}"
        for subject, paid, computed in rows.select("subject", "paid", "computed").iter_rows()
        if paid is not None and paid != computed
    }
    assert told == differing


POOL = {"pool": "h1", "layer": "pot", "amount": "100.00", "currency": "CNY"}
POOL |= {"period_start": "2026-01-01", "period_end": "2026-06-30"}
SIMPLE = {
    "distribution": {"layers": [{"id": "pot", "by": "points"}], "contribution_types": {"work": {"flat_points": 1}}}
}
WORK = [
    {"fact": f"w-{one}", "party": one, "type": "work", "quantity": "1", "occurred_at": "2026-03-01"}
    for one in ("ann", "bob")
]
LATE = {"fact": "w-new", "party": "bob", "type": "work", "quantity": "2", "occurred_at": "2026-03-02"}


def pool(state: str, at: str, by: str | None = None) -> dict[str, Any]:
    return POOL | {"fact": f"h1-{state}-{by or 'all'}", "state": state, "occurred_at": at, "by": by}


def named(by: str, sha256: str, at: str) -> dict[str, Any]:
    about = "distribution.pool:h1:h1-declared-all"
    return {"decision": about, "act": "confirm", "by": by, "proposal_sha256": sha256, "occurred_at": at}


@pytest.fixture
def preview(see: See) -> str:
    """The digest of the preview of two with a point each."""
    facts = {"contributions": WORK, "pools": [pool("declared", "2026-07-01"), pool("previewed", "2026-07-02")]}
    (one,) = see(facts, SIMPLE, "2026-07-10").decisions("distribution", "pool")
    assert one.proposal_sha256 is not None
    return str(one.proposal_sha256)


def test_an_approval_that_names_the_preview_which_stands_is_one(see: See, preview: str) -> None:
    signed = [
        pool("declared", "2026-07-01"),
        pool("approved", "2026-07-20", "fin"),
        pool("approved", "2026-07-21", "cfo"),
    ]
    acts = [named("fin", preview, "2026-07-20"), named("cfo", preview, "2026-07-21")]
    seen = see({"contributions": WORK, "pools": signed, "decision_acts": acts}, SIMPLE, END)
    (one,) = seen.decisions("distribution", "pool")
    assert one.proposal_sha256 == preview
    assert [*seen.decisions("distribution", "other_preview"), *seen.decisions("distribution", "no_preview")] == []


def test_an_approval_of_a_preview_that_has_changed_since_says_so(see: See, preview: str) -> None:
    signed = [pool("declared", "2026-07-01"), pool("approved", "2026-07-20", "fin")]
    given = {"contributions": [*WORK, LATE | {"recorded_at": "2026-07-15"}], "pools": signed}
    seen = see(given | {"decision_acts": [named("fin", preview, "2026-07-20")]}, SIMPLE, END)
    (one,) = seen.decisions("distribution", "other_preview")
    assert (one.subject, one.message.params["by"], one.proposal) == ("h1", "fin", "approve_anew")
    (open_,) = seen.decisions("distribution", "pool")
    assert open_.proposal_sha256 != preview
    assert one.proposes is not None and one.proposes["proposal_sha256"] == open_.proposal_sha256


def test_an_approval_that_names_no_preview_is_asked_for_it(see: See) -> None:
    signed = [pool("declared", "2026-07-01"), pool("approved", "2026-07-20", "fin")]
    (one,) = see({"contributions": WORK, "pools": signed}, SIMPLE, END).decisions("distribution", "no_preview")
    assert one.message.params["by"] == "fin"


def test_who_has_no_payout_on_record_gets_what_the_named_preview_says_and_else_nothing(see: See, preview: str) -> None:
    signed = [
        pool("declared", "2026-07-01"),
        pool("approved", "2026-07-20", "fin"),
        pool("approved", "2026-07-21", "cfo"),
    ]
    row = {"pool": "h1", "party": "ann", "amount": "50.00", "currency": "CNY", "state": "approved"}
    facts = {"contributions": WORK, "pools": signed, "payouts": [row | {"occurred_at": "2026-07-21"}]}
    assert see(facts, SIMPLE, END).values("dis.entitlement") == {"ann@h1": 5000, "bob@h1": 0, "remainder@h1": 5000}
    acts = [named("fin", preview, "2026-07-20"), named("cfo", preview, "2026-07-21")]
    paid = see(facts | {"decision_acts": acts}, SIMPLE, END).values("dis.entitlement")
    assert paid == {"ann@h1": 5000, "bob@h1": 5000, "remainder@h1": 0}
