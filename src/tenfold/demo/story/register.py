"""What could go wrong and what it would cost: the register, accounts, suppliers, rights, alerts of the past."""

from datetime import date, timedelta

from tenfold.demo.book import NOW, Book, at
from tenfold.demo.story.people import PROJECT

# happening, category, owner, probability, months, low, mode, high in thousands of yuan, treatment, due, indicator
RISKS = (
    ("最大来源退出 · largest source withdraws", "funding", "p000002", "0.12", 12, 2000, 6000, 14000, "reduce", "2026-12-18", "kri_top1"),
    ("扩张期未达最低交割 · round below its minimum", "funding", "p000002", "0.18", 12, 1500, 4000, 9000, "reduce", "2027-01-15", "kri_hhi"),
    ("现金低于一年 · cash below a year", "funding", "p000002", "0.05", 12, 500, 1500, 4000, "reduce", "2027-03-31", "kri_runway"),
    ("关键并网窗口错过 · grid window missed", "market", "p000001", "0.20", 12, 400, 1200, 3000, "reduce", "2026-11-27", None),
    ("渠道伙伴同属一家 · channels are one group", "market", "p000001", "0.15", 18, 600, 1800, 5000, "reduce", "2026-12-11", "kri_bridge"),
    ("海外认证推迟 · certification abroad late", "market", "p000001", "0.30", 12, 200, 500, 1500, "accept", None, None),
    ("竞品先入标准 · rival enters the standard first", "market", "p000004", "0.12", 24, 500, 2000, 6000, "reduce", "2027-02-26", None),
    ("探头漂移 · probe drifts", "technology", "p000004", "0.10", 12, 300, 900, 2500, "reduce", "2026-11-20", None),
    ("误报率超标 · too many false alarms", "technology", "p000004", "0.15", 12, 200, 600, 1800, "reduce", "2026-12-04", None),
    ("算法在寒区失准 · algorithm fails in the cold", "technology", "p000004", "0.08", 12, 200, 800, 2000, "reduce", "2027-01-29", None),
    ("光纤供应中断 · fibre supply stops", "supply", "p000004", "0.10", 12, 600, 1500, 4500, "share", "2026-12-31", None),
    ("海关再次停工 · another strike at customs", "supply", "p000004", "0.20", 12, 100, 300, 900, "accept", None, None),
    ("核心芯片涨价 · chips dearer", "supply", "p000002", "0.25", 12, 100, 400, 1000, "accept", None, None),
    ("首席技术人离开 · chief engineer leaves", "people", "p000001", "0.05", 12, 800, 2500, 7000, "reduce", "2027-03-12", None),
    ("桥接专家离开 · bridging expert leaves", "people", "p000003", "0.10", 12, 200, 700, 2000, "reduce", "2026-11-30", "kri_bridge"),
    ("运营一人独担 · one person runs the community", "people", "p000001", "0.30", 12, 50, 200, 600, "reduce", "2026-12-15", None),
    ("专利异议 · patent opposed", "legal", "p000005", "0.08", 24, 400, 1500, 5000, "share", "2027-01-08", None),
    ("回购条款触发 · redemption triggered", "legal", "p000005", "0.06", 24, 3000, 9000, 20000, "reduce", "2027-02-12", None),
    ("股东人数逼近上限 · near the limit of holders", "legal", "p000005", "0.04", 24, 100, 300, 800, "avoid", "2027-04-30", None),
    ("试点起火 · fire at a pilot", "reputation", "p000004", "0.02", 12, 2000, 8000, 30000, "avoid", "2026-11-25", None),
    ("媒体误读 · misread in the press", "reputation", "p000003", "0.15", 12, 50, 150, 500, "accept", None, None),
    ("资料室泄露 · data room leaks", "data", "p000005", "0.05", 12, 300, 900, 3000, "reduce", "2026-12-22", None),
    ("个人信息误发 · personal data sent astray", "data", "p000005", "0.08", 12, 50, 200, 700, "reduce", "2026-12-08", None),
)  # fmt: skip
FIRST_MONTH = (2024, 7)
CASH_NOW, BURN_NOW = 42_900_000, 2_600_000
SUPPLIERS = (
    ("huixian", 420_000),
    ("languang", 310_000),
    ("qiheng", 260_000),
    ("yunce", 120_000),
    ("wangchuan", 150_000),
)
REDEMPTION = (("hengli", 18_000_000, "2029-12-31"), ("duchuan", 10_000_000, "2027-12-31"))
# indicator and the instant since when it warned, day owned, what was done (None: it was no danger), day closed
PAST_ALERTS = (
    ("kri_runway:2025-05-11T16:00:00Z", "2025-05-19", "过桥额度 · a bridging line", "2025-08-11"),
    ("kri_late:2026-01-11T16:00:00Z", "2026-01-19", "逐条谈新日期 · a talk about each late promise", "2026-08-24"),
    ("kri_runway:2026-05-03T16:00:00Z", "2026-05-11", None, "2026-05-18"),
)


