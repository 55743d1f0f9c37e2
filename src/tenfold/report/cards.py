"""The cards of Today: what one decision proposes, cut into verb, whom, what, reasons and effect (UI.md, rule 4).

The long sentence of a decision stays in Why; a card says the same in chips that are read at a glance.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from tenfold.report.days import day_said
from tenfold.report.figures import Figure
from tenfold.report.speech import Speech, unbroken
from tenfold.terms.listed import BETWEEN

Result = Mapping[str, Any]  # a decision as `decisions.jsonl` writes it

VERBS: Mapping[str, str] = {
    "alert": "look",
    "arrival": "look",
    "condition": "push",
    "cooling": "talk",
    "deal": "talk",
    "deal_silent": "talk",
    "gate": "renew",
    "hand_over": "pay",
    "offer": "give",
    "question": "answer",
    "second_signature": "sign",
    "thanks": "thank",
    "touch": "talk",
}
# What one tap on a card does, and what its button says; acts that need more than a tap have none.
DOING: Mapping[str, str] = {
    "alert": "own",
    "condition": "deliver",
    "cooling": "log",
    "deal": "log",
    "deal_silent": "log",
    "offer": "deliver",
    "question": "answer",
    "thanks": "thank",
    "touch": "log",
}
OF_POOLS = ("hand_over", "arrival")  # kinds whose subject is a pool
SIGNED = ("distribution.pool:", "distribution.payout:")  # the beginnings of what is signed with a pool
WITHIN = "@"  # between a payee and the pool
# Which sentence tells money that waits → why it does.
PAYMENTS: Mapping[str, str] = {"hand_over": "approved", "hand_again": "returned", "arrival": "unanswered"}
PARTED = "/"  # between whom an act is about and its kind, in the subject of its decision
ANCHOR = 12
EXPLORES = "seed"
DAYS = ("asked", "on", "due")  # parameters of sentences that are local days
CHANCES = ("fund.p_minimum", "fund.p_target")  # what a deal moves


@dataclass(frozen=True, slots=True)
class Reason:
    """A chip: why now, and how it is coloured (`warn`, `bad`, or nothing)."""

    text: Markup
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """The chance of the round's goal now, if they pay and if they are lost (0 to 1), and the same in words."""

    now: float
    won: float
    lost: float
    now_said: Figure
    won_said: str
    lost_said: str


@dataclass(frozen=True, slots=True)
class Card:
    """One act that is worth doing today.

    id          the decision that proposes it; `anchor` the same as an HTML id
    kind        the kind of act
    verb        what to do, as a message id
    does        what one tap does (`log`, `answer`, `deliver`, `own`, `thank`); nothing where a tap does not suffice
    door        the page where it is done, where no tap does it; `waits` who does it, where its reader does not
    party       whom it is about, where that is a party; `pool` the pool, where it is one
    minutes     how long it takes
    proposes    the fact that the act would record
    """

    id: str
    anchor: str
    kind: str
    verb: str
    does: str | None
    party: str | None
    pool: str | None
    whom: str
    what: Markup
    reasons: tuple[Reason, ...]
    effect: Effect | None
    minutes: int | None
    proposes: Mapping[str, Any]
    door: str = ""
    waits: str = ""

    @property
    def button(self) -> str:
        """What the button of its one tap says, as a message id."""
        return f"card.do.{self.does}"


def card(speech: Speech, decision: Result, today: date) -> Card:
    """Return the card of a decision.

    today   the community's local day: what is due is said from it
    """
    about, _, kind = decision["subject"].partition(PARTED)
    params = decision["message"]["params"]
    minutes = params.get("minutes")
    of_pool = _is_of_pool(kind, decision["proposes"] or {})
    return Card(
        id=decision["id"],
        anchor="card-" + hashlib.sha256(decision["id"].encode()).hexdigest()[:ANCHOR],
        kind=kind,
        verb=f"card.verb.{VERBS.get(kind, 'talk')}",
        does=DOING.get(kind),
        party=about if about in speech.names and not of_pool else None,
        pool=about.rpartition(WITHIN)[2] if of_pool else None,
        whom=speech.named(about),
        what=_what(speech, kind, params, today),
        reasons=tuple(_reasons(speech, kind, decision["message"], today)),
        effect=_effect(speech, decision),
        minutes=int(minutes) if minutes else None,
        proposes=decision["proposes"] or {},
    )


