"""A community for tests of the application: the small one, with people of every kind, a deal, a promise, a question."""

from pathlib import Path

from tests import small

CLOCK = "2026-09-20T09:00:00+08:00"
AMOUNT = "7654321.09"  # a figure that stands nowhere else: whoever sees it has seen the deal
OFFICES = {"op": "operator", "fin": "finance", "comp": "compliance", "gu": "council", "aud": "auditor"}
CLASSES = {"fou": "founder", "sup": "supporter"}
RAISE = b"""  stages:
    growth:
      purpose: {zh: \xe6\x89\xa9\xe5\xbc\xa0, en: grow}
      raise: {instrument: equity, target: "10000000 CNY", minimum_close: "5000000 CNY", close_by: 2027-03-31}
      key_results: []"""
CHANGED = (
    (b"    - {id: panel", b"    - {id: auditor, term: 12m}\n    - {id: panel"),
    (b"  stages: {}", RAISE),
    (b'"0.93", evidence: []', b'"0.93", evidence: [agreement_executed]'),
    (b"  decisions: {}", b'  decisions: {charter: {quorum: "0.60", pass: "0.667", weight: one_member_one_vote}}'),
)


def rows() -> small.Rows:
    """The facts as a file would hold them."""
    found = small.rows()
    told = {"occurred_at": "2026-01-05", "recorded_by": "op"}
    for key in (*OFFICES, *CLASSES):
        found["parties"].append({"fact": f"party-{key}", "party": key, "type": "person", "name": f"名字{key}"} | told)
    found["memberships"] += [
        {"fact": f"member-{key}", "party": key, "class": kind, "state": "active"} | told
        for key, kind in CLASSES.items()
    ]
    found["role_terms"] = [
        {"fact": f"term-{key}", "party": key, "role": role, "until": "2027-12-31"} | told
        for key, role in OFFICES.items()
    ]
    money = {"currency": "CNY", "occurred_at": "2026-08-01", "recorded_by": "fin"}
    found["rounds"] = [
        {
            "fact": "round-1",
            "round": "a",
            "stage": "growth",
            "instrument": "equity",
            "state": "open",
            "target": "20000000.00",
        }
        | money
    ]
    deal = {"fact": "deal-1", "opportunity": "a-zhou", "round": "a", "party": "zhou", "stage": "committed"}
    found["opportunities"] = [deal | {"amount": AMOUNT} | money]
    found["commitments"] = [
        {
            "fact": "promise-1",
            "commitment": "sample",
            "party": "lin",
            "to_party": "us",
            "source_kind": "own",
            "what": "交付样件 · deliver samples",
            "due_at": "2026-10-10",
            "verifier": "gu",
            "worth": AMOUNT,
            "currency": "CNY",
            "occurred_at": "2026-08-20",
        }
    ]
    question = {"fact": "question-1", "member": "zhou", "direction": "in", "channel": "call", "flags": "question_asked"}
    found["interactions"].append(question | {"occurred_at": "2026-09-10"})
    return found


def write(folder: Path, given: small.Rows | None = None) -> Path:
    """Write the community into a folder, with its own facts or others of the same keys."""
    charter = small.CHARTER.read_bytes()
    for before, after in CHANGED:
        charter = charter.replace(before, after)
    small.write(folder, given=rows() if given is None else given, charter=charter)
    (folder / "clock.txt").write_text(f"{CLOCK}\n", "utf-8")
    return folder