def tell(book: Book) -> None:
    """Write risks, accounts, payments to suppliers, special rights and alerts that are over."""
    for number, (happening, category, owner, p, months, low, mode, high, treatment, due, indicator) in enumerate(RISKS):
        book.add(
            "risks",
            at("2026-05-11") + timedelta(days=number * 3),
            risk=f"risk-{number + 1:02d}",
            category=category,
            cause="见登记册 · see the register",
            happening=happening,
            owner=owner,
            probability=p,
            horizon_months=months,
            low=low * 1000,
            mode=mode * 1000,
            high=high * 1000,
            treatment=treatment,
            due=due,
            indicator=indicator,
            state="open",
        )
    _accounts(book)
    _suppliers(book)
    _rights(book)
    for alert, owned, done, closed in PAST_ALERTS:
        own = {"alert": f"risk.alert:{alert}", "by": "p000003"}
        book.add("alert_acts", f"{owned} 10:00", act="own", **own)
        if done is not None:
            book.add("alert_acts", f"{owned} 16:00", act="act", reason=done, **own)
        book.add("alert_acts", f"{closed} 09:00", act="false" if done is None else "clear", **own)


def _months() -> list[tuple[date, date]]:
    """Return first and last day of every closed month."""
    found = []
    year, month = FIRST_MONTH
    while date(year, month, 1) < NOW.date().replace(day=1):
        after = date(year + month // 12, month % 12 + 1, 1)
        found.append((date(year, month, 1), after - timedelta(days=1)))
        year, month = after.year, after.month
    return found


def _accounts(book: Book) -> None:
    """Cash at the end of every month and what the month used up: eighteen months of runway at today's burn."""
    months = _months()
    received = {(row["occurred_at"].year, row["occurred_at"].month): 0 for row in book.rows["cash_movements"]}
    for row in book.rows["cash_movements"]:
        if row["purpose"] == "investment":
            received[row["occurred_at"].year, row["occurred_at"].month] += row["amount_minor"] // 100
    cash = CASH_NOW
    rows = []
    for number, (start, end) in enumerate(reversed(months)):
        burn = max(350_000, BURN_NOW - 85_000 * number)
        rows.append((start, end, cash, burn))
        cash = max(1_200_000, cash + burn - received.get((start.year, start.month), 0))
    for start, end, held, burn in reversed(rows):
        for series, amount in (("cash_unrestricted", held), ("net_burn", burn)):
            own = {"series": series, "party": PROJECT, "period_start": start, "period_end": end, "basis": "actual"}
            book.add("figures", at(str(end)) + timedelta(hours=8), amount=amount, **own)


def _suppliers(book: Book) -> None:
    for start, end in _months()[-14:]:
        for party, amount in SUPPLIERS:
            if not (party in ("languang", "yunce") and start < date(2026, 6, 1)):
                paid = amount + book.random.randrange(-20, 20) * 1000
                book.add("cash_movements", at(str(end)), payer=PROJECT, payee=party, amount=paid, purpose="supply")


def _rights(book: Book) -> None:
    for holder, principal, trigger in REDEMPTION:
        agreement = f"agr-{holder}-shareholders-agreement"
        own = {
            "agreement": agreement,
            "right": "redemption",
            "obligor": PROJECT,
            "holder": holder,
            "principal": principal,
        }
        when = "2025-07-21" if holder == "duchuan" else "2025-04-21"
        book.add(
            "rights",
            when,
            accrues_from=when,
            trigger_at=trigger,
            rate="0.08",
            compounding="simple",
            window_days=180,
            clause="第9条 · clause 9",
            **own,
        )
        book.add("rights", when, agreement=agreement, right="information", holder=holder, clause="第5条 · clause 5")
