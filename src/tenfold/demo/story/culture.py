"""Life together: events, thanks, publications and mentions, who referred whom, and what surveys said."""

from datetime import date, datetime, timedelta

from tenfold.demo.book import NOW, Book, Cell, at
from tenfold.demo.story import threads
from tenfold.demo.story.people import MEMBERS

OPEN_DAYS = (
    "2024-06-15",
    "2024-09-14",
    "2024-12-14",
    "2025-03-15",
    "2025-06-14",
    "2025-09-13",
    "2025-12-13",
    "2026-03-14",
    "2026-06-13",
    "2026-09-05",
)
ANNUAL = ("2025-01-11", "2026-01-10")
WORKSHOPS = ("2024-08-10", "2025-02-22", "2025-05-17", "2025-10-25", "2026-04-18", "2026-07-18")
PLANNED = "2026-12-05"
# The six publications: day, report, title, people reached.
PUBLISHED = (
    ("2024-09-20", "industry_white_paper", "储能热失控白皮书 2024 · white paper 2024", 900),
    ("2025-03-21", "industry_white_paper", "储能热失控白皮书 2025 春 · white paper, spring 2025", 1400),
    ("2025-09-19", "industry_white_paper", "储能热失控白皮书 2025 秋 · white paper, autumn 2025", 2100),
    ("2026-03-20", "industry_white_paper", "储能热失控白皮书 2026 春 · white paper, spring 2026", 2600),
    ("2026-05-22", "pilot_report", "三站试点小结 · three pilots in brief", 1200),
    ("2026-09-11", "industry_white_paper", "储能热失控白皮书 2026 秋 · white paper, autumn 2026", 5200),
)  # fmt: skip
# Who brought whom within the window; the rest stands with the deals.
REFERRALS = (
    ("p000017", "jianglan", "2026-07-20"), ("p000017", "shahu", "2026-07-20"), ("p000015", "p000061", "2026-08-20"),
    ("languang", "xuchuan", "2026-08-24"), ("huixian", "duchuan", "2025-06-06"), ("chuanping", "panji", "2026-05-15"),
)  # fmt: skip
THANKS_EVERY = 3  # days
NPS = (10, 9, 9, 8, 10, 7, 9, 6, 9, 10, 8, 9, 5, 9, 10, 9, 7, 8, 9, 10, 6, 9)
TOP_GOALS = ("close_round", "second_grid_operator", "fire_standard")
BELONGING = ("needs", "membership", "influence", "connection")
CODES = ("data_quality", "site_time", "payment_terms", "visibility", "training")
INTERVIEWED = (
    ("huixian", "2026-03-18"), ("cp-grid", "2026-03-25"), ("cp-site", "2026-04-02"), ("wangchuan", "2026-04-15"),
    ("qiheng", "2026-04-22"), ("languang", "2026-05-13"), ("yunce", "2026-06-03"), ("shuoyuan", "2026-07-08"),
    ("p000012", "2026-07-15"), ("p000017", "2026-08-05"), ("p000015", "2026-08-12"), ("mulan-law", "2026-08-26"),
)  # fmt: skip
NOT_ASKED = ("haitong", "p000018")  # left this autumn, nobody asked why
JOBS = {
    "lead_investor": ("early_access", "governance", "exit_path"), "angel": ("early_access", "learning", "network"),
    "channel": ("market_expansion", "safety_compliance"), "supplier": ("order_visibility", "co_development"),
    "specialist": ("influence", "recognition", "paid_work"),
}  # fmt: skip
# Experts on their influence: how much it matters, how well it is served; the experts are the last six of JOBS.
INFLUENCE = ((5, 3), (4, 2), (3, 4), (4, 2), (None, 3))
FIRST_EXPERT, IN_PASSING = 25, "2026-03-23 10:05"


