"""Who promised what to whom: 137 promises of members that count today, older ones, and the company's own."""

from datetime import date, datetime, timedelta

from tenfold.demo.book import NOW, Book, Cell, at
from tenfold.demo.story.people import BY_KEY, MEMBERS, PROJECT

KEPT, LATE, EXCUSED = 109, 17, 6
FIRST_DUE, LAST_DUE = date(2025, 11, 6), date(2026, 10, 23)
LATE_PLACES_UNTIL = 0.72  # late ones lie in the first part of the year
WHAT = (
    ("提交测点温度数据", "deliver temperature series"), ("完成联调测试", "finish the joint test"), ("提供并网资料", "hand over grid papers"),
    ("审阅技术方案", "review the design"), ("引见采购负责人", "introduce the head of purchasing"), ("交付样件", "deliver samples"),
    ("完成消防评审意见", "give the fire review"), ("确认合同条款", "confirm contract terms"), ("安排场站勘察", "arrange the site survey"),
    ("提交月度运行报告", "send the monthly operations report"),
)  # fmt: skip
KEEPERS = (
    "huixian", "cp-grid", "wangchuan", "qiheng", "p000011", "chuanping", "languang", "mulan-law", "p000012", "cp-site",
    "p000017", "hengli", "beichen", "p000013", "yunshan", "p000015", "duchuan", "wangshu", "p000001", "p000004",
)  # fmt: skip
OPEN_NOW = (
    ("huixian", "2026-11-06", "交付第二批探头 · second lot of probes"),
    ("cp-grid", "2026-11-13", "并网报告 · grid report"),
    ("p000012", "2026-11-20", "消防标准对照表 · table of fire standards"),
    ("languang", "2026-11-27", "光纤批次检验 · fibre lot inspection"),
    ("wangchuan", "2026-12-04", "型式试验 · type test"),
)
STILL_MISSING = 117  # of the promises, counted from 0: late, and not there yet
PAID_EVERY = 9  # of the promises, one in nine is paid for
PAID = {42: 12_000}  # and one whose points were credited: number from 0, points
OLDER = 46  # promises of members due before this year counts
PROBE = "probe"  # 晖纤光电's late delivery, excused on appeal


def tell(book: Book) -> None:
    """Write the promises of both sides."""
    _members(book)
    _probe(book)
    for key, due, what in OPEN_NOW:
        _promise(book, f"open-{key}", key, PROJECT, due, what, made=at(due) - timedelta(days=50))
    _older(book)
    _departed(book)


def _promise(
    book: Book,
    key: str,
    by: str,
    to: str,
    due: str | date,
    what: str,
    *,
    made: datetime,
    kind: str = "milestone",
    **more: Cell,
) -> None:
    """Write a promise and that it was accepted."""
    due_at = at(f"{due} 18:00")
    verifier = more.pop("verifier", "p000004" if by != "p000004" else "p000003")
    own = {"commitment": key, "party": by, "to_party": to, "source_kind": kind, "what": what, "due_at": due_at}
    book.add("commitments", made, verifier=verifier, **own, **more)
    book.add("commitment_steps", made + timedelta(hours=2), commitment=key, step="accepted", by=to)


def step(book: Book, key: str, name: str, when: datetime, by: str, **more: Cell) -> str:
    """Write one step of a promise."""
    return book.add("commitment_steps", when, commitment=key, step=name, by=by, **more)


def _fulfilled(book: Book, key: str, by: str, delivered: datetime, verifier: str, **more: Cell) -> None:
    proof = book.document(delivered, "delivery_note", key)
    step(book, key, "delivered", delivered, by, evidence=[proof])
    checked = min(delivered + timedelta(days=2, hours=3), NOW - timedelta(hours=12))
    step(book, key, "verified", checked, verifier, quality=book.random.choice(("0.7", "0.8", "0.9", "1")), **more)


