"""Who may see what (DOMAIN.md §12a), as data: kind of data × kind of viewer → how much of it.

Somebody who is several things sees what each of them sees. Everybody sees all of the data about themselves, but for
raw survey answers, which are detached from who gave them. A community may narrow or widen a cell; what the constitution
fixes is not in the table.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from tenfold.web.rights.roles import Role


class Data(StrEnum):
    """Kinds of data, by who may see them."""

    DIRECTORY = "directory"  # who is here, and what they are
    PIPELINE = "pipeline"  # deals, rounds, money and holdings, by investor
    INTERACTIONS = "interactions"
    RATINGS = "ratings"
    GATE_EVIDENCE = "gate_evidence"
    PROMISES = "promises"
    CONTRIBUTIONS = "contributions"
    PAYOUTS = "payouts"
    SANCTIONS = "sanctions"
    SURVEYS = "surveys"
    RISKS = "risks"
    CHARTER = "charter"
    CULTURE = "culture"


class Sight(StrEnum):
    """How much of a kind of data somebody sees."""

    ALL = "all"
    NO_AMOUNTS = "no_amounts"  # every row, without amounts
    FLAGS = "flags"  # every row, without what people wrote
    RESULT = "result"  # every row, without evidence and what people wrote
    OWN = "own"  # rows about themselves, and aggregates
    NONE = "none"


_EVERYBODY = dict.fromkeys(Role, Sight.ALL)
_STAFF = (Role.FOUNDER, Role.FINANCE, Role.OPERATOR, Role.COMPLIANCE, Role.COUNCIL, Role.AUDITOR)
_STAFF_ALL = {**dict.fromkeys(Role, Sight.OWN), **dict.fromkeys(_STAFF, Sight.ALL), Role.SUPPORTER: Sight.NONE}

POLICY: Mapping[Data, Mapping[Role, Sight]] = MappingProxyType(
    {
        Data.DIRECTORY: _STAFF_ALL,
        Data.PIPELINE: {**_STAFF_ALL, Role.OPERATOR: Sight.NO_AMOUNTS, Role.PARTNER: Sight.NONE},
        Data.INTERACTIONS: {
            **_STAFF_ALL,
            Role.FOUNDER: Sight.FLAGS,
            Role.FINANCE: Sight.FLAGS,
            Role.COMPLIANCE: Sight.FLAGS,
            Role.AUDITOR: Sight.FLAGS,
            Role.COUNCIL: Sight.NONE,
        },
        Data.RATINGS: {**_STAFF_ALL, Role.FOUNDER: Sight.OWN, Role.FINANCE: Sight.OWN, Role.OPERATOR: Sight.OWN},
        Data.GATE_EVIDENCE: {
            **_STAFF_ALL,
            Role.FOUNDER: Sight.RESULT,
            Role.FINANCE: Sight.RESULT,
            Role.OPERATOR: Sight.RESULT,
            Role.COUNCIL: Sight.RESULT,
            Role.AUDITOR: Sight.RESULT,
        },
        Data.PROMISES: {**_STAFF_ALL, Role.OPERATOR: Sight.NO_AMOUNTS},  # a call for capital says what somebody invests
        Data.CONTRIBUTIONS: _STAFF_ALL,
        Data.PAYOUTS: {**_STAFF_ALL, Role.OPERATOR: Sight.NONE},
        Data.SANCTIONS: {**_STAFF_ALL, Role.OPERATOR: Sight.FLAGS},
        Data.SURVEYS: dict.fromkeys(Role, Sight.NONE),
        Data.RISKS: _STAFF_ALL,
        Data.CHARTER: _EVERYBODY,
        Data.CULTURE: _EVERYBODY,
    }
)

# Every table of facts has its kind of data; a test finds one that was forgotten.
DATA_OF: Mapping[str, Data] = MappingProxyType(
    {
        **dict.fromkeys(("parties", "memberships", "affiliations", "role_terms", "consents"), Data.DIRECTORY),
        **dict.fromkeys(("needs", "capabilities", "documents"), Data.DIRECTORY),
        **dict.fromkeys(("rounds", "opportunities", "cash_movements", "holdings", "vesting_grants"), Data.PIPELINE),
        **dict.fromkeys(("valuations", "exchange_rates", "figures", "group_links", "agreements"), Data.PIPELINE),
        **dict.fromkeys(("rights", "signatures"), Data.PIPELINE),
        **dict.fromkeys(("interactions", "interview_answers"), Data.INTERACTIONS),
        "ratings": Data.RATINGS,
        "gate_checks": Data.GATE_EVIDENCE,
        **dict.fromkeys(("commitments", "commitment_steps"), Data.PROMISES),
        **dict.fromkeys(("contributions", "attestations"), Data.CONTRIBUTIONS),
        **dict.fromkeys(("pools", "payouts"), Data.PAYOUTS),
        **dict.fromkeys(("sanctions", "appeals"), Data.SANCTIONS),
        "survey_answers": Data.SURVEYS,
        **dict.fromkeys(("risks", "incidents", "alert_acts"), Data.RISKS),
        **dict.fromkeys(("proposals", "votes", "charter_versions", "gate_outcomes", "decision_acts"), Data.CHARTER),
        **dict.fromkeys(("events", "attendances", "mentions", "publications", "recognitions"), Data.CULTURE),
        "referrals": Data.CULTURE,
    }
)

PAID_TO_PEOPLE = ("payout", "clawback")  # purposes of money by which one knows what somebody is paid

AGREEMENTS = "agreements"
CARD = "insight.next_best_action"  # a card of Today is known by its kind as well, which its subject ends with

# So has every measure and decision, by the longest beginning of its id that is listed here.
DATA_OF_RESULTS: Mapping[str, Data] = MappingProxyType(
    {
        "goals": Data.PIPELINE,
        "screening": Data.RATINGS,
        "screening.gate_result": Data.GATE_EVIDENCE,
        "screening.promise_offer": Data.PROMISES,
        "screening.first_promise": Data.PROMISES,
        "value": Data.PROMISES,
        "interaction": Data.INTERACTIONS,
        "incentives": Data.PROMISES,
        "incentives.ladder_step": Data.SANCTIONS,
        "incentives.vesting": Data.PIPELINE,
        "distribution": Data.PAYOUTS,
        "risk": Data.RISKS,
        "adjustment": Data.CHARTER,
        "adjustment.entry": Data.DIRECTORY,
        "adjustment.exit": Data.DIRECTORY,
        "insight": Data.DIRECTORY,
        **dict.fromkeys((f"{CARD}.hand_over", f"{CARD}.arrival", f"{CARD}.thanks"), Data.PAYOUTS),
        f"{CARD}.second_signature": Data.PAYOUTS,  # of a pool; one under an agreement is told by what it proposes
        "culture": Data.CULTURE,
        **dict.fromkeys(("okr", "fund", "fin", "prj", "cov", "agr"), Data.PIPELINE),
        **dict.fromkeys(("rel", "com"), Data.INTERACTIONS),
        "scr": Data.RATINGS,
        "scr.gate": Data.GATE_EVIDENCE,
        "scr.coverage": Data.DIRECTORY,
        **dict.fromkeys(("inc", "val"), Data.PROMISES),
        "inc.vested": Data.PIPELINE,
        "dis": Data.CONTRIBUTIONS,
        "dis.entitlement": Data.PAYOUTS,
        **dict.fromkeys(("gate", "adj"), Data.CHARTER),
        "ins": Data.DIRECTORY,
        **dict.fromkeys(("brand", "cul", "sc"), Data.CULTURE),
    }
)
# What the project expects is for those who steer it: no member of a private fund is told a forecast.
FORECASTS = ("fund.forecast", "fund.p_", "goals.forecast", "goals.deal_effect")

# Offices that decide over money: whoever holds one gets in with a second factor (TRUST.md, promise 8).
SECOND_FACTOR = frozenset({Role.FINANCE, Role.COMPLIANCE})

REMEMBERED = 1024  # names of measures and kinds of decisions whose data was looked up: more than there are


def known(id: str) -> bool:
    """Whether a measure or decision of such an id has its kind of data."""
    try:
        data_of(id)
    except KeyError:
        return False
    return True


def data_of_row(table: str, row: Mapping[str, Any]) -> Data:
    """Return what kind of data a row is: money of a pool says who is paid, whatever else its table holds.

    An explanation gives the cells of a row that are filled, and no others.
    """
    if table == "cash_movements" and (row.get("pool") is not None or row.get("purpose") in PAID_TO_PEOPLE):
        return Data.PAYOUTS
    return DATA_OF[table]


def data_of(id: str) -> Data:
    """Return what kind of data a measure or decision is, by its id (`fund.wired`, `risk.alert:…`).

    Raises
    ------
    KeyError   nobody has said
    """
    name, _, about = id.partition(":")
    if name == CARD:
        name = f"{CARD}.{about.partition(':')[0].rpartition('/')[2]}"
    return _data_of(name)


def data_of_decision(decision: Mapping[str, Any]) -> Data:
    """Return what kind of data a decision is; a card that asks for an agreement is what agreements are."""
    asked = (decision["proposes"] or {}).get("table")
    if asked == AGREEMENTS and decision["id"].startswith(f"{CARD}:"):
        return DATA_OF[AGREEMENTS]
    return data_of(decision["id"])


@lru_cache(maxsize=REMEMBERED)
def _data_of(name: str) -> Data:
    listed = [start for start in DATA_OF_RESULTS if name == start or name.startswith((f"{start}.", f"{start}_"))]
    return DATA_OF_RESULTS[max(listed, key=len, default=name)]


def sights(roles: Iterable[Role], data: Data, own: Mapping[str, Mapping[str, str]]) -> frozenset[Sight]:
    """Return how much of a kind of data a viewer of these roles sees; `own` is what a community set otherwise."""
    changed = own.get(data, {})
    return frozenset(Sight(changed.get(role, POLICY[data][role])) for role in roles) - {Sight.NONE}
