"""How the community decides: charters and who voted for them, gates, ordinary proposals, consents, needs."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from tenfold.demo.book import Book, Cell, at
from tenfold.demo.story import threads
from tenfold.demo.story.people import MEMBERS

CHARTERS = Path(__file__).parent.parent / "charters"
IN_FORCE = ((1, "2024-03-01"), (2, "2025-02-01"), (3, "2026-05-01"))
PROPOSED = 4  # the version that nobody has voted on yet
# Charter v3: 27 of 32 voices, 17 for and 7 against.
V3_FOR, V3_AGAINST, V3_ABSTAIN = 17, 7, 3
V3_OPENS, V3_CLOSES = "2026-04-14 09:00", "2026-04-24 18:00"
# A version that the vote had to wait for: when it was adopted, and the fact that it follows from.
ADOPTED: dict[int, tuple[datetime, str | None]] = {3: (at("2026-04-24 20:30"), "charter-v3-adopted")}
NEW_MEMBER_DAYS = 90
OPEN_VOTES = 14
ONE_VOICE = {"cp-grid": "chuanping", "cp-site": "chuanping"}  # a connected group speaks once
ORDINARY = (
    ("budget-2026", "2026-01-05 09:00", "2026-01-15 18:00", "2026-01-16 09:00"),
    ("open-days-2026", "2026-03-02 09:00", "2026-03-12 18:00", "2026-03-20 09:00"),
    ("advisers-2026", "2026-06-08 09:00", "2026-06-18 18:00", "2026-06-22 09:00"),
    ("data-room-rules", "2026-08-10 09:00", "2026-08-20 18:00", "2026-08-24 09:00"),
)  # fmt: skip
READ_CHARTER = 4  # of five members
# What members asked of each other, and what the project looked for before: who, what, opened, met.
ASKS = (
    ("qiheng", "grid_access", "2026-02-03", "2026-03-10"), ("yunshan", "overseas", "2026-03-16", "2026-05-11"), ("huixian", "cell_chem", "2026-04-20", "2026-05-06"),
    ("p000012", "grid_access", "2026-06-01", "2026-07-13"), ("cp-site", "fire_std", "2026-07-20", ""), ("languang", "capital", "2026-09-07", ""),
)  # fmt: skip
# What the project looked for: capability, opened, met, stage, and what is known of it.
OLDER_NEEDS: tuple[tuple[str, str, str, str, dict[str, Cell]], ...] = (
    ("grid_access", "2025-02-17", "2025-04-07", "series_a", {}),
    ("capital", "2025-03-10", "2025-04-28", "series_a", {}),
    ("fire_std", "2025-05-05", "2025-05-12", "series_a", {"weight": 2, "redundancy": 2, "because": threads.UNREACHED}),
    ("fibre_supply", "2026-03-09", "2026-06-15", "series_a", {"because": threads.HOLDER_LEFT}),
)
NEXT_STAGE = (("overseas", 3), ("grid_access", 3), ("fire_std", 2))


def tell(book: Book) -> None:
    """Write charter versions, proposals with their votes, gates passed, consents, needs."""
    for number, since in IN_FORCE:
        own = {"charter_version": f"a-project-v{number}", "effective_from": f"{since} 00:00", "sha256": _sha256(number)}
        adopted, because = ADOPTED.get(number, (at(f"{since} 09:00") - timedelta(days=7), None))
        key = f"a-project-v{number}"
        book.add("charter_versions", adopted, fact=f"{key}-adopted", state="adopted", because=because, **own)
        follows = threads.ADOPTED if number in ADOPTED else None
        book.add("charter_versions", f"{since} 00:00", state="in_force", because=follows, **own)
    _charter_votes(book)
    for key, opens, closes, effective in ORDINARY:
        _ordinary(book, key, opens, closes, effective)
    reason = "A轮到账,三项试点运行 · round A received, three pilots run"
    gate = {"gate": "series_a_to_expansion", "outcome": "go", "stage": "series_a", "by": "p000001"}
    book.add("gate_outcomes", "2026-04-28 15:00", reason=reason, **gate)
    for number, member in enumerate(one for one in MEMBERS if not one.left):
        when = max(at("2026-05-06"), at(member.since) + timedelta(days=3))
        given: dict[str, Cell] = {"party": member.key, "granted": True}
        book.add("consents", when, purpose="screening", text_version="privacy-2026", **given)
        if number % (READ_CHARTER + 1) != READ_CHARTER:
            book.add("consents", when, purpose="relationship_management", text_version="a-project-v3", **given)
    _needs(book)


def _sha256(number: int) -> str:
    """Return the hash of a version's text."""
    return hashlib.sha256((CHARTERS / f"v{number}.yaml").read_bytes()).hexdigest()


def _voices(day: str) -> list[str]:
    """Return who may vote on a day: members for ninety days, a group once, nobody on probation."""
    today = at(day).date()
    able = [one for one in MEMBERS if one.admitted + timedelta(days=NEW_MEMBER_DAYS) <= today and one.until > today]
    return [one.key for one in able if one.key not in ONE_VOICE]


