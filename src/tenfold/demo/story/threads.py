"""What people did because a decision proposed it: one thread for each hand-off of the house (DOMAIN §2.11).

Facts that the story tells elsewhere (a need opened, a member leaving) take the id of their decision from here; facts
that stand in the story for their thread alone are written here. Dates follow the cycle in which the decision stood.
"""

from datetime import timedelta

from tenfold.demo.book import Book, at
from tenfold.demo.story.offers import offered
from tenfold.demo.story.people import PROJECT
from tenfold.demo.story.promises import step

# Decisions that facts name: the key is who or what they are about, the value the decision's id.
UNREACHED = "goals.need:fire_std:round-series-a-open"
BRIDGE = "2026-04-26T16:00:00Z"
BRIDGE_ALERT, BRIDGE_CARD = f"risk.alert:kri_bridge:{BRIDGE}", f"insight.next_best_action:kri_bridge/alert:{BRIDGE}"
REWARD = "incentives.reward:m-043:verified-m-043"
LATE_SITE = "value.undelivered:pilot-05:promised-pilot-05"
SLIPPING = "incentives.condition_slip:cp-hengli-6:promised-cp-hengli-6"
QUIET_DEAL = "goals.stale_deal:expansion-nordvik:deal-talk-nordvik-2026-08-21"
WROTE_IN = "culture.new_candidate:zhuoan:question-zhuoan"
ASKED = "interaction.ask_in_passing:p000011:talk-p000011-2025-04-01"
# Asked whether they can help with what is covered least: 云杉谷天使 can, 专家06 · 罗衡 cannot, and is asked another thing then.
ASKED_CAPITAL = "interaction.ask_in_passing:yunshan:talk-yunshan-2024-10-18"
ASKED_FIRE = "interaction.ask_in_passing:p000016:talk-p000016-2026-02-22"
CLAIMED = (
    ("yunshan", "capital", "0.30", "2024-11-11 10:30", ASKED_CAPITAL),
    ("p000016", "fire_std", "0", "2026-03-23 10:00", ASKED_FIRE),
)
VOTED = "adjustment.vote_result:charter-v3:charter-v3-voting"
ADOPTED = "adjustment.charter_change:a-project-v3:a-project-v3-adopted"
# 专家04 · 柏舟, who went quiet and left: what he held, his options, what he was promised, the last talk.
LEAVER = "p000014"
LEFT = f"left-{LEAVER}"
HOLDER_LEFT = f"adjustment.reopen_need:fibre_supply:{LEFT}"
SETTLE, STOP = f"adjustment.settle_vesting:grant-{LEAVER}:{LEFT}", f"adjustment.stop_offers:{LEAVER}:{LEFT}"
LAST_TALK = f"adjustment.exit_interview:{LEAVER}:{LEFT}"
# 恒砺资本's conditions in round A: due and met; five were met some days late, the sixth was given a later date.
CONDITIONS = (
    ("2025-04-16", "2025-04-19"), ("2025-04-18", "2025-04-23"), ("2025-04-21", "2025-04-26"), ("2025-04-23", "2025-04-29"),
    ("2025-04-24", "2025-04-28"), ("2025-05-09", "2025-05-14"),
)  # fmt: skip
LATER = "2025-05-14"
# 渡川产业基金 came in July 2025: what its segment is entitled to, with the date that the charter's span gives.
WELCOME = (("briefing", "2025-07-29"), ("pro_rata", "2025-07-24"))


def tell(book: Book) -> None:
    """Write what was done because a decision proposed it, where no other part of the story tells it."""
    _welcome(book)
    _conditions(book)
    _late_site(book)
    _leaver(book)
    _thanks(book)
    _wrote_in(book)
    _bridge(book)
    _in_passing(book)
    own = {"member": "nordvik", "direction": "out", "channel": "call", "flags": ["feedback_recorded"], "minutes": 25}
    book.add("interactions", "2026-09-07 14:00", fact="call-nordvik", because=QUIET_DEAL, **own)


def _promised(book: Book, key: str, when: str, by: str, to: str, due: str, **more: str) -> None:
    own = {"commitment": key, "party": by, "to_party": to, "due_at": f"{due} 18:00"}
    verifier = "p000005" if by != PROJECT else to
    book.add("commitments", when, fact=f"promised-{key}", verifier=verifier, **own, **more)
    step(book, key, "accepted", at(when) + timedelta(hours=1), to)


def _kept(book: Book, key: str, on: str, by: str, verifier: str) -> None:
    step(book, key, "delivered", at(f"{on} 11:00"), by)
    step(book, key, "verified", at(f"{on} 16:00"), verifier)


def _welcome(book: Book) -> None:
    """2 → 3 and 2 → 5: what a newcomer is promised, and what it promises first."""
    for offer, due in WELCOME:
        key, because = f"welcome-{offer}-duchuan", f"screening.promise_offer:duchuan@{offer}:admitted-duchuan"
        own = {"source_kind": "offer", "offer": offer, "what": offered(offer, "duchuan"), "because": because}
        _promised(book, key, "2025-07-21 10:00", PROJECT, "duchuan", due, **own)
        _kept(book, key, str((at(due) - timedelta(days=1)).date()), PROJECT, "duchuan")
    first = {"source_kind": "own", "what": "引见产业客户 · introduce an industrial customer"}
    because = "screening.first_promise:duchuan:admitted-duchuan"
    _promised(book, "first-duchuan", "2025-07-21 11:00", "duchuan", PROJECT, "2025-07-31", because=because, **first)
    _kept(book, "first-duchuan", "2025-07-30", "duchuan", "p000005")


