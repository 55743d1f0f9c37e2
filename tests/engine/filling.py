"""Facts for measures that the demo has no use for: accounts, a project plan, surveys, drawn offers, vacant seats."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]
NEW = tuple(f"new{number:02}" for number in range(1, 33))
LEFT = NEW[:2]  # left again after a hundred days
MONTHS_BACK, MONTHS_AHEAD = 14, 24


def filling(today: date, project: str, offer: str) -> Rows:
    """Return rows by table, as the store holds them, around a day."""
    rows: Rows = {}
    for table, row in (
        *_people(today),
        *_accounts(today),
        *_plan(today),
        *_promises(today, project, offer),
        *_told_late(today, project),
        *_others(today, project),
    ):
        listed = rows.setdefault(table, [])
        row["fact"] = f"filling-{table}-{len(listed) + 1:04}"
        listed.append({"recorded_at": row["occurred_at"], "recorded_by": "filling"} | row)
    return rows


def _on(day: date, **cells: Any) -> Row:
    return {"occurred_at": datetime.combine(day, time(4), UTC), **cells}


def _people(today: date) -> Iterator[tuple[str, Row]]:
    for number, key in enumerate(NEW):
        begin = today - timedelta(days=400 + number)
        yield "parties", _on(begin, party=key, type="organisation", name=key)
        kind = "contractor" if number % 4 == 3 else "expert"
        yield "memberships", _on(begin, party=key, **{"class": kind}, state="active")
        if key in LEFT:
            yield "memberships", _on(begin + timedelta(days=100), party=key, **{"class": kind}, state="alumni")
        for days, direction in ((300, "out"), (200, "in"), (100 - 3 * number, "out")):
            talk = {"member": key, "direction": direction, "channel": "call", "flags": ["decision"]}
            yield "interactions", _on(today - timedelta(days=days), **talk)


def _months(today: date, first: int, last: int) -> Iterator[tuple[int, date]]:
    """Yield the number of a month (0 is the one before this) and its last day."""
    for number in range(first, last):
        month = today.year * 12 + today.month - 1 + number
        yield number, date(month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _figure(day: date, series: str, end: date, basis: str, number: int) -> tuple[str, Row]:
    amount = {"amount_minor": number * 100, "currency": "CNY"}
    return "figures", _on(day, series=series, period_end=end, basis=basis, **amount)


def _accounts(today: date) -> Iterator[tuple[str, Row]]:
    for number, end in _months(today, -MONTHS_BACK, MONTHS_AHEAD):
        basis = "actual" if number <= 0 else "forecast"
        day = min(end, today)
        yield _figure(day, "cfads", end, basis, 450 + number)
        yield _figure(day, "debt_service", end, basis, 360 - number)
    last = today - timedelta(days=29)
    for series, number in (("debt_outstanding", 5000), ("equity_paid_in", 3000), ("equity_subscribed", 4000)):
        yield _figure(last, series, last, "actual", number)
    yield "figures", _on(last, series="discount_rate", period_end=last, basis="actual", value=Decimal("0.06"))
    for party in (key for number, key in enumerate(NEW) if number % 4 == 3):
        for number in range(1, 5):
            x = {"series": f"altman_x{number}", "value": Decimal(number * len(party)) / 10}
            yield "figures", _on(last, party=party, period_end=last, basis="actual", **x)


def _plan(today: date) -> Iterator[tuple[str, Row]]:
    for number, end in _months(today, -5, 6):
        done = number + 6
        yield _figure(today - timedelta(days=200), "planned_value", end, "plan", 100 * done)
        yield _figure(today - timedelta(days=200), "units_planned", end, "plan", 10 * done)
        if number <= 0:
            yield _figure(end, "earned_value", end, "actual", 90 * done)
            yield _figure(end, "units_shipped", end, "actual", 8 * done)
    yield _figure(today - timedelta(days=200), "budget_at_completion", today, "plan", 1200)


def _promises(today: date, project: str, offer: str) -> Iterator[tuple[str, Row]]:
    for number in range(44):  # an offer drawn by lot, with a worth, kept or not
        key, given = f"drawn{number:02}", today - timedelta(days=60)
        due = datetime.combine(today - timedelta(days=30), time(4), UTC)
        promise = {"party": project, "to_party": NEW[number % len(NEW)], "offer": offer, "due_at": due}
        worth = {"worth_minor": 100_00 * (number + 1), "currency": "CNY", "source_kind": "offer"}
        arm = "treated" if number < 22 else "control"
        beneficiary = promise | ({"to_party": f"guest{number:02}"} if number >= len(NEW) else {})
        yield "commitments", _on(given, commitment=key, what=key, arm=arm, **beneficiary, **worth)
        if beneficiary["to_party"].startswith("guest"):
            yield "parties", _on(given, party=beneficiary["to_party"], type="person", name=key)
        for step in ("delivered", "verified", *(("used",) if number % 3 else ())):
            yield "commitment_steps", _on(given + timedelta(days=20), commitment=key, step=step, by=NEW[0])
    for number, key in enumerate(NEW):
        yield "contributions", _on(
            today - timedelta(days=90), party=key, type="work_unpaid", quantity=Decimal(1), currency="CNY",
            fair_value_minor=1000_00 + number * 100,
        )  # fmt: skip
        contribution = f"filling-contributions-{number + 1:04}"
        yield "attestations", _on(today - timedelta(days=80), contribution=contribution, by=project, verdict="accept")


def _told_late(today: date, project: str) -> Iterator[tuple[str, Row]]:
    """Work of the half-year whose pool was approved in summer, told of half a year later."""
    known = datetime.combine(today - timedelta(days=100), time(4), UTC)
    yield "contributions", _on(
        today - timedelta(days=340), recorded_at=known, party=NEW[2], type="work_unpaid", quantity=Decimal(1),
        currency="CNY", fair_value_minor=50_000_00,
    )  # fmt: skip
    contribution = f"filling-contributions-{len(NEW) + 1:04}"
    accepted = {"contribution": contribution, "by": project, "verdict": "accept"}
    yield "attestations", _on(today - timedelta(days=330), recorded_at=known, **accepted)


def _others(today: date, project: str) -> Iterator[tuple[str, Row]]:
    money = {"payer": NEW[5], "payee": project, "amount_minor": 1000_00, "currency": "CNY", "purpose": "investment"}
    yield "cash_movements", _on(today - timedelta(days=10), **money)  # for the round that was open
    for number in range(4):
        begin = today - timedelta(days=900 - 200 * number)
        term = {"party": NEW[number], "role": "auditor", "until": begin + timedelta(days=150 + number)}
        yield "role_terms", _on(begin, **term)
    for number in range(6):
        alert = f"risk.alert:kri_runway:2023-1{number % 3}-0{1 + number}T16:00:00Z"
        for days, act in ((80, "act"), (60, "clear")) if number % 3 else ((60, "false"),):
            yield "alert_acts", _on(today - timedelta(days=days), alert=alert, act=act, by=NEW[0])
    for number, (days, act) in enumerate(((9, "execute"), (8, "execute"), (7, "dismiss"), (6, "snooze"))):
        card = {"decision": f"insight.next_best_action:{NEW[number]}/touch:1", "act": act, "by": NEW[0]}
        yield "decision_acts", _on(today - timedelta(days=days), **card)
    yield "incidents", _on(today - timedelta(days=5), incident="late", kind="default", what="late")
    for number in range(14):
        answer = {"survey": "acceptance", "wave": "w1", "item": "acceptance", "score": Decimal(1 + number % 5)}
        yield "survey_answers", _on(today - timedelta(days=20), respondent=f"r{number}", **answer)