def _charter_votes(book: Book) -> None:
    for number, opens, closes, effective in (
        (2, "2025-01-06 09:00", "2025-01-17 18:00", "2025-02-01 00:00"),
        (3, V3_OPENS, V3_CLOSES, "2026-05-01 00:00"),
    ):
        key = f"charter-v{number}"
        own = {
            "proposal": key,
            "body": "charter",
            "subject": f"章程第 {number} 版 · charter version {number}",
            "by": "p000001",
        }
        own |= {"opens_at": opens, "closes_at": closes, "effective_at": effective}
        for state, days in (("draft", -28), ("simulated", -21), ("noticed", -15), ("voting", 0)):
            book.add("proposals", at(opens) + timedelta(days=days), fact=f"{key}-{state}", state=state, **own)
        because = threads.VOTED if number in ADOPTED else None
        passed = {"fact": f"{key}-adopted", "state": "adopted", "because": because}
        book.add("proposals", at(closes) + timedelta(hours=2), **passed, **own)
    votes = ["for"] * V3_FOR + ["against"] * V3_AGAINST + ["abstain"] * V3_ABSTAIN
    for number, (voter, choice) in enumerate(zip(_voices("2026-04-24"), votes, strict=False)):
        when = at(V3_OPENS) + timedelta(hours=7 * number)
        book.add("votes", when, proposal="charter-v3", voter=voter, choice=choice)
    for number, voter in enumerate(_voices("2025-01-17")):
        choice = "against" if number % 6 == 5 else "for"
        book.add(
            "votes", at("2025-01-08") + timedelta(hours=9 * number), proposal="charter-v2", voter=voter, choice=choice
        )
    _open_vote(book)
    _next_version(book)


def _next_version(book: Book) -> None:
    """The version that is proposed, and was tried: more points for introducing, more time to dispute."""
    key = f"charter-v{PROPOSED}"
    subject = f"章程第 {PROPOSED} 版 · charter version {PROPOSED}"
    proposed = {"proposal": key, "body": "charter", "subject": subject, "by": "p000001"}
    text = {"charter_version": key, "effective_from": "2027-01-01 00:00", "sha256": _sha256(PROPOSED)}
    for state, day in (("draft", "2026-10-12 10:00"), ("simulated", "2026-10-28 16:00")):
        book.add("proposals", day, fact=f"{key}-{state}", state=state, **proposed)
        book.add("charter_versions", day, fact=f"{key}-text-{state}", state=state, **text)


def _open_vote(book: Book) -> None:
    """The vote that is open now."""
    own = {
        "proposal": "pilot-safety-2027",
        "body": "ordinary",
        "subject": "2027 年试点安全 · pilot safety 2027",
        "by": "p000004",
    }
    own |= {"opens_at": "2026-10-27 09:00", "closes_at": "2026-11-06 18:00", "effective_at": "2026-11-16 00:00"}
    book.add("proposals", "2026-10-27 09:00", state="voting", **own)
    for number, voter in enumerate(_voices("2026-10-27")[:OPEN_VOTES]):
        choice = "against" if number % 5 == 4 else "for"
        when = at("2026-10-27 10:00") + timedelta(hours=8 * number)
        book.add("votes", when, proposal="pilot-safety-2027", voter=voter, choice=choice)


def _ordinary(book: Book, key: str, opens: str, closes: str, effective: str) -> None:
    own = {"proposal": key, "body": "ordinary", "subject": key.replace("-", " "), "by": "p000002"}
    own |= {"opens_at": opens, "closes_at": closes, "effective_at": effective}
    book.add("proposals", opens, state="voting", **own)
    for number, voter in enumerate(_voices(closes[:10])):
        if number % 4 != 3:
            choice = "against" if number % 7 == 5 else "for"
            book.add("votes", at(opens) + timedelta(hours=6 * (number + 1)), proposal=key, voter=voter, choice=choice)
    book.add("proposals", at(closes) + timedelta(hours=1), state="adopted", **own)


def _needs(book: Book) -> None:
    for number, (owner, capability, opened, met) in enumerate(ASKS):
        own = {"need": f"ask-{number + 1}", "capability": capability, "owner": owner}
        book.add("needs", opened, state="open", what="求助 · ask", **own)
        if met:
            book.add("needs", met, state="filled", what="求助 · ask", **own)
    for capability, opened, met, stage, known in OLDER_NEEDS:
        own = {"need": f"{stage}-{capability}", "capability": capability, "owner": "qinglan", "stage": stage}
        book.add("needs", opened, state="open", **own, **known)
        book.add("needs", met, state="filled", **own)
    for capability, weight in NEXT_STAGE:
        own = {"need": f"maturity-{capability}", "capability": capability, "owner": "qinglan", "stage": "maturity"}
        book.add("needs", "2026-09-21 10:00", state="open", weight=weight, redundancy=1, **own)
