"""Parties: somebody new, and what is said of them later."""

from tenfold.web.rights.acts import Act
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
    organisation: str | None = None,
    member_class: str | None = None,
    state: str = "suggested",
    source: str | None = None,
    because: str | None = None,
) -> None:
    """Record a person or an organisation under a new key, never made of the name; where asked, as a candidate too."""
    said = {"name_other": name_other, "email": email, "phone": phone, "because": because}
    party = new_party(doing, type=type, name=name, **said)
    if organisation is not None:
        doing.add("affiliations", party=party, organisation=organisation)
    if member_class is not None:
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
