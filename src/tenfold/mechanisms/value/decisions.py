"""What follows from the numbers: promised offers not delivered yet, jobs nobody serves, pulses due."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, Grounds, Measured, decision
from tenfold.terms.durations import add
from tenfold.terms.measure import Facts, write_number
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

OFFER = "offer"
RATIO = 6
PEOPLE_MIN = 10  # nothing is sent as a questionnaire to fewer (DOMAIN 2.4)
LOW, HIGH = 0.5, 2.0  # received ÷ given against the median, beyond which somebody looks [C]
UNDELIVERED = ("open", "late", "rejected")


@decision(
    "value.undelivered",
    of=Grounds,
    reads=("view.promise",),
    hands_on=("commitment_steps", "sanctions"),
    closes=("commitment_steps",),
)
def undelivered(grounds: Grounds) -> Iterator[Draft]:
    """One for each promised offer not delivered: the late ones ask for a step on the project's own ladder (3 → 5)."""
    rows = grounds.facts.read("view.promise").filter(
        pl.col("source_kind") == OFFER, pl.col("state").is_in(UNDELIVERED), pl.col("offer").is_not_null()
    )
    rules = grounds.rules
    places = {offer.id: place for place, offer in enumerate(rules.value.offers)}
    for row in rows.sort("due_on", "promise", nulls_last=True).iter_rows(named=True):
        late = row["state"] == "late"
        days = (row["today"] - row["due_on"]).days if row["due_on"] is not None else 0
        params = {
            "offer": row["offer"],
            "member": row["beneficiary"] or "",
            "due": row["due_on"].isoformat() if row["due_on"] is not None else "",
            "days": str(abs(days)),
        }
        kind = "late" if late else ("undated" if row["due_on"] is None else "open")
        yield (
            Draft("undelivered", row["promise"], row["fact"])
            .says(f"value.undelivered.{kind}", params)
            .asks_for("value.remedy" if late else "value.deliver", "value.extend")
            .follows(f"/value/offers/{places[row['offer']]}" if row["offer"] in places else "/value/offers")
            .counts(str(max(0, days)), "days")
            .rests_on(
                *((MeasureRef("val.ontime", row["offer"]),) if row["offer"] in places else ()), facts=(row["fact"],)
            )
            .cured_by(Cure(Reason("value.cure.deliver", params), "1", "count"))
            .closes(Fact("commitment_steps", {"commitment": row["promise"], "step": "delivered"}))
            .hands_on(_step(row, late, rules))
        )


def _step(row: Mapping[str, Any], late: bool, rules: Rules) -> Fact:
    promise = row["promise"]
    if not late:
        return Fact("commitment_steps", {"commitment": promise, "step": "delivered", "by": row["promisor"]})
    party = row["promisor"] or rules.community.project
    return Fact("sanctions", {"party": party, "level": "1", "state": "noticed", "commitment": promise})


@decision("value.fit_gap", of=Grounds, reads=("val.opportunity",))
def fit_gap(grounds: Grounds) -> Iterator[Draft]:
    """Jobs of a segment that no offer it is entitled to serves, and how much they matter where members said so."""
    chances = {row["subject"]: row["value"] for row in grounds.facts.read("val.opportunity").iter_rows(named=True)}
    rules = grounds.rules
    for place, segment in enumerate(rules.value.segments):
        for number, job in enumerate(segment.jobs):
            serving = [offer for offer in rules.value.offers if offer.serves.get(job, 0)]
            if any(segment.id in offer.entitles for offer in serving):
                continue
            subject = f"{job}@{segment.id}"
            params = {"job": job, "segment": segment.id, "offers": ", ".join(offer.id for offer in serving)}
            opportunity = chances.get(subject)
            yield (
                Draft("fit_gap", subject, grounds.begun)
                .says("value.fit_gap.elsewhere" if serving else "value.fit_gap.none", params)
                .asks_for("value.design_offer", "value.drop_job")
                .follows(f"/value/segments/{place}/jobs/{number}")
                .counts(write_number(opportunity, 2), "0-20" if opportunity is not None else None)
                .rests_on(MeasureRef("val.opportunity", subject))
                .cured_by(Cure(Reason("value.cure.entitle" if serving else "value.cure.offer", params), "1", "count"))
            )


