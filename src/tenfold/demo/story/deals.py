"""The three rounds: who was screened, how far each came with what evidence, what was wired, who holds which shares."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tenfold.demo.book import Book, Cell, at
from tenfold.demo.story.people import PROJECT

STAGES = ("qualified", "meeting", "diligence", "soft_circled", "committed", "signed", "wired")
PROOFS = {
    "qualified": ("screening_passed",),
    "meeting": ("interaction",),
    "diligence": ("nda", "data_room_open"),
    "soft_circled": ("indication_of_amount",),
    "committed": ("term_sheet_or_ic_approval",),
    "signed": ("agreement_executed",),
    "wired": ("bank_receipt",),
}
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal told by hand: party, round, yuan, the day of each stage reached, how it came, how it ended.

    claimed   a stage that is said to be reached without its evidence, and when
    p         a probability that a person set, with the reason and the day
    because   the fact that brought the party
    """

    party: str
    round: str
    amount: int
    days: Sequence[str]
    source: str = "outbound"
    by: str | None = None
    ended: tuple[str, str] | None = None
    claimed: tuple[str, str] | None = None
    p: tuple[str, str, str] | None = None
    because: str | None = None

    @property
    def key(self) -> str:
        """The deal's own key."""
        return f"{self.round}-{self.party}"


@dataclass(frozen=True, slots=True)
class Round:
    """One round: key, stage, dates, terms in yuan, price, and how many of its parties came how far."""

    key: str
    stage: str
    opened: str
    closed: str | None
    target: int
    minimum: int
    pre_money: int
    price: str
    close_by: str
    reached: tuple[int, int, int, int]  # screened, met, in diligence, soft-circled: the wired are told by hand
    deals: Sequence[Deal] = field(default_factory=tuple)


