"""A community whose lists are worth exporting: odd names, payments both ways, promises, shares that moved."""

from pathlib import Path

from tests import small

PARTIES = [
    {"party": "us", "type": "organisation", "name": "Harbour Wind Ltd"},
    {
        "party": "pine", "type": "organisation", "name": "Pine Capital LP", "email": "office@pine.example",
        "phone": "+442071838750", "country": "GB", "region": "London",
    },
    {"party": "qing", "type": "organisation", "name": "青松资本", "registration": "91350100M000100Y43"},
    {
        "party": "ann", "type": "person", "name": "Ann Lee", "email": "ann@pine.example", "phone": "+13125550187",
        "country": "US", "region": "Chicago; \"Loop\", IL",
    },
    {"party": "wang", "type": "person", "name": "王小明", "email": "wang@qing.example", "phone": "+8613800138000"},
    {"party": "evil", "type": "person", "name": "=HYPERLINK(\"http://x\",\"y\")", "email": "evil@x.example"},
    {"party": "no", "type": "person", "name": "Nora No", "email": "nora@x.example"},
]  # fmt: skip
POSTS = [
    {"party": "ann", "organisation": "pine", "title": 'Partner, "growth"'},
    {"party": "wang", "organisation": "qing", "title": "合伙人"},
    {"party": "no", "organisation": "qing", "title": "Clerk", "until": "2026-02-01"},
]
CONSENTS = [
    {"party": "no", "purpose": "community_management", "granted": "no", "text_version": "v1"},
    {"party": "ann", "purpose": "research", "granted": "yes", "text_version": "v1"},
    {"party": "wang", "purpose": "research", "granted": "yes", "text_version": "v1", "until": "2026-02-01"},
]
PAYMENTS = [
    ("pay-1", "pine", "us", "14000000.00", "CNY", "investment", 'Round A; "first" \\ part', "2026-03-01"),
    ("pay-2", "us", "qing", "120000.50", "CNY", "operating", "=1+1", "2026-03-02"),
    ("pay-3", "us", "ann", "300.00", "USD", "payout", "", "2026-03-03"),
    ("pay-4", "us", "ann", "300.00", "USD", "payout", "", "2026-03-03"),
    ("pay-5", "pine", "qing", "7.01", "EUR", "fee", "between others", "2026-03-04"),
    ("pay-6", "qing", "us", "5000000", "JPY", "loan", "借款", "2026-03-05"),
]
PROMISES = [
    ("prom-1", "us", "ann", '=Send the term sheet, "final"; then call', "2099-05-01T23:59:59+08:00"),
    ("prom-2", "us", "", "年度报告", "2099-06-01T10:30:00+08:00"),
    ("prom-3", "ann", "us", "Introduce a lender", ""),
    ("prom-4", "wang", "us", "Done already", "2026-04-01T23:59:59+08:00"),
    ("prom-5", "qing", "us", "Moved", "2026-04-01T23:59:59+08:00"),
]
STEPS = [
    {"commitment": "prom-1", "step": "accepted", "by": "us"},
    {"commitment": "prom-4", "step": "verified", "by": "us"},
    {"commitment": "prom-5", "step": "extended", "by": "us", "due_at": "2099-07-01T23:59:59+08:00"},
]
SHARES = [
    ("hold-1", "pine", "series_a", 1000, "issue", "2026-01-10", "1.25"),
    ("hold-2", "pine", "series_a", 500, "issue", "2026-01-11", "1.5"),
    ("hold-3", "pine", "series_a", 1200, "transfer_out", "2026-02-01", ""),
    ("hold-4", "ann", "series_a", 1200, "transfer_in", "2026-02-01", ""),
    ("hold-5", "ann", "series_a", 200, "cancel", "2026-02-02", ""),
    ("hold-6", "wang", "common", 10, "exercise", "2026-02-03", "0.01"),
]


def rows() -> small.Rows:
    """The facts as files would hold them."""
    payments = [
        {"fact": fact, "payer": payer, "payee": payee, "amount": amount, "currency": currency, "purpose": purpose,
         "reference": reference, "occurred_at": day}
        for fact, payer, payee, amount, currency, purpose, reference, day in PAYMENTS
    ]  # fmt: skip
    promises = [
        {"fact": fact, "commitment": fact, "party": party, "to_party": to, "what": what, "due_at": due,
         "source_kind": "own", "occurred_at": "2026-01-05"}
        for fact, party, to, what, due in PROMISES
    ]  # fmt: skip
    shares = [
        {"fact": fact, "party": party, "security": security, "units": str(units), "action": action,
         "occurred_at": day, "price": price, "currency": "CNY" if price else ""}
        for fact, party, security, units, action, day, price in SHARES
    ]  # fmt: skip
    return {
        "parties": _facts("party", PARTIES, "2026-01-01"),
        "affiliations": _facts("post", POSTS, "2026-01-02"),
        "consents": _facts("consent", CONSENTS, "2026-01-03"),
        "cash_movements": [_said(row) for row in payments],
        "commitments": [_said(row) for row in promises],
        "commitment_steps": _facts("step", STEPS, "2026-01-06"),
        "holdings": [_said(row) for row in shares],
    }


def _facts(prefix: str, listed: list[dict[str, str]], day: str) -> list[dict[str, str]]:
    return [_said({"fact": f"{prefix}-{number}", "occurred_at": day, **row}) for number, row in enumerate(listed)]


def _said(row: dict[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if cell}


def write(folder: Path, given: small.Rows | None = None) -> Path:
    """Write the community into a folder; `given` are other facts than its own."""
    charter = small.CHARTER.read_text("utf-8")
    before = "purposes: [community_management]"
    assert before in charter
    after = charter.replace(before, "purposes: [community_management, research]")
    return small.write(folder, given=given or rows(), charter=after.encode())
