"""Votes: who may, who did, and what came of it by the rules of the body that decides."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.mechanisms.adjustment.grounds import GROUPS, MEMBERS, AdjustmentGrounds
from tenfold.mechanisms.adjustment.rules import CONSENT
from tenfold.terms.days import local_day
from tenfold.terms.decision import Cure
from tenfold.terms.draft import Draft, Fact, decision, instant
from tenfold.terms.durations import Duration, add
from tenfold.terms.measure import DIGITS, write_number
from tenfold.terms.reason import Reason

if TYPE_CHECKING:
    from tenfold.terms.rules import Calendar

HALF = Fraction(1, 2)
BY_SHARES = "by_shares"
GIVES = {"issue": 1, "transfer_in": 1, "convert": 1, "exercise": 1, "transfer_out": -1, "cancel": -1, "repurchase": -1}
AGAINST = ("against", "object")
CAST = ("for", *AGAINST, "abstain")
WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def part_of(share: Decimal) -> Fraction:
    """Return a share as written; two and three decimals that stand for thirds are thirds.

    >>> part_of(Decimal("0.667")), part_of(Decimal("0.60"))
    (Fraction(2, 3), Fraction(3, 5))
    """
    exact = Fraction(share)
    places = -int(share.as_tuple().exponent)
    for third in (Fraction(1, 3), Fraction(2, 3)):
        if places >= 2 and Fraction(round(third * 10**places), 10**places) == exact:
            return third
    return exact


def passes(share: Fraction, wanted: Fraction) -> bool:
    """Return whether a share of the votes suffices; a half is reached only by more than half."""
    return share > wanted if wanted == HALF else share >= wanted


@dataclass(frozen=True)
class Ballot:
    """One proposal with its body's rules, who may vote with what weight, and what each said."""

    row: Mapping[str, Any]
    body: Any
    version: int
    weights: Mapping[str, int]
    choices: Mapping[str, str]
    excluded: tuple[str, ...]
    affected: tuple[str, ...]

    def sum(self, *choices: str) -> int:
        """Return the weight of those who chose one of these."""
        return sum(self.weights.get(voter, 1) for voter, choice in self.choices.items() if choice in choices)

    @cached_property
    def whole(self) -> int:
        """The weight of all who may vote."""
        return sum(self.weights.values())

    @cached_property
    def turnout(self) -> Fraction:
        """Weight cast ÷ weight of all."""
        return Fraction(self.sum(*CAST), self.whole) if self.whole else Fraction(0)

    @cached_property
    def share(self) -> Fraction:
        """For ÷ (for + against); abstentions count for the quorum alone."""
        decided = self.sum("for", *AGAINST)
        return Fraction(self.sum("for"), decided) if decided else Fraction(0)

    @property
    def by_consent(self) -> bool:
        """Whether each affected must agree."""
        return bool(self.body.pass_ == CONSENT)

    @property
    def wanted(self) -> Fraction:
        """The share that passes; all of them where each must agree."""
        return Fraction(1) if self.by_consent else part_of(self.body.pass_)

    @property
    def quorum(self) -> Fraction:
        """The turnout that a decision needs."""
        return part_of(self.body.quorum) if self.body.quorum is not None else Fraction(0)

    @property
    def open_consents(self) -> list[str]:
        """Who has not agreed of those whose consent is needed."""
        return [voter for voter in self.affected if self.choices.get(voter) != "for"]

    @property
    def outcome(self) -> str:
        """adopted, rejected or no_quorum, were it counted now."""
        if self.turnout < self.quorum:
            return "no_quorum"
        if self.by_consent:
            return "rejected" if self.open_consents else "adopted"
        return "adopted" if passes(self.share, self.wanted) else "rejected"