SEED = Round(
    "seed", "seed", "2024-03-04", "2024-08-23", 8 * MILLION, 5 * MILLION, 32 * MILLION, "3.20", "2024-08-31", (64, 31, 12, 7),
    (
        Deal("beichen", "seed", 3_000_000, ("2024-03-11", "2024-03-20", "2024-04-15", "2024-05-13", "2024-06-03", "2024-06-20", "2024-06-26")),
        Deal("luyu", "seed", 1_200_000, ("2024-03-18", "2024-03-27", "2024-04-22", "2024-05-20", "2024-06-10", "2024-06-20", "2024-06-26")),
        Deal("lanyou", "seed", 900_000, ("2024-03-25", "2024-04-08", "2024-05-06", "2024-05-27", "2024-06-11", "2024-06-21", "2024-06-27"), "referral"),
        Deal("yuanqiao", "seed", 500_000, ("2024-04-01", "2024-04-15", "2024-05-13", "2024-06-03", "2024-06-14", "2024-06-24", "2024-06-28"), "referral", "beichen"),
        Deal("yunshan", "seed", 2_400_000, ("2024-07-08", "2024-07-12", "2024-07-22", "2024-07-29", "2024-08-05", "2024-08-12", "2024-08-21"), "referral", "beichen"),
        Deal("qingtai", "seed", 600_000, ("2024-04-08", "2024-04-22", "2024-05-20", "2024-06-11"), ended=("declined", "2024-07-05")),
        Deal("boyuan", "seed", 400_000, ("2024-04-15", "2024-04-29", "2024-05-27", "2024-06-17"), ended=("declined", "2024-07-12")),
    ),
)  # fmt: skip
SERIES_A = Round(
    "series-a", "series_a", "2025-02-03", "2025-07-18", 40 * MILLION, 30 * MILLION, 160 * MILLION, "12.80", "2025-07-31", (88, 44, 17, 9),
    (
        Deal("hengli", "series-a", 18_000_000, ("2025-02-10", "2025-02-17", "2025-02-24", "2025-03-10", "2025-03-24", "2025-04-14", "2025-07-16")),
        Deal("wangshu", "series-a", 5_000_000, ("2025-02-10", "2025-02-18", "2025-02-26", "2025-03-12", "2025-03-26", "2025-04-14", "2025-04-23"), "referral", "hengli"),
        Deal("beichen", "series-a", 4_000_000, ("2025-02-06", "2025-02-12", "2025-02-20", "2025-03-06", "2025-03-20", "2025-04-10", "2025-04-23")),
        Deal("yunshan", "series-a", 2_000_000, ("2025-02-07", "2025-02-14", "2025-02-24", "2025-03-11", "2025-03-25", "2025-04-15", "2025-04-29")),
        Deal("lanyou", "series-a", 1_000_000, ("2025-02-12", "2025-02-20", "2025-03-03", "2025-03-17", "2025-03-31", "2025-04-18", "2025-04-29"), "referral"),
        Deal("songyan", "series-a", 10_000_000, ("2025-02-11", "2025-02-19", "2025-03-05", "2025-03-19"), ended=("declined", "2025-06-16")),
        Deal("duchuan", "series-a", 10_000_000, ("2025-06-09", "2025-06-11", "2025-06-16", "2025-06-23", "2025-06-30", "2025-07-14", "2025-07-16"), "referral", "huixian"),
        Deal("mingzhou", "series-a", 11_000_000, ("2025-02-14", "2025-02-25", "2025-03-12", "2025-03-28"), ended=("declined", "2025-06-30")),
        Deal("hanyue", "series-a", 3_000_000, ("2025-02-17", "2025-02-27", "2025-03-14", "2025-04-01"), ended=("declined", "2025-07-04")),
    ),
)  # fmt: skip
EXPANSION = Round(
    "expansion", "expansion", "2026-05-04", None, 80 * MILLION, 60 * MILLION, 520 * MILLION, "33.28", "2027-03-31", (60, 33, 13, 8),
    (
        Deal("chuanping", "expansion", 20_000_000, ("2026-05-05", "2026-05-11", "2026-05-15", "2026-05-20", "2026-05-27", "2026-06-08", "2026-06-17"), "other"),
        Deal("hengli", "expansion", 10_000_000, ("2026-05-06", "2026-05-13", "2026-05-20", "2026-06-01", "2026-06-15", "2026-07-06", "2026-07-22")),
        Deal("duchuan", "expansion", 6_000_000, ("2026-05-07", "2026-05-14", "2026-05-25", "2026-06-08", "2026-06-29", "2026-07-20", "2026-08-12")),
        Deal("panji", "expansion", 14_000_000, ("2026-05-20", "2026-06-03", "2026-06-24", "2026-07-22", "2026-08-26", "2026-10-12"), "referral", "chuanping"),
        Deal("nordvik", "expansion", 12_000_000, ("2026-06-02", "2026-06-16", "2026-07-14", "2026-08-18", "2026-09-22"), "event",
             p=("2026-10-13", "0.70", "投委会换届，纪要未到 · committee renewed, minutes not here yet")),
        Deal("xishan", "expansion", 8_000_000, ("2026-06-08", "2026-06-24", "2026-08-10", "2026-09-21"), "outbound", claimed=("committed", "2026-10-20")),
        Deal("luoting", "expansion", 7_000_000, ("2026-06-22", "2026-07-08", "2026-08-24", "2026-09-28"), "referral", "yunshan"),
        Deal("baiyu", "expansion", 12_000_000, ("2026-07-06", "2026-07-22", "2026-09-14"), "outbound", claimed=("soft_circled", "2026-10-22")),
        Deal("kesheng", "expansion", 10_000_000, ("2026-07-20", "2026-08-05", "2026-09-30"), "inbound", because="question-kesheng"),
        Deal("cangling", "expansion", 9_000_000, ("2026-05-18", "2026-06-01", "2026-06-22", "2026-07-20"), ended=("declined", "2026-09-16")),
    ),
)  # fmt: skip
ROUNDS = (SEED, SERIES_A, EXPANSION)
INVESTORS_SOUGHT = {
    "qingtai": ("清泰投资", "Qingtai Investment"), "boyuan": ("泊远资本", "Boyuan Capital"), "songyan": ("松岩资本", "Songyan Capital"),
    "mingzhou": ("鸣舟创投", "Mingzhou Ventures"), "hanyue": ("瀚越投资", "Hanyue Investment"),
    "panji": ("磐霁储能", "Panji Storage"), "nordvik": ("Nordvik Grid", "Nordvik Grid"), "xishan": ("析山资本", "Xishan Capital"),
    "luoting": ("洛汀投资", "Luoting Investment"), "baiyu": ("白屿基金", "Baiyu Fund"), "kesheng": ("柯笙控股", "Kesheng Holdings"),
    "cangling": ("苍陵资本", "Cangling Capital"),
}  # fmt: skip
# Instalments where a deal was not paid at once: party, round, day, yuan.
PAID = (
    ("beichen", "seed", "2024-06-26", 1_400_000), ("luyu", "seed", "2024-06-26", 1_200_000), ("lanyou", "seed", "2024-06-27", 900_000),
    ("yuanqiao", "seed", "2024-06-28", 500_000), ("beichen", "seed", "2024-08-22", 1_600_000), ("yunshan", "seed", "2024-08-21", 2_400_000),
    ("wangshu", "series-a", "2025-04-23", 5_000_000), ("beichen", "series-a", "2025-04-23", 4_000_000),
    ("yunshan", "series-a", "2025-04-29", 2_000_000), ("lanyou", "series-a", "2025-04-29", 1_000_000),
    ("hengli", "series-a", "2025-07-16", 18_000_000), ("duchuan", "series-a", "2025-07-16", 10_000_000),
    ("chuanping", "expansion", "2026-06-17", 20_000_000), ("hengli", "expansion", "2026-07-22", 10_000_000), ("duchuan", "expansion", "2026-08-12", 6_000_000),
)  # fmt: skip
POOL_SHARES = 1_500_000


