"""What follows from the numbers: promised offers not delivered yet, jobs nobody serves, pulses due."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.durations import add
from tenfold.terms.measure import Facts, write_number
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

MECHANISM = "value"
OFFER = "offer"
RATIO = 6
PEOPLE_MIN = 10  # nothing is sent as a questionnaire to fewer (DOMAIN 2.4)
LOW, HIGH = 0.5, 2.0  # received ÷ given against the median, beyond which somebody looks [C]
UNDELIVERED = ("open", "late", "rejected")


def decide(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[Decision]:
    """Return what value delivery proposes at the cycle's end."""
    end = int(ends["end"][0])
    found = [
        *_undelivered(facts, rules, end),
        *_fit_gaps(facts, rules, end),
        *_pulses(facts, rules, ends),
        *_imbalance(facts, rules, end),
    ]
    return [one.handing_on() for one in found]


def _here(facts: Facts, id: str, end: int) -> pl.DataFrame:
    return facts.read(id).filter(pl.col("end") == end)


def _undelivered(facts: Facts, rules: Rules, end: int) -> Iterator[Decision]:
    """One for each promised offer not delivered: the late ones ask for a step on the project's own ladder (3 → 5)."""
    rows = _here(facts, "view.promise", end).filter(
        pl.col("source_kind") == OFFER, pl.col("state").is_in(UNDELIVERED), pl.col("offer").is_not_null()
    )
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
        yield Decision(
            mechanism=MECHANISM,
            kind="undelivered",
            subject=row["promise"],
            since=row["fact"],
            message=Reason(f"value.undelivered.{kind}", params),
            proposal="value.remedy" if late else "value.deliver",
            pointer=f"/value/offers/{places[row['offer']]}" if row["offer"] in places else "/value/offers",
            version=rules.charter.version,
            value=str(max(0, days)),
            unit="days",
            measures=(MeasureRef("val.ontime", row["offer"]),) if row["offer"] in places else (),
            facts=(row["fact"],),
            alternatives=("value.extend",),
            cure=Cure(Reason("value.cure.deliver", params), "1", "count"),
            closes_when={"fact": "commitment_steps", "commitment": row["promise"], "step": "delivered"},
            proposes=_step(row, late, rules),
        )


def _step(row: Mapping[str, Any], late: bool, rules: Rules) -> Mapping[str, Any]:
    if not late:
        return {"table": "commitment_steps", "commitment": row["promise"], "step": "delivered", "by": row["promisor"]}
    return {
        "table": "sanctions",
        "party": row["promisor"] or rules.community.project,
        "level": "1",
        "state": "noticed",
        "commitment": row["promise"],
    }


def _fit_gaps(facts: Facts, rules: Rules, end: int) -> Iterator[Decision]:
    """Jobs of a segment that no offer it is entitled to serves, and how much they matter where members said so."""
    chances = {row["subject"]: row["value"] for row in _here(facts, "val.opportunity", end).iter_rows(named=True)}
    since = _charter_start(rules)
    for place, segment in enumerate(rules.value.segments):
        for number, job in enumerate(segment.jobs):
            serving = [offer for offer in rules.value.offers if offer.serves.get(job, 0)]
            if any(segment.id in offer.entitles for offer in serving):
                continue
            subject = f"{job}@{segment.id}"
            params = {"job": job, "segment": segment.id, "offers": ", ".join(offer.id for offer in serving)}
            opportunity = chances.get(subject)
            yield Decision(
                mechanism=MECHANISM,
                kind="fit_gap",
                subject=subject,
                since=since,
                message=Reason("value.fit_gap.elsewhere" if serving else "value.fit_gap.none", params),
                proposal="value.design_offer",
                pointer=f"/value/segments/{place}/jobs/{number}",
                version=rules.charter.version,
                value=write_number(opportunity, 2),
                unit="0-20" if opportunity is not None else None,
                measures=(MeasureRef("val.opportunity", subject),),
                alternatives=("value.drop_job",),
                cure=Cure(Reason("value.cure.entitle" if serving else "value.cure.offer", params), "1", "count"),
            )


def _charter_start(rules: Rules) -> str:
    starts: list[datetime] = [start for start, version in rules.versions if version is rules]
    return starts[0].isoformat().replace("+00:00", "Z") if starts else "charter"