@decision(
    "adjustment.vote_result",
    "vote_open",
    "vote_flawed",
    of=AdjustmentGrounds,
    reads=(
        "proposals",
        "votes",
        "parties",
        "opportunities",
        "agreements",
        "holdings",
        "view.sanction",
        *MEMBERS,
        *GROUPS,
    ),
    clock="passed",
    hands_on=("proposals",),
    closes=(
        "proposals",
        "votes",
    ),
)
def vote(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """One for each proposal that is noticed or being voted on: how it stands, or what came of it."""
    rows = grounds.facts.now("proposals").filter(pl.col("state").is_in(["noticed", "voting"]))
    for row in rows.sort("proposal").iter_rows(named=True):
        version = grounds.rules.judging(row["opens_at"] or row["occurred_at"])
        body = version.adjustment.decisions.get(row["body"])
        if body is not None:
            ballot = _ballot(grounds, row, body, version)
            flaw = _flaw(grounds, row, body)
            over = row["closes_at"] is not None and row["closes_at"] <= grounds.as_of
            if flaw is not None:
                yield _flawed(grounds, ballot, *flaw)
            elif _is_open(grounds, row):
                yield _result(grounds, ballot) if over else _standing(grounds, ballot)


def _is_open(grounds: AdjustmentGrounds, row: Mapping[str, Any]) -> bool:
    """Whether votes are taken, or were: an announced vote opens by itself when its time has come."""
    announced = row["opens_at"] is not None and row["opens_at"] <= grounds.as_of
    return row["state"] == "voting" or announced


def voices(grounds: AdjustmentGrounds, proposal: str) -> dict[str, tuple[str, int]]:
    """Return who may vote on a proposal: party → the voice that it speaks with, and the weight of that voice.

    The parties of a connected group have one voice between them, whichever of them speaks. Nobody may where there is no
    such proposal, or no rule for its kind.
    """
    for row in grounds.facts.now("proposals").filter(pl.col("proposal") == proposal).iter_rows(named=True):
        version = grounds.rules.judging(row["opens_at"] or row["occurred_at"])
        body = version.adjustment.decisions.get(row["body"])
        if body is not None:
            weights = _ballot(grounds, row, body, version).weights
            shared = {} if _by_shares(body) else grounds.groups
            named = {party: shared.get(party, party) for party in sorted({*weights, *shared})}
            return {party: (voice, weights[voice]) for party, voice in named.items() if voice in weights}
    return {}


def _ballot(grounds: AdjustmentGrounds, row: Mapping[str, Any], body: Any, version: Any) -> Ballot:
    about = _about(grounds, row["subject"])
    minority = version.distribution.minority
    excluding = minority is not None and minority.related_party_vote_excluded and body.pass_ != CONSENT
    related = {grounds.group(party) for party in about} if excluding else set()
    by_shares = _by_shares(body)
    entitled = _shares(grounds) if by_shares else _heads(grounds, version)
    weights = {voter: weight for voter, weight in entitled.items() if grounds.group(voter) not in related}
    excluded = tuple(sorted({*entitled} - {*weights}))
    choices = _choices(grounds, row["proposal"], weights, secret=not by_shares, heads=not by_shares)
    named = [grounds.group(party) if not by_shares else party for party in about]
    affected = tuple(sorted({party for party in named if party in entitled})) or tuple(sorted(weights))
    return Ballot(row, body, int(version.charter.version), weights, choices, excluded, affected)


def _by_shares(body: Any) -> bool:
    return bool(body.weight == BY_SHARES or body.body == "shareholders")


def _about(grounds: AdjustmentGrounds, subject: str) -> list[str]:
    """Return the parties that a proposal's subject names, itself or as the party of a deal or an agreement."""
    words = WORDS.findall(subject)
    parties = grounds.facts.now("parties", only=pl.col("party").is_in(words))["party"].to_list()
    for table, key in (("opportunities", "opportunity"), ("agreements", "agreement")):
        rows = grounds.facts.now(table).filter(pl.col(key).is_in(words))
        parties += rows["party"].to_list()
    return sorted({*parties} - {grounds.rules.community.project})


def _heads(grounds: AdjustmentGrounds, version: Any) -> dict[str, int]:
    """Return one voice for each connected group with a member who may vote.

    Members on probation and those whose right to vote is suspended have none; a new member has one after the days of
    `new_member_weight_after`.
    """
    wait = version.incentives.anti_gaming.new_member_weight_after
    silenced = _suspended(grounds, version)
    found = {}
    for party, rows in grounds.members.items():
        active = [row["admitted_on"] for row in rows if row["state"] == "active"]
        if active and party not in silenced and add(min(active), Duration(wait.days, "d")) <= grounds.today:
            found[grounds.group(party)] = 1
    return dict(sorted(found.items()))


def _suspended(grounds: AdjustmentGrounds, version: Any) -> set[str]:
    """Return the parties whose vote a sanction in force has suspended."""
    levels = [step.level for step in version.incentives.ladder if "vote" in step.rights]
    rows = grounds.facts.read("view.sanction").filter("standing", pl.col("level").is_in(levels))
    return {*rows["party"]}


def _shares(grounds: AdjustmentGrounds) -> dict[str, int]:
    """Return holder → units held."""
    sign = pl.col("action").replace_strict(GIVES, return_dtype=pl.Int64)
    rows = grounds.facts.rows("holdings").with_columns(units=pl.col("units") * sign)
    held = rows.group_by("party").agg(pl.col("units").sum()).filter(pl.col("units") > 0)
    return dict(held.sort("party").iter_rows())


def _choices(
    grounds: AdjustmentGrounds, proposal: str, weights: Mapping[str, int], *, secret: bool, heads: bool
) -> dict[str, str]:
    """Return voter → choice; a group's voice is its latest vote. Voters who are no party are secret ballots."""
    rows = grounds.facts.now("votes").filter(pl.col("proposal") == proposal).sort("occurred_at", "fact")
    known = {
        *grounds.facts.now("parties", only=pl.col("party").is_in(rows["voter"].implode()))["party"],
        *grounds.members,
    }
    found: dict[str, str] = {}
    for voter, choice in rows.select("voter", "choice").iter_rows():
        voice = grounds.group(voter) if heads else voter
        if voice in weights or (secret and voter not in known):
            found[voice] = choice
    return found


def _flaw(grounds: AdjustmentGrounds, row: Mapping[str, Any], body: Any) -> tuple[str, dict[str, str]] | None:
    """Return what is wrong with the way to the vote: too short a notice, no simulation."""
    history = grounds.facts.rows("proposals", only=pl.col("proposal") == row["proposal"])
    states = dict(history.sort("occurred_at", "fact", descending=True).select("state", "on").iter_rows())
    opens = _day(grounds, row["opens_at"]) or states.get("voting")
    if body.simulate_first and "simulated" not in states and opens is not None:
        return "not_simulated", {}
    if body.notice is not None and opens is not None:
        told = states.get("noticed")
        if told is None or opens < earliest_opening(told, body.notice, grounds.rules.calendar):
            return "short_notice", {"notice": str(body.notice), "told": str(told or "–"), "opens": str(opens)}
    return None


def earliest_opening(told: date, notice: Duration, calendar: "Calendar") -> date:
    """Return the first day on which a vote may open that was announced on a day; working days by the calendar."""
    return calendar.add(told, notice) if notice.unit == "wd" else add(told, notice)


def _day(grounds: AdjustmentGrounds, at: Any) -> date | None:
    return None if at is None else local_day(at, grounds.rules.charter.timezone)


def _params(ballot: Ballot) -> dict[str, str]:
    return {
        "proposal": ballot.row["proposal"],
        "subject": ballot.row["subject"],
        "body": ballot.row["body"],
        "for": str(ballot.sum("for")),
        "against": str(ballot.sum(*AGAINST)),
        "abstain": str(ballot.sum("abstain")),
        "whole": str(ballot.whole),
        "turnout": _percent(ballot.turnout),
        "quorum": _percent(ballot.quorum),
        "share": _percent(ballot.share),
        "wanted": _percent(ballot.wanted),
        "excluded": ", ".join(ballot.excluded),
        "missing": ", ".join(ballot.open_consents) if ballot.by_consent else "",
    }


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.1f} %"