def _outcomes() -> list[str]:
    """Return how each of the year's promises ended, in the order of their due dates; the probe is told apart."""
    count = KEPT + LATE + EXCUSED - 1
    late_room = round(count * LATE_PLACES_UNTIL)
    late = {number * late_room // (LATE - 2) for number in range(LATE - 2)} | {count - 24, count - 14}
    excused = {place for place in range(count) if place % 25 == 12}
    spare = [place for place in range(count) if place not in late and place not in excused]
    while len(excused & late) or len(excused - late) < EXCUSED - 1:
        excused = (excused - late) | {spare.pop()}
    kept_excused = sorted(excused)[: EXCUSED - 1]
    return ["late" if n in late else "excused" if n in kept_excused else "kept" for n in range(count)]


def _members(book: Book) -> None:
    outcomes = _outcomes()
    span = (LAST_DUE - FIRST_DUE).days
    for number, outcome in enumerate(outcomes):
        due = FIRST_DUE + timedelta(days=span * number // (len(outcomes) - 1))
        by = _promisor(number, due)
        key = f"m-{number + 1:03d}"
        zh, en = WHAT[number % len(WHAT)]
        made = max(
            at(str(due)) - timedelta(days=book.random.randrange(25, 60)), at(BY_KEY[by].since) + timedelta(days=2)
        )
        verifier = "p000004" if by != "p000004" else "p000003"
        worth = book.random.randrange(4, 40) * 1000
        worth = PAID.get(number, worth)
        paid: dict[str, Cell] = {"worth": worth, "points": worth} if number % PAID_EVERY == 0 or number in PAID else {}
        _promise(book, key, by, PROJECT, due, f"{zh} · {en}", made=made, **paid)
        if outcome == "kept":
            delivered = at(str(due)) - timedelta(days=book.random.randrange(0, 6))
            named = {"fact": f"verified-{key}"} if number in PAID else {}
            _fulfilled(book, key, by, max(delivered, made + timedelta(days=1)), verifier, **named)
        elif number == STILL_MISSING:
            continue  # the member owes it to this day
        elif outcome == "late":
            _fulfilled(book, key, by, at(str(due)) + timedelta(days=book.random.randrange(22, 36)), verifier)
        else:
            reason = "不可抗力 · force majeure" if number % 2 else "项目延期 · delay of the project"
            step(book, key, "excused", at(str(due)) + timedelta(days=1), verifier, reason=reason)


def _promisor(number: int, due: date) -> str:
    """Return whose turn it is; newcomers begin some weeks after admission."""
    for turn in range(len(KEEPERS)):
        key = KEEPERS[(number + turn) % len(KEEPERS)]
        if BY_KEY[key].admitted + timedelta(days=14) < due:
            return key
    return KEEPERS[0]


def _probe(book: Book) -> None:
    """晖纤光电 delivers 34 days after grace; a strike at customs excuses it, says a panel of three."""
    what = "交付光纤探头首批 · first lot of fibre probes"
    _promise(book, PROBE, "huixian", PROJECT, "2026-04-10", what, made=at("2026-02-09"), worth=96_000, points=96_000)
    own = {"party": "huixian", "commitment": PROBE, "reason": "探头逾期 · probes late"}
    for state, when in (("noticed", "2026-04-20"), ("in_force", "2026-04-27")):
        book.add("sanctions", when, sanction="san-probe-1", level=1, state=state, by="p000003", **own)
    for state, when in (("noticed", "2026-05-18 09:00"), ("in_force", "2026-05-19 09:00")):
        book.add("sanctions", when, sanction="san-probe-2", level=2, state=state, by="p000005", **own)
    step(
        book,
        PROBE,
        "delivered",
        at("2026-05-21 14:00"),
        "huixian",
        evidence=[book.document("2026-05-21", "delivery_note", PROBE)],
    )
    strike = book.add(
        "incidents",
        "2026-04-08",
        fact="customs-strike",
        incident="customs-strike",
        what="海关停工 · strike at customs",
        party="huixian",
        kind="force_majeure",
        ended_at="2026-05-15",
    )
    panel = ["p000012", "wangchuan", "mulan-law"]
    appeal = {"appeal": "app-probe", "party": "huixian", "against": "san-probe-2"}
    book.add(
        "appeals",
        "2026-05-28 10:00",
        state="filed",
        because=strike,
        reason="海关停工属免责事由 · excusing event",
        **appeal,
    )
    book.add("appeals", "2026-06-08 15:00", state="heard", panel=panel, **appeal)
    ruling = book.document("2026-06-10 16:00", "appeal_ruling", "app-probe", "先例第1号 · precedent 1")
    book.add(
        "appeals",
        "2026-06-10 16:00",
        fact="appeal-probe-reversed",
        state="reversed",
        panel=panel,
        evidence=[ruling],
        reason="2:1 · 罢工属免责事由 · the strike excuses",
        **appeal,
    )
    for number, level in ((2, 2), (1, 1)):
        key = f"san-probe-{number}"
        book.add(
            "sanctions",
            "2026-06-10 17:00",
            sanction=key,
            level=level,
            state="lifted",
            by="p000005",
            because="appeal-probe-reversed",
            **own,
        )
    step(
        book,
        PROBE,
        "excused",
        at("2026-06-10 17:05"),
        "p000005",
        reason="force_majeure",
        because="appeal-probe-reversed",
    )


def _older(book: Book) -> None:
    start, until = date(2024, 7, 15), date(2025, 10, 20)
    span = (until - start).days
    for number in range(OLDER):
        due = start + timedelta(days=span * number // OLDER)
        by = next(key for key in (*KEEPERS[number % 3 :], *KEEPERS) if BY_KEY[key].admitted + timedelta(days=20) < due)
        zh, en = WHAT[number % len(WHAT)]
        key = f"o-{number + 1:03d}"
        _promise(book, key, by, PROJECT, due, f"{zh} · {en}", made=at(str(due)) - timedelta(days=18))
        late = number % 9 == 4
        _fulfilled(
            book,
            key,
            by,
            at(str(due)) + timedelta(days=24 if late else -1),
            "p000004" if by != "p000004" else "p000003",
        )


def _departed(book: Book) -> None:
    """Those who left had promised something too."""
    for number, member in enumerate(one for one in MEMBERS if one.left and one.of in ("partner", "expert")):
        due = member.admitted + timedelta(days=40)
        key = f"d-{number + 1:03d}"
        _promise(
            book,
            key,
            member.key,
            PROJECT,
            due,
            "交接资料 · hand over papers",
            made=at(member.since) + timedelta(days=5),
        )
        _fulfilled(book, key, member.key, at(str(due)) - timedelta(days=1), "p000004")