def _waves(facts: Facts) -> pl.DataFrame:
    """Return survey, subject, last answer's date and fact."""
    rows = facts.rows("survey_answers").sort("occurred_at", "fact")
    return rows.group_by("survey", "subject", maintain_order=True).agg(
        last_on=pl.col("on").last(), last_fact=pl.col("fact").last()
    )


@decision(
    "value.pulse_due",
    of=Grounds,
    reads=("view.member", "view.promise", "survey_answers"),
    closes=("survey_answers",),
)
def pulse_due(grounds: Grounds) -> Iterator[Draft]:
    """The regular pulse after its time, and a question about an offer that was delivered since the last one."""
    today = grounds.today
    members = grounds.facts.read("view.member")["party"].n_unique()
    listen = grounds.rules.value.listen
    if members < PEOPLE_MIN:
        return
    waves = _waves(grounds.facts)
    nps = waves.filter(pl.col("survey") == "nps").sort("last_on", "last_fact").tail(1)
    last = nps["last_on"][0] if nps.height else None
    if listen.nps_every is not None and (last is None or add(last, listen.nps_every) <= today):
        due = add(last, listen.nps_every) if last is not None else None
        since = nps["last_fact"][0] if nps.height else grounds.begun
        yield _pulse("nps", since, due, "/value/listen/nps_every")
    for place, offer in enumerate(listen.csat_after):
        asked = waves.filter(pl.col("survey") == "csat", pl.col("subject") == offer)
        fresh = _delivered(grounds, offer, asked["last_on"][0] if asked.height else None)
        if fresh is not None:
            yield _pulse(f"csat@{offer}", fresh, None, f"/value/listen/csat_after/{place}")


def _delivered(grounds: Grounds, offer: str, after: Any) -> str | None:
    """Return the promise's fact of the first delivery of an offer since the last question about it."""
    rows = grounds.facts.read("view.promise").filter(
        pl.col("source_kind") == OFFER, pl.col("offer") == offer, pl.col("delivered_on").is_not_null()
    )
    if after is not None:
        rows = rows.filter(pl.col("delivered_on") > after)
    return str(rows.sort("delivered_on", "fact")["fact"][0]) if rows.height else None


def _pulse(survey: str, since: str, due: Any, pointer: str) -> Draft:
    name, _, offer = survey.partition("@")
    kind = "offer" if offer else ("again" if due is not None else "first")
    params = {"survey": name, "offer": offer, "due": due.isoformat() if due is not None else ""}
    return (
        Draft("pulse_due", survey, since)
        .says(f"value.pulse_due.{kind}", params)
        .asks_for("value.ask", "value.wait")
        .follows(pointer)
        .rests_on(facts=() if since.endswith("Z") or since == "charter" else (since,))
        .cured_by(Cure(Reason("value.cure.ask", params)))
        .closes(Fact("survey_answers", {"survey": name}))
    )


@decision("value.balance", of=Grounds, reads=("val.balance", "view.member"), closes=("val.balance",))
def balance(grounds: Grounds) -> Iterator[Draft]:
    """Members who get far less or far more than they give, against the community's median."""
    rows = grounds.facts.read("val.balance").filter((pl.col("value") < LOW) | (pl.col("value") > HIGH))
    admitted = dict(grounds.facts.read("view.member").select("party", "fact").iter_rows())
    for row in rows.sort("subject").iter_rows(named=True):
        side = "less" if row["value"] < LOW else "more"
        params = {"member": row["subject"], "ratio": f"{row['value']:.2f}"}
        yield (
            Draft("balance", row["subject"], admitted[row["subject"]])
            .says(f"value.balance.{side}", params)
            .asks_for("value.talk")
            .follows("/value")
            .counts(write_number(row["value"], RATIO), "ratio")
            .rests_on(MeasureRef("val.balance", row["subject"]))
            .cured_by(Cure(Reason("cure.none_computed")))
            .closes(
                Measured(
                    "val.balance",
                    row["subject"],
                    {"op": ">=" if side == "less" else "<=", "value": str(LOW if side == "less" else HIGH)},
                )
            )
        )


DECISIONS = (undelivered, fit_gap, pulse_due, balance)