def _facts(grounds: AdjustmentGrounds, ballot: Ballot) -> tuple[str, ...]:
    rows = grounds.facts.now("votes").filter(pl.col("proposal") == ballot.row["proposal"]).sort("occurred_at", "fact")
    return (ballot.row["fact"], *rows["fact"].head(7))


def _made(
    grounds: AdjustmentGrounds, ballot: Ballot, kind: str, word: str, more: Mapping[str, str] | None = None
) -> Draft:
    return (
        Draft(kind, ballot.row["proposal"], ballot.row["fact"])
        .says(f"adjustment.{word}", {**_params(ballot), **(more or {})})
        .follows(f"/adjustment/decisions/{ballot.row['body']}", ballot.version)
        .counts(write_number(round(float(ballot.share), DIGITS["ratio"]), DIGITS["ratio"]), "ratio")
        .rests_on(facts=_facts(grounds, ballot))
    )


def _result(grounds: AdjustmentGrounds, ballot: Ballot) -> Draft:
    """A vote that is over: what came of it; people record it."""
    outcome = ballot.outcome
    state = "adopted" if outcome == "adopted" else "rejected"
    excluded = ".excluding" if ballot.excluded else ""
    word = f"vote_{outcome}.consent" if ballot.by_consent and outcome == "rejected" else f"vote_{outcome}{excluded}"
    recorded = Fact("proposals", {"proposal": ballot.row["proposal"], "state": state})
    return (
        _made(grounds, ballot, "vote_result", word)
        .asks_for(f"adjustment.record_{state}")
        .cured_by(None if state == "adopted" else _lacking(ballot))
        .closes(recorded)
        .hands_on(recorded)
    )


