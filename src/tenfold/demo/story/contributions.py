"""Who contributed what, who attested it, and the two pools: the one paid last year and the one waiting for a signature."""

from datetime import date, timedelta

from tenfold.demo.book import Book, at
from tenfold.demo.story import threads
from tenfold.demo.story.people import BY_KEY, PROJECT

CONTRIBUTIONS = 412
POOL, PAID_POOL = "h1-2026", "h2-2025"
# The digest of the preview that the first of two signed: of the seven amounts that the rules give.
PREVIEW = "33f460f98474239fdf4f5df622cb1fb22df60cf83caed8fcadf8e4dbd8e0bebd"
# The seven of the first half of 2026 with the points that their contributions add up to.
SEVEN = {
    "huixian": 1_284_000, "cp-site": 960_500, "p000011": 612_300, "wangchuan": 450_000, "p000017": 222_750, "p000012": 90_001,
    "p000013": 33_333,
}  # fmt: skip
# What each of them did beside milestones, which fill up to the sum: type, day, yuan of fair value (0: flat points).
WORK = {
    "huixian": (("equipment_or_site", "2026-01-19", 180_000), ("equipment_or_site", "2026-03-09", 150_000), ("work_unpaid", "2026-05-18", 62_000)),
    "cp-site": (("equipment_or_site", "2026-02-02", 160_000), ("equipment_or_site", "2026-04-20", 140_000), ("work_unpaid", "2026-06-08", 45_000)),
    "p000011": (("work_unpaid", "2026-01-26", 90_000), ("work_unpaid", "2026-04-13", 84_000), ("knowledge", "2026-02-10", 0), ("knowledge", "2026-05-12", 0)),
    "wangchuan": (("work_unpaid", "2026-03-23", 70_000), ("knowledge", "2026-05-25", 0)),
    "p000017": (("work_unpaid", "2026-03-02", 36_000), ("knowledge", "2026-03-18", 0), ("knowledge", "2026-06-03", 0)),
    "p000012": (("work_unpaid", "2026-04-27", 15_000), ("knowledge", "2026-04-08", 0), ("knowledge", "2026-06-17", 0)),
    "p000013": (("knowledge", "2026-02-24", 0), ("work_unpaid", "2026-05-11", 6_000)),
}  # fmt: skip
# A promise kept in February whose points, with ten in a hundred for the date kept, became a contribution.
CREDITED = ("wangchuan", "m-043", 13_200, "2026-03-09")
RATE = {"equipment_or_site": 2, "work_unpaid": 2, "milestone": 1, "cash_unreturned": 4}
KNOWLEDGE_BEFORE, KNOWLEDGE_SINCE, CHANGED = 500, 800, date(2026, 5, 1)
MILESTONES = ("2026-01-12", "2026-02-16", "2026-03-30", "2026-04-24", "2026-05-29", "2026-06-15")
# The second half of 2025: four with the same points, so that a quarter each leaves no rest.
FOUR, FOUR_POINTS = ("huixian", "wangchuan", "p000011", "p000012"), 60_000
ATTESTERS = ("p000001", "p000003", "p000004", "qiheng", "mulan-law", "chuanping", "beichen", "yunshan")
OTHERS = (
    "huixian",
    "wangchuan",
    "qiheng",
    "mulan-law",
    "chuanping",
    "cp-grid",
    "p000011",
    "p000012",
    "p000013",
    "p000004",
    "p000003",
)
LATER = (*OTHERS, "languang", "cp-site", "yunce", "shuoyuan", "p000015", "p000017")


