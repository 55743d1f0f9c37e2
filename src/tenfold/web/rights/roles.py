"""The eight kinds of viewers (DOMAIN.md §12a), and how a charter's roles and classes come to them."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """Who looks."""

    FOUNDER = "founder"
    FINANCE = "finance"
    OPERATOR = "operator"
    COMPLIANCE = "compliance"
    COUNCIL = "council"
    INVESTOR = "investor"
    PARTNER = "partner"
    SUPPORTER = "supporter"
    AUDITOR = "auditor"


# A community's roles and classes are its own words; these are the templates'. Any other class sees the least.
ROLES = {
    "finance": Role.FINANCE,
    "operator": Role.OPERATOR,
    "compliance": Role.COMPLIANCE,
    "council": Role.COUNCIL,
    "panel": Role.COUNCIL,
    "auditor": Role.AUDITOR,
}
CLASSES = {
    "founder": Role.FOUNDER,
    "core": Role.FOUNDER,
    "investor": Role.INVESTOR,
    "sponsor": Role.INVESTOR,
    "lender": Role.INVESTOR,
    "partner": Role.PARTNER,
    "expert": Role.PARTNER,
    "contributor": Role.PARTNER,
    "maker": Role.PARTNER,
    "contractor": Role.PARTNER,
    "adviser": Role.PARTNER,
    "authority": Role.PARTNER,
    "member": Role.PARTNER,
}


def of_role(role: str) -> Role | None:
    """Return what a charter's role makes of its holder here; none where it gives no rights."""
    return ROLES.get(role)


def of_class(member_class: str, own: Mapping[str, str]) -> Role:
    """Return what a class of members makes of a member here; `own` is what the community says of its classes."""
    return Role(own.get(member_class, CLASSES.get(member_class, Role.SUPPORTER)))