def _standing(grounds: AdjustmentGrounds, ballot: Ballot) -> Draft:
    """A vote that is open: how it stands and what it lacks."""
    closes = ballot.row["closes_at"]
    word = "vote_open" if closes is not None else "vote_open.no_end"
    return (
        _made(grounds, ballot, "vote_open", word, {"closes": instant(closes) if closes is not None else ""})
        .asks_for("adjustment.vote")
        .cured_by(None if ballot.outcome == "adopted" else _lacking(ballot))
        .closes(Fact("votes", {"proposal": ballot.row["proposal"]}))
    )


def _lacking(ballot: Ballot) -> Cure:
    """Return how many more votes would turn it: of anybody for the quorum, in favour for the share."""
    if ballot.by_consent and ballot.turnout >= ballot.quorum:
        missing = ballot.open_consents
        params = {"parties": ", ".join(missing)}
        return Cure(Reason("adjustment.cure.consent", params), str(len(missing)), "count")
    quorum = max(0, ceil(ballot.quorum * ballot.whole) - ballot.sum(*CAST))
    favour = _in_favour(ballot)
    params = {"votes": str(max(quorum, favour)), "favour": str(favour)}
    return Cure(Reason("adjustment.cure.votes", params), params["votes"], "count")


def _in_favour(ballot: Ballot) -> int:
    """Return the fewest further votes in favour with which the share passes."""
    yes, no, wanted = ballot.sum("for"), ballot.sum(*AGAINST), ballot.wanted
    if passes(ballot.share, wanted) and yes:
        return 0
    if wanted == 1:
        return max(1, no)
    more = wanted * no / (1 - wanted) - yes
    needed = int(more) + 1 if wanted == HALF else ceil(more)
    return max(1 if yes + no == 0 else 0, needed)


def _flawed(grounds: AdjustmentGrounds, ballot: Ballot, flaw: str, params: Mapping[str, str]) -> Draft:
    """A vote that does not count as it was called."""
    proposal = ballot.row["proposal"]
    withdrawn = Fact("proposals", {"proposal": proposal, "state": "withdrawn"})
    return (
        _made(grounds, ballot, "vote_flawed", f"vote_{flaw}", params)
        .asks_for("adjustment.call_again")
        .cured_by(Cure(Reason(f"adjustment.cure.{flaw}", {"proposal": proposal, **params})))
        .closes(withdrawn)
        .hands_on(withdrawn)
    )


@decision(
    "adjustment.charter_change",
    of=AdjustmentGrounds,
    reads=("charter_versions",),
    hands_on=("charter_versions",),
    closes=("charter_versions",),
)
def charter_change(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """8 → all: an adopted version of the charter, in force from its date or, if that lies in the past, its adoption."""
    rows = grounds.facts.now("charter_versions").filter(pl.col("state") == "adopted")
    for row in rows.sort("charter_version").iter_rows(named=True):
        late = row["effective_from"] < max(row["occurred_at"], row["recorded_at"])
        params = {
            "version": row["charter_version"],
            "from": str(_day(grounds, row["effective_from"])),
            "on": str(row["on"]),
        }
        in_force = Fact("charter_versions", {"charter_version": row["charter_version"], "state": "in_force"})
        yield (
            Draft("charter_change", row["charter_version"], row["fact"])
            .says("adjustment.charter_backdated" if late else "adjustment.charter_change", params)
            .asks_for("adjustment.correct_date" if late else "adjustment.run_again")
            .follows("/charter/effective_from")
            .rests_on(facts=(row["fact"],))
            .cured_by(Cure(Reason("adjustment.cure.date", params)) if late else None)
            .closes(in_force)
            .hands_on(None if late else in_force)
        )
