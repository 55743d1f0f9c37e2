"""What members bring and what they signed: capabilities, needs, gates passed, agreements, who is connected to whom."""

from datetime import timedelta

from tenfold.demo.book import COMPLIANCE, NOW, Book, at
from tenfold.demo.story import threads
from tenfold.demo.story.people import CANDIDATES, MEMBERS, PARTNERS, Member

# party, need, how well, from when, claimed first: (how well, from when)
CAPABILITIES = (
    ("huixian", "fibre_supply", "0.90", "2024-06-03", None),
    ("p000011", "cell_chem", "0.88", "2024-06-17", None),
    ("yuanqiao", "overseas", "0.87", "2024-07-08", None),
    ("hengli", "capital", "0.90", "2025-04-28", None),
    ("duchuan", "capital", "0.80", "2025-07-21", None),
    ("chuanping", "grid_access", "0.50", "2025-04-07", None),
    ("cp-grid", "grid_access", "0.50", "2025-04-14", None),
    ("p000012", "fire_std", "0.40", "2026-06-01", ("0.20", "2025-05-12")),
    ("cp-site", "grid_access", "0.50", "2025-12-08", None),
    ("languang", "fibre_supply", "0.70", "2026-06-15", ("0.50", "2026-05-18")),
)
# What each class signs, and when after admission; the papers that are notices and statements rather than agreements.
REQUIRED = {
    "investor": ("share_purchase", "shareholders_agreement", "privacy_notice"),
    "partner": ("cooperation_agreement", "nda", "ip_terms", "privacy_notice"),
    "expert": ("advisor_agreement", "nda", "coi_statement", "privacy_notice"),
    "supporter": ("community_rules", "privacy_notice"),
}
NOTICES = ("privacy_notice", "community_rules", "coi_statement")
STILL_SENT = {("zhuoan", "ip_terms"), ("p000019", "advisor_agreement")}
GATES = {
    "identity": 700,
    "ubo_25": 700,
    "sanctions": 165,
    "qualified_investor": 1050,
    "coi_declared": 350,
    "references": 1050,
}
EXPIRED = {("qiheng", "coi_declared")}  # nobody renewed it in time
# Gates renewed because somebody was asked in passing: party, gate, day, and the decision that asked.
ANSWERED = {("p000011", "coi_declared", "2025-05-09"): threads.ASKED}
CLAIMED = (("jianglan", "grid_access", "0.40", "2026-03-09"),)  # said by candidates, shown by nothing yet
LINKS = (
    ("chuanping", "cp-grid", "controls", "1", "2025-03-24"),
    ("chuanping", "cp-site", "controls", "0.80", "2025-11-24"),
)


def tell(book: Book) -> None:
    """Write capabilities, gates, agreements, affiliations and the links between parties."""
    for party, need, level, since, claim in CAPABILITIES:
        if claim:
            book.add("capabilities", claim[1], party=party, need=need, basis="claim", level=claim[0])
        proof = book.document(since, "capability_proof", f"{party}-{need}")
        book.add("capabilities", since, party=party, need=need, basis="evidenced", level=level, evidence=[proof])
    for party, need, level, since in CLAIMED:
        book.add("capabilities", since, party=party, need=need, basis="claim", level=level)
    for one in CANDIDATES:
        for need, level in one.able:
            proof = book.document(one.rated, "capability_proof", f"{one.key}-{need}")
            book.add(
                "capabilities", one.rated, party=one.key, need=need, basis="evidenced", level=level, evidence=[proof]
            )
        _candidate_gates(book, one.key, one.of, one.kind, one.applied)
    for member in MEMBERS:
        _gates(book, member)
        _agreements(book, member, member.of, member.since)
    _agreements(book, next(one for one in PARTNERS if one.key == "chuanping"), "investor", "2026-06-08")
    for party, other, relation, share, since in LINKS:
        register = book.document(since, "shareholder_table", f"{party}-{other}")
        tied = {"party": party, "other": other, "relation": relation, "share": share}
        link = book.add("group_links", since, evidence=[register], **tied)
        book.add(
            "decision_acts",
            f"{since} 15:00",
            fact=f"confirm-{link}",
            recorded_by=COMPLIANCE,
            decision=link,
            act="confirm",
            by=COMPLIANCE,
            because=link,
        )
    for person, organisation, title in (
        ("p000011", "huixian", "顾问 · adviser"),
        ("p000013", "wangchuan", "首席 · chief"),
    ):
        book.add("affiliations", "2025-06-02", party=person, organisation=organisation, title=title)


def gates_of(of: str, kind: str) -> list[str]:
    """Return the gates that concern a class and a kind of party."""
    gates = ["identity", "sanctions"]
    gates += ["ubo_25"] if kind != "person" else []
    gates += ["qualified_investor"] if of == "investor" else []
    gates += ["coi_declared"] if of in ("investor", "partner", "expert") else []
    return gates + (["references"] if of in ("partner", "expert") else [])


def _gates(book: Book, member: Member) -> None:
    classes = (member.of, "investor") if member.key == "chuanping" else (member.of,)
    for gate in dict.fromkeys(gate for of in classes for gate in gates_of(of, member.kind)):
        day = at(member.since) - timedelta(days=10)
        while day.date() <= min(member.until, NOW.date()):
            _check(book, member.key, gate, day)
            if (member.key, gate) in EXPIRED:
                break
            day += timedelta(days=GATES[gate])


def _check(book: Book, party: str, gate: str, day: object) -> None:
    moment = at(str(day)[:10])
    for verifier in (COMPLIANCE, "p000002") if gate == "references" else (COMPLIANCE,):
        paper = book.document(moment, f"{gate}_result", f"{party}-{moment:%Y%m%d}-{verifier}")
        because = ANSWERED.get((party, gate, f"{moment:%Y-%m-%d}"))
        own = {"party": party, "gate": gate, "result": "pass", "verifier": verifier}
        book.add("gate_checks", moment, evidence=[paper], because=because, **own)


def _candidate_gates(book: Book, key: str, of: str, kind: str, applied: str) -> None:
    gates = gates_of(of, kind)
    passed = gates[:2] if key in ("tanzhou", "jianglan") else gates
    for gate in passed:
        _check(book, key, gate, at(applied) + timedelta(days=12))


def _agreements(book: Book, member: Member, of: str, since: str) -> None:
    signed = at(since) + timedelta(days=4)
    for kind in REQUIRED.get(of, ()):
        key = f"agr-{member.key}-{kind.replace('_', '-')}"
        if any(row["agreement"] == key for row in book.rows["agreements"]):
            continue
        own = {"agreement": key, "type": kind, "party": member.key}
        book.add("agreements", signed - timedelta(days=6), state="sent", **own)
        if (member.key, kind) in STILL_SENT:
            continue
        paper = book.document(signed, "signed_agreement", key)
        book.add("agreements", signed, state="in_force", document=paper, evidence=[paper], **own)
        for party in ("qinglan", member.key):
            if kind not in NOTICES:
                book.add(
                    "signatures",
                    signed,
                    agreement=key,
                    party=party,
                    method="seal",
                    seal="公章",
                    originals=2,
                    kept_at="法务柜 · legal cabinet",
                )
        if member.left and kind not in NOTICES:
            book.add("agreements", at(member.left), state="terminated", **own)
