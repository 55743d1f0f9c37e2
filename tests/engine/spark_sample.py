"""A small community on which every reduction has something to count, for engines to agree about."""

from pathlib import Path

from tests import small
from tests.small import MEMBERS, Rows

TYPES = """  contribution_types:
    work_unpaid: {rate: "2", valued_by: market_rate_card}
    knowledge: {flat_points: 800, when: accepted_by_two_reviewers, diminishing: sqrt_per_month}
    design: {flat_points: "10.5", when: merged, sized_by: reviewer_s_m, multipliers: {s: 1, m: 3}}
    introduction: {flat_points: 2000, when: admitted, of: [partner, expert], levels: 1, per_member_per_quarter: 1}
    help: {flat_points: 0, when: accepted}
"""
Row = dict[str, str]


def write(folder: Path) -> Path:
    """Write the community as Parquet."""
    before, _, after = small.CHARTER.read_text("utf-8").partition("  contribution_types:\n")
    charter = before + TYPES + after.partition("\n")[2]
    return small.write(folder, "parquet", given=rows(), charter=charter.encode())


def rows() -> Rows:
    """The small community's facts and those it has none of: money, quotas, links, sanctions, topics, corrections."""
    given = small.rows()
    for table, listed in (*_talks().items(), *_work().items(), *_rest().items()):
        given[table] = [*given.get(table, ()), *listed]
    officer = {"fact": "party-cora", "party": "cora", "type": "person", "name": "cora", "occurred_at": "2026-01-01"}
    given["parties"].append(officer)
    return given


def _talks() -> Rows:
    between = [
        {
            "fact": f"tie-{number}",
            "member": member,
            "other": other,
            "direction": "out",
            "channel": "call",
            "flags": "decision;question_asked",
            "topic": "batteries;grid" if number else "",
            "occurred_at": f"2026-08-0{number + 1}T10:00:00+08:00",
        }
        for number, (member, other) in enumerate([("lin", "zhou"), ("zhou", "wang"), ("wang", "lin"), ("chen", "us")])
    ]
    answer = between[1] | {
        "fact": "answer-1", "member": "wang", "direction": "in", "replies_to": "tie-1", "flags": "question_answered",
        "occurred_at": "2026-08-03T18:30:00+08:00",
    }  # fmt: skip
    corrected = between[2] | {"fact": "tie-2-again", "corrects": "tie-2", "recorded_at": "2026-08-20T00:00:00Z"}
    many = [
        {
            "fact": f"many-{number:02}",
            "member": "lin",
            "direction": "in" if number % 3 else "out",
            "channel": ("message", "broadcast", "meeting")[number % 3],
            "flags": "follow_up_promised" if number % 4 == 0 else "",
            "topic": "grid" if number % 2 else "",
            "occurred_at": f"2026-07-{number // 2 + 1:02}T0{number % 2 + 8}:00:00+08:00",
        }
        for number in range(24)
    ]
    return {"interactions": [*between, answer, corrected, *many]}


def _contribution(number: int, of: str, party: str, **cells: str) -> Row:
    day = f"2026-04-{number + 1:02}"
    return {"fact": f"{of}-{number}", "party": party, "type": of, "quantity": "1", "occurred_at": day, **cells}