def _is_of_pool(kind: str, proposes: Mapping[str, Any]) -> bool:
    return kind in OF_POOLS or str(proposes.get("decision", "")).startswith(SIGNED)


def _what(speech: Speech, kind: str, params: Mapping[str, str], today: date) -> Markup:
    """Return what the act is about in a few words; a promise without its promisor, who is named beside it."""
    said = {name: _day(speech, text, today) for name, text in params.items() if name in DAYS}
    if promise := params.get("promise"):
        said["promise"] = speech.named(promise).rpartition(BETWEEN)[2]
    return speech.say(f"card.what.{kind or 'touch'}", **{**params, **said})


def _day(speech: Speech, text: str, today: date) -> str:
    try:
        return day_said(speech.language, date.fromisoformat(text), today)
    except ValueError:
        return text


def _reasons(speech: Speech, kind: str, message: Mapping[str, Any], today: date) -> Iterator[Reason]:
    """Yield at most three chips, the weightiest first."""
    params = message["params"]
    own = _of_payments(speech, message, today) if kind in OF_POOLS else _of_kind(speech, kind, params)
    found = [*own, *_due(speech, params, today), *_within(speech, params)]
    if params.get(EXPLORES):
        found.append(Reason(speech.say("card.reason.explore")))
    yield from found[:3]


def _of_kind(speech: Speech, kind: str, params: Mapping[str, str]) -> Iterator[Reason]:
    """Yield what speaks for this kind of act; what the decision does not say has no chip."""
    match kind, params:
        case "deal", {"days": days}:
            yield Reason(speech.say(_silence(days), days=days), "warn")
        case "deal_silent", _:
            id = "card.reason.silent" if "days" in params else "card.reason.silent_never"
            yield Reason(speech.say(id, **params), "warn")
        case "touch", {"value": value}:
            yield Reason(speech.say("card.reason.overdue", value=value), "warn")
        case "cooling", {"value": value}:
            yield Reason(speech.say("card.reason.likely", value=value), "warn")
        case "alert", {"state": state}:
            yield Reason(speech.say("card.reason.state", state=state), "bad" if state == "red" else "warn")
        case "second_signature", {"by": by}:
            yield Reason(speech.say("card.reason.waits", by=by), "accent")


def _of_payments(speech: Speech, message: Mapping[str, Any], today: date) -> Iterator[Reason]:
    """Yield why money waits, and for how many."""
    params = message["params"]
    said = {**params, "on": _day(speech, params["on"], today)}
    why = PAYMENTS[message["id"].split(".")[2]]
    yield Reason(speech.say(f"card.reason.{why}", **said), "warn")
    if why != "returned":  # which says how many itself
        yield Reason(speech.say("card.reason.payees", **said))


def _silence(days: str) -> str:
    """Return the message that tells how long nobody talked; `–` where nobody ever did."""
    if not days.isdigit():
        return "card.reason.never"
    return "card.reason.days"


def _due(speech: Speech, params: Mapping[str, str], today: date) -> Iterator[Reason]:
    """Yield until when, where the act has a day."""
    try:
        due = date.fromisoformat(params.get("due", ""))
    except ValueError:
        return
    if due == today:
        yield Reason(speech.say("card.reason.due_today"), "bad")
    elif due < today:
        yield Reason(speech.say("card.reason.late", day=_day(speech, str(due), today)), "bad")
    else:
        yield Reason(speech.say("card.reason.due", day=_day(speech, str(due), today)))


def _within(speech: Speech, params: Mapping[str, str]) -> Iterator[Reason]:
    """Yield how long the charter gives for an answer, in working days where it counts those."""
    if allowed := params.get("allowed"):
        yield Reason(speech.say("card.reason.within", allowed=allowed))


def _effect(speech: Speech, decision: Result) -> Effect | None:
    params = decision["message"]["params"]
    if not {"now", "wired", "lost"} <= params.keys():
        return None
    now, won, lost = (_share(params[name]) for name in ("now", "wired", "lost"))
    chance = next((one for one in decision["measures"] if one["id"] in CHANCES), None)
    name = "" if chance is None else speech.headline(chance["id"], chance["subject"])
    id = None if chance is None else f"{chance['id']}:{chance['subject']}"
    said = Figure(name, escape(unbroken(params["now"])), known=True, id=id)
    return Effect(now, won, lost, said, unbroken(params["wired"]), unbroken(params["lost"]))


def _share(percent: str) -> float:
    """Return a share from its words: `82 %` → 0.82."""
    return float(percent.removesuffix("%").strip()) / 100
