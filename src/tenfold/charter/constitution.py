"""What no community may configure (DOMAIN §14), as far as it needs more than one clause to see.

The rest of the constitution stands in the clauses themselves: `rules.py` of the mechanisms admit one referral level,
k-anonymity from five, two signatures and so on, and no other value.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tenfold.charter.calendar import known_calendars
from tenfold.charter.pointers import find, leaves, steps, value_at
from tenfold.terms.errors import Complaint, Place
from tenfold.terms.listed import Listed

# Attributes that no score may use (DOMAIN §14, 6), as ids of criteria would name them.
PROTECTED = frozenset(
    {"age", "caste", "colour", "disability", "ethnicity", "gender", "health", "marital_status", "nationality"}
    | {"political_opinion", "pregnancy", "private_messages", "race", "religion", "sentiment", "sex"}
    | {"sexual_orientation", "talk_ratio", "union_membership", "wealth"}
)
# Classes that bring money, beside those that the charter itself gates as investors or sorts by ticket.
INVESTORS = frozenset({"investor", "lender", "shareholder", "sponsor"})
# Words that promise principal or return (rule CN-FUND-02).
_PROMISE = re.compile(
    r"保本|保息|刚性兑付|稳赚|零风险|无风险|承诺.{0,6}收益|年化.{0,8}保证|固定回报|回购承诺"
    r"|guaranteed?\s+(?:return|profit|yield|income|principal)|risk[- ]free\s+(?:return|profit|yield)",
    re.IGNORECASE,
)
_ADOPTED = re.compile(r"decision:(\d{4}-\d{2}-\d{2})/")
_SPOKEN = frozenset({"zh", "en", "means", "note"})


def check(charter: Mapping[str, Any]) -> list[Complaint]:
    """Return what a charter (plain data) breaks of the constitution, and a calendar that does not exist."""
    rules = (
        _calendar,
        _retroactive,
        _promises,
        _protected,
        _own_judges,
        _paid_for_investors,
        _unsigned_payouts,
        _vested_rights,
    )
    return [
        Complaint(f"profiles.{kind}", Place(pointer=pointer), params)
        for rule in rules
        for kind, pointer, params in rule(charter)
    ]


Breach = tuple[str, str, dict[str, object]]


def _calendar(charter: Mapping[str, Any]) -> Iterator[Breach]:
    name = value_at(charter, "/charter/calendar")
    if name is not None and name not in known_calendars():
        yield "calendar_unknown", "/charter/calendar", {"seen": name, "expected": Listed(known_calendars())}


def _retroactive(charter: Mapping[str, Any]) -> Iterator[Breach]:
    adopted = _ADOPTED.match(value_at(charter, "/charter/adopted_by", ""))
    begins = value_at(charter, "/charter/effective_from")
    if adopted and begins and date.fromisoformat(begins) < date.fromisoformat(adopted[1]):
        yield "retroactive", "/charter/effective_from", {"seen": begins, "expected": adopted[1]}


def _promises(charter: Mapping[str, Any]) -> Iterator[Breach]:
    for pointer, text in leaves(charter):
        found = _PROMISE.search(text) if isinstance(text, str) and steps(pointer)[-1] in _SPOKEN else None
        if found:
            yield "promised_return", pointer, {"seen": found[0]}


def _protected(charter: Mapping[str, Any]) -> Iterator[Breach]:
    for pointer, criteria in find(charter, "/screening/scorecards/*/criteria"):
        for criterion in criteria:
            if criterion in PROTECTED:
                yield "protected_attribute", f"{pointer}/{criterion}", {"seen": criterion}


def _own_judges(charter: Mapping[str, Any]) -> Iterator[Breach]:
    for pointer, step in find(charter, "/incentives/ladder/*"):
        if step.get("decide") == "panel":
            yield "panel_decides", f"{pointer}/decide", {"seen": "panel", "level": step["level"]}


def _paid_for_investors(charter: Mapping[str, Any]) -> Iterator[Breach]:
    investors = investor_classes(charter)
    for pointer, kind in find(charter, "/distribution/contribution_types/*"):
        if not is_introduction(pointer, kind):
            continue
        if "rate" in kind:
            yield "referral_by_rate", f"{pointer}/rate", {"seen": kind["rate"]}
        if not kind.get("of"):
            yield "referral_of_anyone", pointer, {"seen": steps(pointer)[-1]}
        for number, member_class in enumerate(kind.get("of", ())):
            if member_class in investors:
                yield "paid_for_investors", f"{pointer}/of/{number}", {"seen": member_class}


def is_introduction(pointer: str, kind: Mapping[str, Any]) -> bool:
    """Whether a contribution type pays for bringing somebody."""
    return steps(pointer)[-1] == "introduction" or kind.get("when") == "admitted" or "levels" in kind


def investor_classes(charter: Mapping[str, Any]) -> frozenset[str]:
    """Return the member classes that bring money: by name, by an investor's gate, or by a ticket."""
    gated = [
        member_class
        for _, gate in find(charter, "/screening/gates/[id=qualified_investor]")
        for member_class in (gate["applies_to"] if isinstance(gate["applies_to"], list) else ())
    ]
    ticketed = [
        match["class"]
        for _, match in find(charter, "/value/segments/*/match")
        if "class" in match and {"ticket_at_least", "ticket_below"} & match.keys()
    ]
    return INVESTORS | {*gated, *ticketed}


def _unsigned_payouts(charter: Mapping[str, Any]) -> Iterator[Breach]:
    for pointer, layer in find(charter, "/distribution/layers/*"):
        if {"pool", "pool_units"} & layer.keys() or layer.get("tiers"):
            if value_at(charter, "/distribution/approve/dual_control") is None:
                yield "no_signatures", pointer, {"seen": layer["id"]}
            return


def _vested_rights(charter: Mapping[str, Any]) -> Iterator[Breach]:
    pointer = "/adjustment/decisions/vested_rights/pass"
    rule = value_at(charter, pointer)
    if rule is not None and rule != "consent_of_each_affected":
        yield "vested_rights", pointer, {"seen": rule, "expected": "consent_of_each_affected"}
