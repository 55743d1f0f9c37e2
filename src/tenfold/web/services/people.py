"""Parties: somebody new, and what is said of them later."""

from collections.abc import Collection

from tenfold.facts.maps.keys import PERSON
from tenfold.web.rights.acts import Act, require
from tenfold.web.rights.adding import CANDIDATE, MEMBER, met_before
from tenfold.web.rights.viewers import runs_something
from tenfold.web.services.acting import Doing, act
from tenfold.web.store.append import new_id
from tenfold.web.store.declared import MODELS


@act(Act.ADD_PARTY)
def add_party(
    doing: Doing,
    *,
    type: str,
    name: str,
    name_other: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    language: str | None = None,
    organisation: str | None = None,
    member_class: str | None = None,
    state: str = CANDIDATE,
    source: str | None = None,
    others: Collection[str] = (),
    because: str | None = None,
) -> None:
    """Record a person or an organisation under a new key, never made of the name; where asked, as a candidate too.

    organisation   where a person works
    state          of the membership: a candidate, or a member already
    others         parties that look like this one and are known to be somebody else
    """
    doing.forbid(not name.strip(), "adding.nameless")
    if organisation is not None:
        doing.forbid(type != PERSON, "adding.people_work")
        doing.forbid(doing.one("parties", organisation)["type"] == PERSON, "adding.no_organisation")
    found = met_before(doing.community, type, name=name, organisation=organisation, email=email, phone=phone)
    doing.forbid(bool(found.same), "adding.same")
    doing.forbid(not set(others).issuperset(found.likely), "adding.likely")
    said = {"name_other": name_other, "email": email, "phone": phone, "language": language, "because": because}
    party = new_party(doing, type=type, name=name, **said)
    if organisation is not None:
        doing.add("affiliations", party=party, organisation=organisation)
    if member_class is not None:
        _join(doing, party, member_class, state, source)


def _join(doing: Doing, party: str, member_class: str, state: str, source: str | None) -> None:
    """Record somebody as a candidate or a member; who runs something as a member is for those who give offices."""
    doing.forbid(state not in (CANDIDATE, MEMBER), "acts.unknown")
    if state == MEMBER and runs_something(doing.community, [member_class]):
        require(doing.viewer, Act.APPOINT)
    doing.add("memberships", **{"class": member_class}, party=party, state=state, source=source)


def new_party(doing: Doing, *, type: str, name: str | None, **said: str | None) -> str:
    """Add a party under a new key, as a part of an act; return the key."""
    party = _key(doing)
    doing.add("parties", party=party, type=type, name=name, **said)
    return party


def _key(doing: Doing) -> str:
    """Return the next free pseudonym of the form p000123, else one that nobody can have."""
    numbered = MODELS["parties"].rows.of(doing.community).filter(party__regex=r"^p[0-9]{6}$")
    last = numbered.order_by("party").values_list("party", flat=True).last()
    number = 1 if last is None else int(last[1:]) + 1
    return f"p{number:06d}" if number < 10**6 else new_id("party")
