"""What the company promised its members: pilot sites, briefings, notices, order forecasts, authorship; and conditions."""

from datetime import date, datetime, timedelta

from tenfold.demo.book import NOW, Book, at
from tenfold.demo.story.people import BY_KEY, PROJECT
from tenfold.demo.story.promises import step

# Pilot sites: to whom, due, days after it that they were ready (− = before). Late for two partners, then set right.
PILOTS = (
    ("cp-grid", "2025-11-17", -2), ("chuanping", "2025-12-08", -1), ("cp-grid", "2026-01-12", 26), ("chuanping", "2026-01-26", -3),
    ("cp-site", "2026-02-09", 31), ("cp-grid", "2026-03-16", 24), ("cp-site", "2026-03-30", -1), ("chuanping", "2026-04-13", -2),
    ("cp-grid", "2026-05-25", -4), ("cp-site", "2026-06-15", -2), ("cp-grid", "2026-07-06", -1), ("cp-site", "2026-07-27", 20),
    ("cp-grid", "2026-08-24", -3), ("cp-site", "2026-09-14", -2), ("cp-site", "2026-10-12", -1),
)  # fmt: skip
READERS = (
    "hengli",
    "duchuan",
    "beichen",
    "luyu",
    "lanyou",
    "yuanqiao",
    "yunshan",
    "wangshu",
    "p000011",
    "p000012",
    "p000013",
)
BRIEFINGS = (
    ("2025-12-15", -1),
    ("2026-03-16", 16),
    ("2026-06-15", -2),
    ("2026-09-14", -1),
)  # one late for half of them
NOTICED = ("beichen", "luyu", "lanyou", "yuanqiao", "yunshan", "hengli", "wangshu", "duchuan")
FORECASTS = (("huixian", "2025-12-31"), ("huixian", "2026-03-31"), ("huixian", "2026-06-30"), ("huixian", "2026-09-30"),
             ("languang", "2026-03-31"), ("languang", "2026-06-30"), ("languang", "2026-09-30"))  # fmt: skip
AUTHORS = (
    ("p000011", "2026-02-27", -3),
    ("p000012", "2026-02-27", -3),
    ("p000017", "2026-08-31", -5),
    ("p000015", "2026-08-31", -2),
)
OPEN = (
    ("zhuoan", "pilot_site", "2026-11-26"), ("p000019", "briefing", "2026-11-09"), ("cp-grid", "pilot_site", "2026-11-16"),
    ("languang", "forecast", "2026-12-31"), ("huixian", "forecast", "2026-12-31"), ("p000017", "authorship", "2026-12-18"),
    ("hengli", "briefing", "2026-12-14"),
)  # fmt: skip
# Conditions before 磐霁储能's money comes: who owes it, due, met on (empty: not yet).
CONDITIONS = (
    (PROJECT, "2026-10-16", "2026-10-15", "审计报告 · audited accounts"),
    (PROJECT, "2026-10-20", "2026-10-19", "股东会决议 · shareholders' resolution"),
    ("panji", "2026-10-23", "2026-10-22", "反洗钱材料 · papers on the source of money"),
    ("panji", "2026-10-29", "", "国资备案 · filing with its own supervisor"),
    (PROJECT, "2026-11-10", "", "专利质押解除 · release of the pledged patent"),
)
BRIEFING_LATE_EVERY = 2
OFFERED = {
    "authorship": ("白皮书署名", "white paper authorship"),
    "briefing": ("季度闭门简报", "quarterly briefing"),
    "forecast": ("滚动采购预测", "rolling order forecast"),
    "pilot_site": ("试点场站", "pilot site"),
    "pro_rata": ("优先跟投通知", "notice of new rounds"),
}


def offered(offer: str, to: str) -> str:
    """Return what is promised to whom, in both languages."""
    zh, en = OFFERED[offer]
    return f"给{plain(BY_KEY[to].zh)}的{zh} · {en} for {plain(BY_KEY[to].en)}"


def plain(name: str) -> str:
    """Return a name without the dot that parts two languages."""
    return name.replace(" · ", " ")


def tell(book: Book) -> None:
    """Write the company's promises."""
    for number, (to, due, days) in enumerate(PILOTS):
        _offer(book, f"pilot-{number + 1:02d}", "pilot_site", to, due, days, lead=45)
    for quarter, (due, days) in enumerate(BRIEFINGS):
        for number, to in enumerate(READERS):
            if BY_KEY[to].admitted < date.fromisoformat(due):
                late = days if days < 0 or number % BRIEFING_LATE_EVERY == 0 else -1
                _offer(book, f"briefing-{quarter + 1}-{to}", "briefing", to, due, late, lead=15)
    for to in NOTICED:
        _offer(book, f"notice-{to}", "pro_rata", to, "2026-05-14", -3, lead=10)
    for to, due in FORECASTS:
        _offer(
            book,
            f"forecast-{to}-{due}",
            "forecast",
            to,
            due,
            15 if (to, due) == ("huixian", "2026-03-31") else -4,
            lead=30,
        )
    for to, due, days in AUTHORS:
        _offer(book, f"authorship-{to}", "authorship", to, due, days, lead=60)
    for to, offer, due in OPEN:
        _promised(book, f"owed-{offer}-{to}", offer, to, due, at("2026-10-20 10:00"))
    for number, condition in enumerate(CONDITIONS):
        _condition(book, number, *condition)


def _promised(book: Book, key: str, offer: str, to: str, due: str, made: datetime) -> None:
    own = {"commitment": key, "party": PROJECT, "to_party": to, "source_kind": "offer", "offer": offer}
    fact = f"promised-{key}"
    book.add("commitments", made, fact=fact, what=offered(offer, to), due_at=f"{due} 18:00", verifier=to, **own)
    step(book, key, "accepted", made + timedelta(hours=1), to)


def _offer(book: Book, key: str, offer: str, to: str, due: str, days: int, lead: int) -> None:
    """Write an offer promised, delivered some days after its date, confirmed and, as a rule, used."""
    _promised(book, key, offer, to, due, at(due) - timedelta(days=lead))
    ready = at(f"{due} 15:00") + timedelta(days=days)
    step(book, key, "delivered", ready, PROJECT)
    step(book, key, "verified", min(ready + timedelta(days=1), NOW), to)
    if book.random.random() < 0.8:
        step(book, key, "used", min(ready + timedelta(days=3), NOW - timedelta(days=1)), to)


def _condition(book: Book, number: int, by: str, due: str, met: str, what: str) -> None:
    key = f"cp-panji-{number + 1}"
    to = "panji" if by == PROJECT else PROJECT
    verifier = "p000005"
    own = {"commitment": key, "party": by, "to_party": to, "source_kind": "condition", "opportunity": "expansion-panji"}
    book.add("commitments", "2026-10-12 17:00", what=what, due_at=f"{due} 18:00", verifier=verifier, **own)
    if met:
        step(book, key, "delivered", at(f"{met} 11:00"), by)
        step(book, key, "verified", at(f"{met} 16:00"), verifier)
