"""Who talked with whom: every relation's own rhythm, ties among members, questions and answers, the Monday notes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tenfold.demo.book import LOCAL, NOW, Book, Cell, at
from tenfold.demo.story.people import MEMBERS, Member

INTERACTIONS = 3_400
FLAGS = ("new_information", "feedback_recorded", "decision", "commitment_made", "new_information")
CHANNELS = ("call", "meeting", "call", "interview", "event")
# Days between two real contacts of each class, the last day of those who went quiet, and a rhythm of their own.
RHYTHM = {"investor": 19, "partner": 17, "expert": 27}
OWN_RHYTHM = {
    "hengli": 10,
    "duchuan": 11,
    "chuanping": 10,
    "luyu": 8,
    "yuanqiao": 8,
    "p000015": 8,
    "beichen": 15,
    "lanyou": 44,
    "cp-grid": 28,
}
COOLING = {"luyu": "2026-10-16", "yuanqiao": "2026-10-16", "p000015": "2026-10-15"}
SILENT = {"p000013": "2026-07-20", "p000014": "2025-11-24"}
OVERDUE = {"lanyou": "2026-09-07", "cp-grid": "2026-09-22"}
LAST = COOLING | SILENT | OVERDUE
AWAY = {"p000011": (date(2025, 4, 10), date(2025, 5, 8))}  # before the question that renews a gate in passing
QUESTION_EVERY = 5  # every fifth contact is a question of theirs, answered on the next working day
TIE_DAYS, TIE_UNTIL = 120, NOW
# Deals in progress: party, first and last contact from their side, days between two.
IN_TALKS = (
    ("hengli", "2025-02-17", "2025-07-10", 9), ("mingzhou", "2025-02-25", "2025-06-26", 8), ("hanyue", "2025-02-27", "2025-07-02", 9),
    ("panji", "2026-06-03", "2026-10-27", 9), ("nordvik", "2026-06-16", "2026-10-21", 11), ("xishan", "2026-06-24", "2026-10-28", 10),
    ("luoting", "2026-07-08", "2026-10-26", 10), ("baiyu", "2026-07-22", "2026-10-29", 12), ("kesheng", "2026-08-05", "2026-10-28", 12),
)  # fmt: skip
# 松岩资本 in round A: our question, their answer (working hours 5, 7, 9, 11, 14, then 61 and more, then none).
SONGYAN = (
    ("2025-02-20 10:00", "2025-02-20 15:00"), ("2025-02-27 10:00", "2025-02-27 17:00"), ("2025-03-06 09:00", "2025-03-06 18:00"),
    ("2025-03-13 09:00", "2025-03-14 11:00"), ("2025-03-20 10:00", "2025-03-21 15:00"), ("2025-04-09 10:00", "2025-04-17 17:00"),
    ("2025-04-10 10:00", "2025-04-21 16:00"), ("2025-04-16 10:00", None), ("2025-04-21 11:00", None), ("2025-04-24 10:00", None),
    ("2025-04-28 10:00", None),
)  # fmt: skip
SONGYAN_TALKS = (
    "2025-02-24",
    "2025-02-28",
    "2025-03-04",
    "2025-03-10",
    "2025-03-17",
    "2025-03-24",
    "2025-03-27",
    "2025-03-31",
    "2025-04-03",
)
# Grid operators: only 专家07 knew them, until two others were introduced.
BRIDGE, GRID_OPERATORS = "p000017", ("jianglan", "shahu")
BRIDGE_FROM = "2026-04-13"
# Who else was introduced, when, and the fact that led to it: the need and the act on the alert.
INTRODUCED = (("wangchuan", "2026-08-10", "need-grid-plus"), ("p000012", "2026-08-17", "act-bridge"))


def tell(book: Book) -> None:
    """Write the interactions: 3,400 of them, the rest of the count being Monday notes to everyone."""
    for member in MEMBERS:
        _relation(book, member)
    for party, first, last, days in IN_TALKS:
        _deal_talks(book, party, at(first), at(last), days)
    _songyan(book)
    _ties(book)
    _bridge(book)
    _open_questions(book)
    _strategic_talks(book)
    _monday_notes(book)


def talk(book: Book, member: str, when: datetime, direction: str, channel: str, *flags: str, **more: Cell) -> str:
    """Write one contact."""
    minutes = {"meeting": 60, "interview": 50, "event": 90, "call": 25}.get(channel)
    own = {"member": member, "direction": direction, "channel": channel, "flags": flags, "minutes": minutes}
    return book.add("interactions", when, **own, **more)


def _relation(book: Book, member: Member) -> None:
    """The rhythm of one member from the first talk to the last."""
    if member.of in ("founder", "supporter"):
        _loose(book, member)
        return
    days = OWN_RHYTHM.get(member.key, RHYTHM[member.of])
    until = at(LAST.get(member.key, str(min(member.until, NOW.date() - timedelta(days=3)))))
    when = at(member.since) - timedelta(days=30)
    number = 0
    while when.date() <= until.date():
        number += 1
        _contact(book, member.key, when, number)
        when += timedelta(days=max(2, round(days * book.random.uniform(0.7, 1.3))))
    if member.key in LAST or not member.left:
        _contact(book, member.key, until - timedelta(hours=1), number + 2, f"last-{member.key}")


def _contact(book: Book, key: str, when: datetime, number: int, fact: str | None = None) -> None:
    """Write a contact; the one that counts of it has an id that names whose it is and when."""
    fact = fact or f"talk-{key}-{when:%Y-%m-%d}"
    moment = book.moment(when.date())
    if number % QUESTION_EVERY == 0:
        asked = talk(book, key, moment, "in", "message", "question_asked")
        answered = _answered(book, moment)
        talk(book, key, answered, "out", "message", "question_answered", fact=fact, replies_to=asked)
        return
    direction = "in" if number % 2 else "out"
    talk(book, key, moment, direction, CHANNELS[number % len(CHANNELS)], FLAGS[number % len(FLAGS)], fact=fact)


def _answered(book: Book, asked: datetime) -> datetime:
    """Return the time of an answer: the same or the next working day as a rule."""
    answer = asked + timedelta(hours=book.random.choice((1, 2, 3, 20, 24, 26)))
    while answer.weekday() > 4:
        answer += timedelta(days=1)
    return (
        min(answer.replace(hour=min(17, max(9, answer.hour))), NOW - timedelta(minutes=30))
        if answer > asked
        else answer
    )


def _loose(book: Book, member: Member) -> None:
    """Supporters come to an event now and then; that says little about the relation."""
    if member.of == "founder":
        return
    when = at(member.since) + timedelta(days=12)
    while when.date() < member.until:
        talk(book, member.key, book.moment(when.date()), "in" if member.source == "inbound" else "out", "event")
        when += timedelta(days=book.random.randrange(50, 90))


def _deal_talks(book: Book, party: str, first: datetime, last: datetime, days: int) -> None:
    when, number = first, 0
    while when < last - timedelta(days=4):
        number += 1
        direction = "out" if number % 4 == 0 else "in"
        fact = f"deal-talk-{party}-{when:%Y-%m-%d}"
        moment = book.moment(when.date())
        talk(book, party, moment, direction, CHANNELS[number % 2], FLAGS[number % len(FLAGS)], fact=fact)
        when += timedelta(days=days)
    talk(book, party, book.moment(last.date()), "in", "call", "new_information")


def _songyan(book: Book) -> None:
    for asked, answered in SONGYAN:
        question = talk(book, "songyan", at(asked), "out", "message", "question_asked")
        if answered:
            talk(book, "songyan", at(answered), "in", "message", "question_answered", replies_to=question)
    for day in SONGYAN_TALKS:
        talk(book, "songyan", at(f"{day} 14:00"), "in", "call", "new_information")


def _ties(book: Book) -> None:
    """Every newcomer gets to know two who stay: nobody is the only way to anybody, as long as ties are kept up."""
    lasting: list[Member] = []
    for member in sorted(MEMBERS, key=lambda one: (one.admitted, one.key)):
        if member.of == "supporter" or member.key in OVERDUE:
            continue
        others = lasting[-7:-5] if len(lasting) >= 7 else lasting[:2]
        for number, other in enumerate(others):
            _tie(book, member, other, at(member.since) + timedelta(days=5), number)
        if not member.left and member.key not in LAST:
            lasting.append(member)
    first = [one for one in lasting if one.of == "founder"][:3]
    _tie(book, first[1], first[0], at("2024-03-04"), 0)
    _tie(book, first[2], first[1], at("2024-03-04"), 1)


def _tie(book: Book, member: Member, other: Member, when: datetime, number: int) -> None:
    """Both ties of a newcomer are kept up on the same days, so that none ends alone."""
    quiet = LAST.get(member.key)
    while when.date() < min(member.until, TIE_UNTIL.date(), at(quiet).date() if quiet else member.until):
        moment = when.replace(hour=15, minute=number * 10, tzinfo=LOCAL)
        if not _away(other, moment.date()):
            talk(book, member.key, moment, "out", "call", "new_information", other=other.key)
        when += timedelta(days=TIE_DAYS)


def _away(member: Member, day: date) -> bool:
    """Whether a member was on leave: no other member spoke with them, so that the relation cools."""
    first, last = AWAY.get(member.key, (date.max, date.max))
    return first <= day <= last


def _bridge(book: Book) -> None:
    for operator in GRID_OPERATORS:
        for by, since, because in ((BRIDGE, BRIDGE_FROM, None), *INTRODUCED):
            when, led = at(since), because
            while when < NOW:
                moment = when.replace(hour=16)
                talk(book, operator, moment, "out", "meeting", "new_information", other=by, because=led)
                when, led = when + timedelta(days=56), None


def _open_questions(book: Book) -> None:
    book.add(
        "interactions",
        "2026-10-29 16:20",
        fact="question-beichen",
        member="beichen",
        direction="in",
        channel="message",
        flags=["question_asked"],
        topic=["dilution"],
    )


def _strategic_talks(book: Book) -> None:
    """The amber light led to a need, the need to two conversations."""
    for party, day in (("kesheng", "2026-10-23 15:00"), ("shuoyuan", "2026-10-26 11:00")):
        talk(
            book, party, at(day), "out", "meeting", "new_information", because="need-capital-plus", topic=["strategic"]
        )


def _monday_notes(book: Book) -> None:
    """Fill the count with notes to everybody, newest last: they weigh nothing and reach all."""
    places: list[tuple[datetime, str]] = []
    monday = at("2024-03-04 09:07")
    while monday < NOW:
        places += [(monday, one.key) for one in MEMBERS if one.admitted < monday.date() < one.until]
        monday += timedelta(days=7)
    missing = INTERACTIONS - len(book.rows["interactions"])
    for when, member in _spread(places, missing):
        talk(book, member, when, "out", "broadcast")


def _spread(places: Sequence[tuple[datetime, str]], wanted: int) -> list[tuple[datetime, str]]:
    """Return `wanted` of the places, evenly."""
    return [places[number * len(places) // wanted] for number in range(wanted)]