def _conditions(book: Book) -> None:
    """5 → 1: the date of a signed deal moves by what its promisor is usually late."""
    own = {"source_kind": "condition", "opportunity": "series-a-hengli", "what": "先决条件 · condition precedent"}
    for number, (due, met) in enumerate(CONDITIONS, start=1):
        key = f"cp-hengli-{number}"
        _promised(book, key, "2025-04-14 17:00", "hengli", PROJECT, due, **own)
        if number == len(CONDITIONS):
            later = {"due_at": f"{LATER} 18:00", "because": SLIPPING}
            step(book, key, "extended", at("2025-05-06 10:00"), PROJECT, **later)
        _kept(book, key, met, "hengli", "p000005")


def _late_site(book: Book) -> None:
    """3 → 5: the company's own ladder, one step: it says sorry and gives a new date."""
    own = {"sanction": "san-pilot-05", "party": PROJECT, "commitment": "pilot-05", "level": 1, "by": "p000005"}
    own |= {"reason": "试点场站逾期,致歉并给新日期 · pilot site late, an apology with a new date"}
    book.add("sanctions", "2026-03-09 11:00", state="noticed", because=LATE_SITE, **own)
    book.add("sanctions", "2026-03-16 11:00", state="lifted", **own)


def _leaver(book: Book) -> None:
    """8 → 2, 6, 3: what an exit leaves behind; the need stands with the others, the exit with the memberships."""
    proof = book.document("2025-09-15", "capability_proof", f"{LEAVER}-fibre_supply")
    own = {"need": "fibre_supply", "basis": "evidenced", "level": "0.55", "evidence": [proof]}
    book.add("capabilities", "2025-09-15", party=LEAVER, **own)
    cancel = {"party": LEAVER, "security": "option", "units": 20_000, "action": "cancel"}
    book.add("holdings", "2026-03-09 15:30", because=SETTLE, **cancel)
    key, offer = f"authorship-{LEAVER}", {"source_kind": "offer", "offer": "authorship"}
    _promised(book, key, "2025-12-15 10:00", PROJECT, LEAVER, "2026-03-20", what=offered("authorship", LEAVER), **offer)
    step(book, key, "waived", at("2026-03-09 16:00"), PROJECT, because=STOP, reason="已离开 · has left")


def _thanks(book: Book) -> None:
    """6, 5 → 10: thanks for a payout that arrived and for help that nobody paid."""
    for party, since in (("wangchuan", "payout-wangchuan-receipted"), ("mulan-law", "2026-02-16T00:00:00Z")):
        own = {"giver": "p000001", "party": party, "kind": "thanks", "public": False, "reason": "谢谢 · thank you"}
        book.add("recognitions", "2026-03-09 17:30", because=f"culture.thanks_owed:{party}:{since}", **own)


def _wrote_in(book: Book) -> None:
    """10 → 2 and 10 → 1: two wrote in by themselves; one became a candidate, the other a deal."""
    for party, asked, answered in (
        ("zhuoan", "2026-07-24 15:10", "2026-07-27 11:00"),
        ("kesheng", "2026-07-16 10:20", "2026-07-17 09:40"),
    ):
        own = {"member": party, "channel": "message"}
        asks = {"direction": "in", "flags": ["question_asked"], "fact": f"question-{party}"}
        book.add("interactions", asked, **own, **asks)
        answers = {"direction": "out", "flags": ["question_answered"], "replies_to": f"question-{party}"}
        book.add("interactions", answered, **own, **answers)
    own = {"party": "zhuoan", "class": "partner", "state": "suggested", "source": "inbound", "sponsor": "cp-site"}
    book.add("memberships", "2026-07-27 14:00", because=WROTE_IN, **own)


def _bridge(book: Book) -> None:
    """7 → 2 and 7 → 9 → 4: a need for one more way to the grid, a card of the day, two introductions."""
    own = {"need": "grid_access-plus", "capability": "grid_access", "owner": PROJECT}
    more = {"weight": 3, "redundancy": 3}
    book.add("needs", "2026-07-27 10:00", fact="need-grid-plus", state="open", because=BRIDGE_ALERT, **own, **more)
    book.add("needs", "2026-09-01 10:00", state="filled", **own)
    alert = {"alert": BRIDGE_ALERT, "by": "p000003"}
    book.add("alert_acts", "2026-05-11 10:00", act="own", **alert)
    because = {"because": BRIDGE_CARD, "reason": "两次引荐 · two introductions"}
    book.add("alert_acts", "2026-07-27 16:00", fact="act-bridge", act="act", **alert, **because)
    book.add("alert_acts", "2026-09-07 09:00", act="clear", **alert)


def _in_passing(book: Book) -> None:
    """4 → 2: what somebody says of itself when asked; how much a job matters stands with the surveys, for it names nobody."""
    for party, need, level, when, because in CLAIMED:
        own = {"party": party, "need": need, "basis": "claim", "level": level, "because": because}
        book.add("capabilities", when, **own)