def _work() -> Rows:
    work = [
        *(_contribution(number, "knowledge", "lin", quantity=str(number + 1)) for number in range(3)),
        *(_contribution(number, "design", "wang", size="ms"[number % 2]) for number in range(2)),
        *(_contribution(number, "introduction", "zhao", because="member-wang") for number in range(3)),
        *(_contribution(number, "help", member) for number, member in enumerate(MEMBERS)),
        _contribution(9, "work_unpaid", "chen", fair_value="250.00", currency="USD"),
        _contribution(10, "work_unpaid", "chen", fair_value="80.00", currency="GBP"),
        _contribution(11, "work_unpaid", "zhou", fair_value="900.00", currency="CNY", commitment="c1"),
    ]
    said = [
        {"fact": f"ok-{one['fact']}", "contribution": one["fact"], "by": "us", "verdict": "accept"}
        | {"occurred_at": "2026-05-01"}
        for one in work
    ]
    against = {"fact": "no-1", "contribution": "design-1", "by": "chen", "verdict": "dispute"}
    promise = {"fact": "promise-1", "commitment": "c1", "party": "zhou", "source_kind": "own", "what": "a drawing"}
    rates = [
        {"fact": f"rate-{n}", "base": "USD", "quote": "CNY", "rate": rate, "source": "bank", "occurred_at": day}
        for n, (rate, day) in enumerate([("7.1234", "2026-03-01"), ("7.2", "2026-04-05"), ("0.14", "2026-05-05")])
    ]
    rates[2] |= {"base": "CNY", "quote": "USD"}
    return {
        "contributions": work,
        "attestations": [*said, against | {"occurred_at": "2026-05-02"}],
        "commitments": [promise | {"occurred_at": "2026-02-01"}],
        "exchange_rates": rates,
    }


def _rest() -> Rows:
    money = [
        {"fact": f"money-{n}", "payer": payer, "payee": payee, "amount": amount, "currency": currency}
        | {"purpose": purpose, "occurred_at": f"2026-0{n + 1}-11"}
        for n, (payer, payee, amount, currency, purpose) in enumerate(
            [
                ("zhou", "us", "1000.50", "CNY", "investment"),
                ("chen", "us", "300.00", "USD", "grant"),
                ("us", "zhou", "12.34", "CNY", "repayment"),
                ("us", "zhao", "77.00", "CNY", "supply"),
                ("us", "zhao", "5.00", "USD", "supply"),
                ("us", "wang", "400.00", "CNY", "operating"),
                ("lin", "us", "90.00", "CNY", "revenue"),
                ("us", "chen", "100.00", "USD", "clawback"),
            ]
        )
    ]
    opened = {"fact": "round-1", "round": "seed", "stage": "seed", "instrument": "equity", "state": "open"}
    deal = {"fact": "deal-1", "opportunity": "d1", "round": "seed", "party": "zhou", "amount": "500.00"}
    links = [
        {"fact": f"link-{n}", "party": a, "other": b, "relation": relation, "share": share}
        | {"recorded_by": "cora", "occurred_at": "2026-02-01"}
        for n, (a, b, relation, share) in enumerate(
            [("lin", "zhou", "controls", ""), ("wang", "chen", "owns", "0.4"), ("wang", "zhao", "owns", "0.1")]
        )
    ]
    sanction = {"fact": "sanction-1", "sanction": "s1", "party": "chen", "level": "2", "state": "in_force"}
    appeal = {"fact": "appeal-1", "appeal": "a1", "party": "chen", "against": "s1", "state": "filed"}
    left = {"fact": "left-zhao", "party": "zhao", "class": "partner", "state": "alumni", "leaver": "good"}
    double = {"fact": "party-lynn", "party": "lynn", "type": "person", "name": "lynn", "merged_into": "lin"}
    return {
        "cash_movements": money,
        "rounds": [opened | {"currency": "CNY", "occurred_at": "2026-01-05"}],
        "opportunities": [deal | {"currency": "CNY", "stage": "committed", "occurred_at": "2026-01-06"}],
        "group_links": links,
        "decision_acts": [
            {"fact": "confirmed-1", "decision": "link-0", "act": "confirm", "by": "cora", "occurred_at": "2026-02-02"}
        ],
        "role_terms": [
            {"fact": "term-1", "party": "cora", "role": "compliance", "until": "2030-12-31"}
            | {"occurred_at": "2020-01-01"}
        ],
        "sanctions": [sanction | {"reason": "late", "occurred_at": "2026-05-05"}],
        "appeals": [appeal | {"occurred_at": "2026-05-09"}],
        "memberships": [left | {"occurred_at": "2026-06-15"}],
        "parties": [double | {"occurred_at": "2026-01-02"}],
    }