def tell(book: Book) -> None:
    """Write events with who came, publications, mentions, thanks, referrals, surveys."""
    _events(book)
    for day, report, title, reached in PUBLISHED:
        own = {"publication": f"pub-{day[:7]}", "report": report, "title": title, "reached": reached}
        book.add("publications", f"{day} 10:00", url=f"https://example.org/{day}", brand_only=True, **own)
    for referrer, party, day in REFERRALS:
        book.add("referrals", f"{day} 11:00", referrer=referrer, party=party, channel="talk")
    _mentions(book)
    _thanks(book)
    _interviews(book)
    _surveys(book)


def _events(book: Book) -> None:
    for ritual, days in (("demo_day", OPEN_DAYS), ("annual", ANNUAL), (None, WORKSHOPS)):
        for day in days:
            key = f"event-{day}"
            title = {"demo_day": "场站开放日 · open day", "annual": "年度大会 · annual meeting"}.get(
                ritual or "", "工作坊 · workshop"
            )
            own = {"event": key, "ritual": ritual, "title": title, "starts_at": f"{day} 14:00"}
            book.add("events", at(day) - timedelta(days=21), state="planned", **own)
            book.add("events", f"{day} 18:00", state="held", **own)
            _came(book, key, date.fromisoformat(day))
    own = {
        "event": f"event-{PLANNED}",
        "ritual": "demo_day",
        "title": "场站开放日 · open day",
        "starts_at": f"{PLANNED} 14:00",
    }
    book.add("events", "2026-10-19 10:00", state="planned", **own)
    monday = at("2024-06-03 09:07")
    while monday < NOW - timedelta(days=9):  # last week's note was missed
        note: dict[str, Cell] = {
            "event": f"note-{monday:%Y-%m-%d}",
            "ritual": "monday_note",
            "title": "周一简报 · Monday note",
            "starts_at": monday,
        }
        book.add("events", monday, state="held", **note)
        monday += timedelta(days=7)


def _came(book: Book, key: str, day: date) -> None:
    inside = [one for one in MEMBERS if one.admitted < day < one.until]
    for number, member in enumerate(inside):
        state = ("attended", "absent", "attended", "spoke", "attended")[(number + day.toordinal()) % 5]
        book.add(
            "attendances",
            at(f"{day} 14:05"),
            event=key,
            party=member.key,
            state=state,
            first_time=(day - member.admitted).days < 60,
        )


