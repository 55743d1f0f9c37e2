"""What is recorded of somebody with a paper: agreements, and checks at gates of the charter; by whom (§12a)."""

from collections.abc import Mapping
from typing import Any

from tenfold.terms.errors import Complaint
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.carrying import carries_out
from tenfold.web.rights.results import Results
from tenfold.web.rights.roles import Role
from tenfold.web.rights.viewers import Viewer


def agreement_types(rules: Any) -> tuple[str, ...]:
    """Return the types of agreements that a charter asks for of its classes, each once."""
    return tuple(dict.fromkeys(type for types in rules.risk.agreements_required.values() for type in types))


def records_agreements(viewer: Viewer, party: str) -> bool:
    """Whether the viewer records agreements with somebody: nobody does their own."""
    return may(viewer, Act.ADD_DOCUMENT) and may(viewer, Act.LOG_TALK) and party not in viewer.own


def against_check(viewer: Viewer, party: str) -> Complaint | None:
    """Return what stands against a check of somebody by the viewer: whoever invites people does not clear them."""
    if Role.OPERATOR in viewer.roles:
        return Complaint("check.compliance_alone")
    return Complaint("acts.about_oneself") if party in viewer.own else None


def checks(viewer: Viewer, party: str) -> bool:
    """Whether the viewer records checks of somebody."""
    return may(viewer, Act.RECORD_CHECK) and against_check(viewer, party) is None


def asked_by(viewer: Viewer, about: str, table: str, row: Mapping[str, Any]) -> str | None:
    """Return the card of Today that asks for a row, if one does; `about` is what it is about, with its kind."""
    cards = Results(viewer).decisions(subject=about, rank__isnull=False)
    return next((one["id"] for one in cards if carries_out(one, table, row)), None)
