"""Papers: recorded with what they prove, their content kept privately where somebody uploads it."""

from dataclasses import dataclass
from datetime import date

from tenfold.exchange.papers import ending_of, title_of
from tenfold.web.rights.acts import Act, require
from tenfold.web.rights.names import rules_of
from tenfold.web.rights.people import agreement_types
from tenfold.web.services.acting import Doing, act
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
    doing.add(
        "agreements",
        agreement=key,
        type=type,
        party=party,
        state=state,
        expires_at=expires_at,
        document=None if paper is None else recorded(doing, paper),
        because=because,
    )