def tell(book: Book) -> None:
    """Write contributions, attestations, pools and payouts."""
    for party, points in SEVEN.items():
        _half_year(book, party, points)
    for party in FOUR:
        for number, day in enumerate(("2025-08-18", "2025-10-20", "2025-12-08")):
            _contribution(book, party, "milestone", day, FOUR_POINTS // 3, number)
    _introductions(book)
    _help(book)
    _rest(book)
    _pools(book)


def _contribution(
    book: Book, party: str, kind: str, day: str, value: int, number: int, because: str | None = None
) -> None:
    """Write one contribution and its attestations: two reviewers for knowledge, one counterparty else."""
    own = {"party": party, "type": kind, "quantity": 1, "because": because}
    worth = {"fair_value": value} if value else {}
    fact = book.add("contributions", f"{day} 17:00", **own, **worth)
    others = [one for one in ATTESTERS if one != party and BY_KEY[one].admitted < date.fromisoformat(day)]
    for turn in range(2 if kind == "knowledge" else 1):
        by = others[(number * 3 + turn + len(fact) + int(fact[-3:])) % len(others)]
        book.add(
            "attestations", at(f"{day} 17:00") + timedelta(days=2 + turn), contribution=fact, by=by, verdict="accept"
        )


def _half_year(book: Book, party: str, points: int) -> None:
    """Write a party's work and as many yuan of milestones as are missing to its points."""
    given = _credited(book, party)
    for number, (kind, day, value) in enumerate(WORK[party]):
        _contribution(book, party, kind, day, value, number)
        flat = KNOWLEDGE_SINCE if date.fromisoformat(day) >= CHANGED else KNOWLEDGE_BEFORE
        given += RATE[kind] * value if value else flat
    rest = points - given
    for number, day in enumerate(MILESTONES):
        part = rest // len(MILESTONES) + (rest % len(MILESTONES) if number == 0 else 0)
        _contribution(book, party, "milestone", day, part, number)


def _credited(book: Book, party: str) -> int:
    """Write the points of the promise that was credited as a contribution, and return them."""
    if party != CREDITED[0]:
        return 0
    _, promise, points, day = CREDITED
    own = {
        "party": party,
        "type": "milestone",
        "quantity": points,
        "fair_value": points,
        "commitment": promise,
        "because": threads.REWARD,
    }
    fact = book.add("contributions", f"{day} 17:00", what="守约积分 · points of a kept promise", **own)
    book.add("attestations", f"{day} 18:00", contribution=fact, by="p000001", verdict="accept")
    return points


def _help(book: Book) -> None:
    """Help that nobody was paid for."""
    own = {"party": "mulan-law", "type": "work_unpaid", "quantity": 1, "fair_value": 0}
    fact = book.add("contributions", "2026-02-16 17:00", what="义务审阅合同 · contract read for free", **own)
    book.add("attestations", "2026-02-18 10:00", contribution=fact, by="p000005", verdict="accept")


def _introductions(book: Book) -> None:
    """Who brought whom: flat points, one level, partners and experts alone."""
    rows = {(row["party"], row["state"]): row["fact"] for row in book.rows["memberships"]}
    pairs = (("p000011", "p000012", "2025-04-14"), ("chuanping", "cp-grid", "2025-04-07"), ("qiheng", "haitong", "2026-07-20"),
             ("cp-site", "zhuoan", "2026-10-13"), ("p000017", "p000019", "2026-10-20"))  # fmt: skip
    for number, (by, brought, day) in enumerate(pairs):
        _contribution(book, by, "introduction", day, 0, number, because=rows[brought, "probation"])


def _rest(book: Book) -> None:
    """Fill the count outside the two half-years that were shared out."""
    missing = CONTRIBUTIONS - len(book.rows["contributions"])
    early, late = missing * 3 // 5, missing - missing * 3 // 5
    for people, first, last, count in (
        (OTHERS, date(2024, 9, 2), date(2025, 6, 27), early),
        (LATER, date(2026, 7, 1), date(2026, 10, 28), late),
    ):
        for number in range(count):
            day = first + timedelta(days=(last - first).days * number // count)
            able = [one for one in people if BY_KEY[one].admitted + timedelta(days=7) < day]
            kind = ("work_unpaid", "milestone", "knowledge", "work_unpaid", "milestone")[number % 5]
            value = 0 if kind == "knowledge" else book.random.randrange(2, 30) * 500
            _contribution(book, able[number % len(able)], kind, str(day), value, number)


def _pools(book: Book) -> None:
    paid = {
        "pool": PAID_POOL,
        "layer": "cash",
        "amount": 300_000,
        "period_start": "2025-07-01",
        "period_end": "2025-12-31",
    }
    board = book.document("2026-01-12 10:00", "board_resolution", PAID_POOL)
    for state, when, by in (
        ("declared", "2026-01-12 10:00", "p000002"), ("previewed", "2026-01-26 10:00", "p000002"), ("approved", "2026-02-10 10:00", "p000002"),
        ("approved", "2026-02-11 10:00", "hengli"), ("exported", "2026-02-12 10:00", "p000002"), ("receipted", "2026-02-26 10:00", "p000002"),
    ):  # fmt: skip
        book.add("pools", when, state=state, by=by, evidence=[board] if state == "declared" else [], **paid)
    for party in FOUR:
        own = {
            "pool": PAID_POOL,
            "party": party,
            "amount": 75_000,
            "payee_kind": "person" if party.startswith("p0") else "business",
        }
        for state, when in (
            ("approved", "2026-02-11 10:05"),
            ("exported", "2026-02-12 10:05"),
            ("receipted", "2026-02-26 10:05"),
        ):
            fact = f"payout-{party}-{state}"
            book.add("payouts", when, fact=fact, state=state, paper="received", **own)
        book.add(
            "cash_movements",
            "2026-02-26 09:00",
            payer=PROJECT,
            payee=party,
            amount=75_000,
            purpose="payout",
            pool=PAID_POOL,
        )
    budget = book.document("2026-07-06 10:00", "board_resolution", POOL, "服务预算决议 · service budget")
    now = {"pool": POOL, "layer": "cash", "amount": 1_200_000, "period_start": "2026-01-01", "period_end": "2026-06-30"}
    for state, when in (
        ("declared", "2026-07-06 10:00"),
        ("previewed", "2026-07-20 10:00"),
        ("approved", "2026-10-26 17:30"),
    ):
        proofs = [budget] if state == "declared" else []
        book.add("pools", when, fact=f"pool-{POOL}-{state}", state=state, by="p000002", evidence=proofs, **now)
    about = f"distribution.pool:{POOL}:pool-{POOL}-declared"
    book.add("decision_acts", when, decision=about, act="confirm", by="p000002", proposal_sha256=PREVIEW)
