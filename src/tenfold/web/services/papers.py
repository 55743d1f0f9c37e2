"""Papers: recorded with what they prove, their content kept privately where somebody uploads it."""

from dataclasses import dataclass
from datetime import date

from tenfold.exchange.papers import ending_of, title_of
from tenfold.web.rights.acts import Act, require
from tenfold.web.rights.names import rules_of
from tenfold.web.rights.papering import against_check, agreement_types, asked_by
from tenfold.web.services.acting import Doing, act, refuse
from tenfold.web.store import papers
from tenfold.web.store.append import new_id
from tenfold.web.store.current import counting

PROOF = "proof"  # the kind of what shows that a promise was kept


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that proves something.

    kind      what it is, in the charter's words
    place     where it lies, when that is elsewhere
    name, content   the file that somebody uploads
    """

    kind: str
    title: str | None = None
    place: str | None = None
    name: str | None = None
    content: bytes | None = None


def recorded(doing: Doing, paper: Paper, expires_at: date | None = None) -> str:
    """Record a paper, with its file where there is one; return its key.

    Raises
    ------
    Refused   the viewer adds no papers, or the file is not taken
    """
    require(doing.viewer, Act.ADD_DOCUMENT)
    key = new_id("document")
    cells = {"document": key, "kind": paper.kind, "place": paper.place, "expires_at": expires_at}
    if paper.content is None:
        doing.add("documents", **cells, title=paper.title)
        return key
    name = paper.name or ""
    ending = ending_of(name, paper.content)
    sha256 = papers.digest(paper.content)
    fact = doing.add("documents", **cells, title=paper.title or title_of(name) or None, sha256=sha256)
    papers.put(doing.community, fact, ending, paper.content)
    return key


@act(Act.ADD_DOCUMENT)
def record_agreement(
    doing: Doing,
    *,
    party: str,
    type: str,
    state: str,
    expires_at: date | None = None,
    paper: Paper | None = None,
    because: str | None = None,
) -> None:
    """Record how an agreement with a party stands, with its paper; another state of the same type is a new row."""
    doing.one("parties", party)
    require(doing.viewer, Act.LOG_TALK)  # members bring papers of their own promises alone
    doing.forbid(party in doing.viewer.own, "acts.about_oneself")
    doing.forbid(type not in agreement_types(rules_of(doing.community)), "paper.agreement_type")
    held = counting(doing.community, "agreements").filter(party=party, type=type).order_by("occurred_at", "fact")
    key = held.values_list("agreement", flat=True).last() or f"{party}-{type}"
    cells = {"agreement": key, "type": type, "party": party, "state": state, "expires_at": expires_at}
    document = None if paper is None else recorded(doing, paper)
    cause = because or asked_by(doing.viewer, f"{party}/second_signature", "agreements", cells)
    doing.add("agreements", **cells, document=document, because=cause)


@act(Act.RECORD_CHECK)
def record_check(
    doing: Doing,
    *,
    party: str,
    gate: str,
    result: str,
    valid_until: date | None = None,
    paper: Paper | None = None,
    because: str | None = None,
) -> None:
    """Record whether somebody passed a gate of the charter, with the evidence; the viewer stands for it.

    valid_until   the last day on which it is good, where that is not as long as the charter says
    because       the decision that led to it; else the card of Today that asks for it, if one does
    """
    doing.one("parties", party)
    doing.heed(against_check(doing.viewer, party))
    doing.forbid(gate not in {one.id for one in rules_of(doing.community).screening.gates}, "check.gate")
    if valid_until is not None and valid_until < doing.viewer.today:
        refuse("check.over", day=valid_until.isoformat())
    cells = {"party": party, "gate": gate, "result": result}
    evidence = None if paper is None else [recorded(doing, paper)]
    cause = because or asked_by(doing.viewer, f"{party}/gate", "gate_checks", cells)
    doing.add("gate_checks", **cells, valid_until=valid_until, verifier=doing.party, evidence=evidence, because=cause)