def _mentions(book: Book) -> None:
    months = [(year, month) for year in (2025, 2026) for month in range(1, 13) if (year, month) < (2026, 11)]
    for number, (year, month) in enumerate(months):
        for source, own, others in (
            ("行业媒体 · trade press", 2 + number // 3, 24),
            ("论坛 · forums", 1 + number // 4, 18),
        ):
            for about, count in (("own", own), ("competitor", others)):
                term = "储能热失控预警" if source.startswith("行") else "光纤测温"
                book.add(
                    "mentions",
                    datetime(year, month, 20, 12, tzinfo=NOW.tzinfo),
                    source=source,
                    term=term,
                    about=about,
                    count=count,
                    tone="neutral",
                )


def _thanks(book: Book) -> None:
    day = date(2025, 9, 1)
    number = 0
    while day < NOW.date():
        inside = [one.key for one in MEMBERS if one.admitted < day < one.until]
        giver, party = inside[number * 5 % len(inside)], inside[(number * 11 + 3) % len(inside)]
        if giver != party:
            book.add(
                "recognitions",
                book.moment(day),
                giver=giver,
                party=party,
                kind="thanks",
                public=number % 3 == 0,
                reason="帮忙 · help",
            )
        number += 1
        day += timedelta(days=THANKS_EVERY)


def _interviews(book: Book) -> None:
    """Talks along a guide: what partners need, and why somebody left."""
    for number, (party, day) in enumerate(INTERVIEWED):
        codes = [CODES[number % 5], CODES[(number * 2 + 1) % 5]]
        own = {"party": party, "guide": "guide:partner-needs", "best": codes[0], "worst": CODES[(number + 3) % 5]}
        book.add("interview_answers", f"{day} 15:00", item="needs", codes=codes, **own)
    for member in MEMBERS:
        if member.left and member.key not in NOT_ASKED:
            when = at(member.left) + timedelta(days=7)
            because = threads.LAST_TALK if member.key == threads.LEAVER else None
            own = {"party": member.key, "guide": "guide:exit", "item": "why"}
            book.add("interview_answers", when, codes=["moved_on"], because=because, **own)


def _answer(book: Book, day: str, survey: str, wave: str, who: int | str, item: str, **cells: Cell) -> None:
    """Write an answer; a respondent is a number within the wave, or a name that it keeps from wave to wave."""
    when = day if " " in day else f"{day} 12:00"
    own = {"survey": survey, "wave": wave, "item": item}
    own["respondent"] = who if isinstance(who, str) else f"r{wave}-{who:03d}"
    book.add("survey_answers", when, recorded_by="import:survey", **own, **cells)


def _surveys(book: Book) -> None:
    for wave, day, down in (("2025-09", "2025-09-22", 1), ("2026-04", "2026-04-20", 0)):
        for who, score in enumerate(NPS):
            _answer(book, day, "nps", wave, who, "recommend", score=max(0, score - down))
    for offer, scores in (("pilot_site", (5, 4, 4, 5, 3, 4)), ("briefing", (5, 4, 5, 3, 4, 4, 5, 4))):
        for who, score in enumerate(scores):
            _answer(book, "2026-07-20", "csat", "2026-07", who, "satisfied", score=score, subject=offer)
            _answer(book, "2026-07-20", "ces", "2026-07", who, "easy", score=score + 1, subject=offer)
    for who in range(20):
        for place, part in enumerate(BELONGING * 2):
            score = min(3, 1 + (who * 3 + place * 5) % 4 // 2 + (who + place) % 2)
            _answer(book, "2026-09-14", "sense_of_community", "2026-09", who, f"{part}_{place // 4 + 1}", score=score)
        for place in range(7):
            good = 5 + (who + place) % 3
            reversed_ = place in (0, 2, 4)
            _answer(
                book,
                "2026-09-14",
                "safety",
                "2026-09",
                who,
                f"q{place + 1}{'_r' if reversed_ else ''}",
                score=8 - good if reversed_ else good,
            )
        _answer(book, "2026-09-14", "pulse", "2026-09", who, "trust", score=3 + (who * 7 % 5 > 1) + (who % 3 == 0))
        for place, goal in enumerate(TOP_GOALS):
            named = goal if who % 5 or place else "more_members"
            _answer(book, "2026-09-14", "pulse", "2026-09", who, "top_goal", choice=named)
    _jobs(book)


def _jobs(book: Book) -> None:
    """What members came for, asked of all in June; who answered earlier is the same respondent then."""
    _first_jobs(book)
    who = 0
    for segment, jobs in JOBS.items():
        for _ in range(6):
            who += 1
            for place, job in enumerate(jobs):
                own = {"subject": job, "bucket": segment}
                matters, served = 5 - (who + place) % 3, 2 + (who * 2 + place) % 3
                _answer(book, "2026-06-15", "jobs", "2026-06", f"jobs-{who:03d}", "importance", score=matters, **own)
                _answer(book, "2026-06-15", "jobs", "2026-06", f"jobs-{who:03d}", "satisfaction", score=served, **own)


def _first_jobs(book: Book) -> None:
    """4 → 3: five experts were asked about their influence, one left open how much it matters; a talk brings a fifth."""
    own = {"subject": "influence", "bucket": "specialist"}
    for who, (matters, served) in enumerate(INFLUENCE, start=FIRST_EXPERT):
        if matters is not None:
            _answer(book, "2026-03-09", "jobs", "2026-03", f"jobs-{who:03d}", "importance", score=matters, **own)
        _answer(book, "2026-03-09", "jobs", "2026-03", f"jobs-{who:03d}", "satisfaction", score=served, **own)
    in_passing = f"jobs-{FIRST_EXPERT + len(INFLUENCE):03d}"
    _answer(book, IN_PASSING, "jobs", "2026-03", in_passing, "importance", score=5, **own)