def tell(book: Book) -> None:
    """Write rounds, deals with their evidence, money received and shares."""
    for one in ROUNDS:
        _round(book, one)
        for deal in one.deals:
            _deal(book, deal)
    _crowd(book)
    _money(book)
    _shares(book)


def _round(book: Book, one: Round) -> None:
    terms = {"target": one.target, "minimum_close": one.minimum, "pre_money": one.pre_money, "price": one.price}
    own = {"round": one.key, "stage": one.stage, "instrument": "equity", "close_by": one.close_by, **terms}
    book.add("rounds", f"{one.opened} 09:00", fact=f"round-{one.key}-open", state="open", **own)
    book.add("valuations", f"{one.opened} 09:00", round=one.key, amount=one.pre_money, basis="pre_money")
    if one.closed:
        book.add("rounds", f"{one.closed} 18:00", state="closed", **own)


def sought(book: Book, key: str, zh: str, en: str, when: str | datetime) -> None:
    """Write a party that the project looks for money from."""
    region = book.random.choice(("east", "south", "north", "west", "central"))
    size = book.random.choice(("small", "medium", "large"))
    book.add(
        "parties", when, party=key, type="organisation", name=zh, name_other=en, country="CN", region=region, size=size, email=f"{key}@example.org"
    )  # fmt: skip


def _deal(book: Book, deal: Deal) -> None:
    if deal.party in INVESTORS_SOUGHT:
        zh, en = INVESTORS_SOUGHT[deal.party]
        sought(book, deal.party, zh, en, at(deal.days[0]) - timedelta(days=3))
    own = {"opportunity": deal.key, "round": deal.round, "party": deal.party, "amount": deal.amount}
    own |= {"source": deal.source, "introduced_by": deal.by}
    for stage, day in zip(STAGES, deal.days, strict=False):
        reached(book, deal.key, stage, f"{day} 11:00", own | ({"because": deal.because} if stage == STAGES[0] else {}))
    last = STAGES[len(deal.days) - 1]
    if deal.p:
        day, p, reason = deal.p
        book.add("opportunities", f"{day} 15:00", fact=f"{deal.key}-p", stage=last, p=p, reason=reason, **own)
    if deal.claimed:
        stage, day = deal.claimed
        book.add("opportunities", f"{day} 16:00", fact=f"{deal.key}-said", stage=stage, **own)
    if deal.ended:
        stage, day = deal.ended
        book.add("opportunities", f"{day} 17:00", stage=stage, reason="not now", **own)


def reached(book: Book, key: str, stage: str, when: str | datetime, own: dict[str, Cell]) -> None:
    """Write that a deal reached a stage, with the documents that the stage demands."""
    proofs = [book.document(when, kind, key) for kind in PROOFS[stage]]
    book.add("opportunities", when, stage=stage, evidence=proofs, **own)


# How a party of the expansion first came to us, by the part of the round in which it did; the rest were approached.
_SYLLABLES = (
    ("澹", "Dan"),
    ("栖", "Qi"),
    ("朔", "Shuo"),
    ("霖", "Lin"),
    ("岑", "Cen"),
    ("泽", "Ze"),
    ("屿", "Yu"),
    ("珩", "Heng"),
    ("沄", "Yun"),
    ("樾", "Yue"),
)
_KINDS = (("资本", "Capital"), ("创投", "Ventures"), ("投资", "Investment"), ("基金", "Fund"), ("控股", "Holdings"))
INTRODUCERS = ("cp-site", "p000017", "languang", "beichen", "p000015", "cp-site", "hengli", "shuoyuan", "yunshan")
INBOUND_BEFORE, INBOUND_AFTER, REFERRED, AFTER = (
    6,
    5,
    (35, 36),
    12,
)  # of the expansion's drawn parties [C: chosen for .18 and .24]


def _crowd(book: Book) -> None:
    """Write the parties of each round that came less far than those told by hand."""
    number = 0
    for one in ROUNDS:
        screened, met, examined, soft = one.reached
        told = [len(deal.days) for deal in one.deals]
        wanted = [
            screened - len(told),
            met - len(told),
            examined - len(told),
            soft - sum(1 for count in told if count >= 4),
        ]
        plan = _depths(wanted)
        for place, depth in enumerate(plan):
            number += 1
            _sought_party(book, one, number, place, len(plan), depth)