def _waves(facts: Facts, end: int) -> pl.DataFrame:
    """Return survey, subject, last answer's date and fact."""
    rows = facts.rows("survey_answers").filter(pl.col("end") == end).sort("occurred_at", "fact")
    return rows.group_by("survey", "subject", maintain_order=True).agg(
        last_on=pl.col("on").last(), last_fact=pl.col("fact").last()
    )


def _pulses(facts: Facts, rules: Rules, ends: pl.DataFrame) -> Iterator[Decision]:
    """The regular pulse after its time, and a question about an offer that was delivered since the last one."""
    end, today = int(ends["end"][0]), ends["today"][0]
    members = _here(facts, "view.member", end)["party"].n_unique()
    listen = rules.value.listen
    if members < PEOPLE_MIN:
        return
    waves = _waves(facts, end)
    nps = waves.filter(pl.col("survey") == "nps").sort("last_on", "last_fact").tail(1)
    last = nps["last_on"][0] if nps.height else None
    if listen.nps_every is not None and (last is None or add(last, listen.nps_every) <= today):
        due = add(last, listen.nps_every) if last is not None else None
        since = nps["last_fact"][0] if nps.height else _charter_start(rules)
        yield _pulse("nps", since, due, "/value/listen/nps_every", rules)
    for place, offer in enumerate(listen.csat_after):
        asked = waves.filter(pl.col("survey") == "csat", pl.col("subject") == offer)
        fresh = _delivered(facts, offer, end, asked["last_on"][0] if asked.height else None)
        if fresh is not None:
            yield _pulse(f"csat@{offer}", fresh, None, f"/value/listen/csat_after/{place}", rules)


def _delivered(facts: Facts, offer: str, end: int, after: Any) -> str | None:
    """Return the promise's fact of the first delivery of an offer since the last question about it."""
    rows = _here(facts, "view.promise", end).filter(
        pl.col("source_kind") == OFFER, pl.col("offer") == offer, pl.col("delivered_on").is_not_null()
    )
    if after is not None:
        rows = rows.filter(pl.col("delivered_on") > after)
    return str(rows.sort("delivered_on", "fact")["fact"][0]) if rows.height else None


def _pulse(survey: str, since: str, due: Any, pointer: str, rules: Rules) -> Decision:
    name, _, offer = survey.partition("@")
    kind = "offer" if offer else ("again" if due is not None else "first")
    params = {"survey": name, "offer": offer, "due": due.isoformat() if due is not None else ""}
    return Decision(
        mechanism=MECHANISM,
        kind="pulse_due",
        subject=survey,
        since=since,
        message=Reason(f"value.pulse_due.{kind}", params),
        proposal="value.ask",
        pointer=pointer,
        version=rules.charter.version,
        facts=() if since.endswith("Z") or since == "charter" else (since,),
        alternatives=("value.wait",),
        cure=Cure(Reason("value.cure.ask", params)),
        closes_when={"fact": "survey_answers", "survey": name},
    )


def _imbalance(facts: Facts, rules: Rules, end: int) -> Iterator[Decision]:
    """Members who get far less or far more than they give, against the community's median."""
    rows = _here(facts, "val.balance", end).filter((pl.col("value") < LOW) | (pl.col("value") > HIGH))
    admitted = dict(_here(facts, "view.member", end).select("party", "fact").iter_rows())
    for row in rows.sort("subject").iter_rows(named=True):
        side = "less" if row["value"] < LOW else "more"
        params = {"member": row["subject"], "ratio": f"{row['value']:.2f}"}
        yield Decision(
            mechanism=MECHANISM,
            kind="balance",
            subject=row["subject"],
            since=admitted[row["subject"]],
            message=Reason(f"value.balance.{side}", params),
            proposal="value.talk",
            pointer="/value",
            version=rules.charter.version,
            value=write_number(row["value"], RATIO),
            unit="ratio",
            measures=(MeasureRef("val.balance", row["subject"]),),
            cure=Cure(Reason("cure.none_computed")),
            closes_when={
                "metric": "val.balance",
                "subject": row["subject"],
                "op": ">=" if side == "less" else "<=",
                "value": str(LOW if side == "less" else HIGH),
            },
        )
