"""A decision: what the engine proposes, with the rule, the measures and the facts that led to it. People decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenfold.terms.reason import Reason


@dataclass(frozen=True, slots=True)
class Cure:
    """The smallest change of facts that would flip a decision that is not good news; None amounts: none computed."""

    reason: Reason
    value: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class MeasureRef:
    """A number that a decision rests on: measure id, subject and end."""

    id: str
    subject: str
    end: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """One proposal of one mechanism.

    mechanism, kind, subject, since   its identity: the same open proposal keeps its id in every later cycle
    proposal     the act it proposes, a word of `report/words`
    value, unit  its number, written with the digits of its unit; low and high its band
    status       proposed | confirmed | overridden | executed (DOMAIN §12b); acts are facts beside it
    pointer      the rule of the charter it follows, as a JSON pointer; version the charter version that judges
    settings     further places of the charter whose values its number is made of; an explanation shows them
    measures     the numbers it rests on; facts at most eight fact ids that the sentence names
    alternatives other acts a person may choose
    proposal_sha256   the digest of what it proposes, where an act on it must name that (`decision_acts`); else None
    appeal       until when whom it concerns may appeal against it, where that is told; else None
    cure         how it turns good; closes_when the condition that closes it; proposes the fact it hands to the next
    """

    mechanism: str
    kind: str
    subject: str
    since: str
    message: Reason
    proposal: str
    pointer: str
    version: int
    value: str | None = None
    unit: str | None = None
    low: str | None = None
    high: str | None = None
    status: str = "proposed"
    measures: tuple[MeasureRef, ...] = ()
    facts: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    cure: Cure | None = None
    closes_when: Mapping[str, Any] | None = None
    proposes: Mapping[str, Any] | None = None
    settings: tuple[str, ...] = ()
    proposal_sha256: str | None = None
    appeal: Reason | None = None

    @property
    def id(self) -> str:
        """`mechanism.kind:subject:since`."""
        return f"{self.mechanism}.{self.kind}:{self.subject}:{self.since}"