def _depths(wanted: Sequence[int]) -> list[int]:
    """Return how many stages each drawn party reached: [screened, met, …] 5, 3, 1 → 3, 2, 2, 1, 1, dealt out evenly."""
    counts = [max(0, count) for count in wanted] + [0]
    exact = [counts[rank] - counts[rank + 1] for rank in range(len(counts) - 1)]
    depths = [rank + 1 for rank in reversed(range(len(exact))) for _ in range(exact[rank])]
    step = 7  # coprime to the counts: far and near ones mixed without a draw
    return [depths[place * step % len(depths)] for place in range(len(depths))]


def _sought_party(book: Book, one: Round, number: int, place: int, of: int, depth: int) -> None:
    first, kind = _SYLLABLES[number % 10], _KINDS[number // 100 % 5]
    second = _SYLLABLES[number // 10 % 10]
    key = f"inv{number:03d}"
    start = at(one.opened).replace(hour=9) + timedelta(days=2)
    until = at(one.closed) - timedelta(days=45) if one.closed else at("2026-10-23")
    when, source = start + (until - start) * place / of, "outbound"
    if one.key == "expansion":
        when, source = _expansion_way(place, of)
    when = book.moment(when.date())
    sought(
        book,
        key,
        f"{first[0]}{second[0]}{kind[0]}",
        f"{first[1]}{second[1].lower()} {kind[1]}",
        when - timedelta(days=2),
    )
    amount = book.random.randrange(4, 30) * 500_000
    by = _introducer(book) if source == "referral" else None
    own = {
        "opportunity": f"{one.key}-{key}",
        "round": one.key,
        "party": key,
        "amount": amount,
        "source": source,
        "introduced_by": by,
    }
    for stage in STAGES[:depth]:
        reached(book, f"{one.key}-{key}", stage, when, own)
        when = book.moment(when.date() + timedelta(days=book.random.randrange(7, 18)))
    end = "declined" if depth > 1 else "lapsed"
    if when < at("2026-10-30"):
        book.add("opportunities", when, stage=end, **own)


def _introducer(book: Book) -> str:
    """Return whose turn it is to have brought somebody."""
    brought = sum(
        row["party"].startswith("inv") and bool(row["introduced_by"])
        for row in book.rows["opportunities"]
        if row["stage"] == STAGES[0]
    )
    return INTRODUCERS[brought % len(INTRODUCERS)]


def _expansion_way(place: int, of: int) -> tuple[datetime, str]:
    before = of - AFTER
    if place < before:
        start, until = at("2026-05-11"), at("2026-08-24")
        inbound = place * INBOUND_BEFORE // before != (place + 1) * INBOUND_BEFORE // before
        other = "referral" if place in REFERRED else "outbound"
        return start + (until - start) * place / before, "inbound" if inbound else other
    start, until = at("2026-09-07"), at("2026-10-23")
    late = place - before
    inbound = late * INBOUND_AFTER // AFTER != (late + 1) * INBOUND_AFTER // AFTER
    return start + (until - start) * late / AFTER, "inbound" if inbound else "referral"


def _money(book: Book) -> None:
    for party, round_key, day, amount in PAID:
        receipt = book.document(f"{day} 14:00", "bank_receipt", f"{round_key}-{party}-{day}")
        book.add(
            "cash_movements",
            f"{day} 14:00",
            fact=f"wire-{party}-{day}",
            payer=party,
            payee=PROJECT,
            amount=amount,
            purpose="investment",
            round=round_key,
            opportunity=f"{round_key}-{party}",
            evidence=[receipt],
        )


def _shares(book: Book) -> None:
    founders = ("p000001", "p000002", "p000003", "p000004", "p000005")
    for key, units in zip(founders, (4_500_000, 1_400_000, 600_000, 1_500_000, 500_000), strict=True):
        book.add("holdings", "2024-03-01 09:30", party=key, security="common", units=units, action="issue")
    book.add("holdings", "2024-03-01 09:30", party="lanyou", security="option_pool", units=POOL_SHARES, action="issue")
    prices = {one.key: one.price for one in ROUNDS}
    for party, round_key, day, amount in PAID:
        if round_key == "expansion":
            continue  # the shares of the expansion are issued when it closes
        units = amount * 100 // int(prices[round_key].replace(".", ""))
        book.add("holdings", f"{day} 16:00", party=party, security="preferred", units=units, price=prices[round_key],
                 cost=amount, action="issue", round=round_key)  # fmt: skip
    for key, units in (
        ("p000003", 120_000),
        ("p000005", 100_000),
        ("p000011", 40_000),
        ("p000012", 30_000),
        ("p000014", 20_000),
    ):
        start = "2025-07-01"
        book.add(
            "vesting_grants",
            start,
            fact=f"grant-{key}",
            party=key,
            security="option",
            units=units,
            start=start,
            months=48,
            cliff_months=12,
            step_months=1,
        )
