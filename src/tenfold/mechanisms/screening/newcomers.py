"""What follows for those who just entered, and whether groups fared alike in entering."""

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from tenfold.mechanisms.screening.desk import MECHANISM, POINTS, Desk
from tenfold.terms.days import in_last
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.durations import Duration, add
from tenfold.terms.measure import write_number
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

WELCOME_DAYS = 90  # how long after admission the segment's offers are proposed as promises [C]


def fairness(desk: Desk) -> Iterator[Decision]:
    """A look, never a verdict: groups whose share admitted lies below four fifths of the best."""
    plan = desk.rules.screening.fairness
    if plan is None:
        return
    rows = {row["subject"]: row for row in desk.read("scr.impact_ratio").iter_rows(named=True)}
    for place, attribute in enumerate(plan.attributes):
        row = rows.get(attribute)
        if row is None or row["value"] is None or row["value"] >= float(plan.impact_ratio_alert):
            continue
        p = rows[f"{attribute}/p"]["value"]
        params = {"attribute": attribute, "ratio": f"{row['value']:.3f}", "p": f"{p:.3f}", "n": str(row["n"])}
        yield Decision(
            mechanism=MECHANISM,
            kind="fairness",
            subject=attribute,
            since=charter_start(desk.rules),
            message=Reason("screening.fairness", params),
            proposal="screening.look",
            pointer=f"/screening/fairness/attributes/{place}",
            version=desk.version,
            value=write_number(row["value"], POINTS),
            unit="ratio",
            measures=(MeasureRef("scr.impact_ratio", attribute), MeasureRef("scr.impact_ratio", f"{attribute}/p")),
            cure=Cure(Reason("cure.none_computed")),
            closes_when={
                "metric": "scr.impact_ratio",
                "subject": attribute,
                "op": ">=",
                "value": str(plan.impact_ratio_alert),
            },
        )


def charter_start(rules: Rules) -> str:
    """Return the instant from which the charter in force holds."""
    starts: list[datetime] = [start for start, version in rules.versions if version is rules]
    return starts[0].isoformat().replace("+00:00", "Z") if starts else "charter"


def _newcomers(desk: Desk) -> pl.DataFrame:
    """Return the members admitted in the last 90 days, one row each."""
    today = desk.ends["today"][0]
    rows = desk.read("view.member").sort("party", "admitted_on", "class")
    recent = rows.filter(in_last(WELCOME_DAYS, "admitted_on", pl.lit(today)))
    return recent.unique("party", keep="first", maintain_order=True)


def offers_for_newcomers(desk: Desk) -> Iterator[Decision]:
    """2 → 3: what a newcomer's segment is entitled to becomes a dated promise of the project."""
    where = dict(desk.read("view.segment").select("member", "segment").iter_rows())
    promised = desk.facts.rows("commitments", ("to_party", "offer")).filter(
        pl.col("end") == desk.end, pl.col("offer").is_not_null()
    )
    known = set(promised.select("to_party", "offer").iter_rows())
    for row in _newcomers(desk).iter_rows(named=True):
        for place, offer in enumerate(desk.rules.value.offers):
            if where.get(row["party"]) not in offer.entitles or (row["party"], offer.id) in known:
                continue
            span: Duration = offer.sla or Duration(WELCOME_DAYS, "d")
            due = add(row["admitted_on"], span).isoformat()
            params = {"party": row["party"], "offer": offer.id, "due": due, "segment": where[row["party"]]}
            yield Decision(
                mechanism=MECHANISM,
                kind="promise_offer",
                subject=f"{row['party']}@{offer.id}",
                since=row["fact"],
                message=Reason("screening.promise_offer", params),
                proposal="screening.promise",
                pointer=f"/value/offers/{place}",
                version=desk.version,
                facts=(row["fact"],),
                alternatives=("screening.wait",),
                closes_when={"fact": "commitments", "to_party": row["party"], "offer": offer.id},
                proposes={
                    "table": "commitments",
                    "party": desk.rules.community.project,
                    "to_party": row["party"],
                    "source_kind": "offer",
                    "offer": offer.id,
                    "due_at": due,
                },
            )


def first_promises(desk: Desk) -> Iterator[Decision]:
    """2 → 5: somebody on probation makes a first promise."""
    made = set(desk.facts.rows("commitments", ("party",)).filter(pl.col("end") == desk.end)["party"])
    members = desk.read("view.member").filter(pl.col("state") == "probation").sort("party", "class")
    for row in members.unique("party", keep="first", maintain_order=True).iter_rows(named=True):
        if row["party"] in made:
            continue
        yield Decision(
            mechanism=MECHANISM,
            kind="first_promise",
            subject=row["party"],
            since=row["fact"],
            message=Reason("screening.first_promise", {"party": row["party"]}),
            proposal="screening.agree_promise",
            pointer="/adjustment/entry/probation",
            version=desk.version,
            facts=(row["fact"],),
            cure=Cure(Reason("screening.cure.first_promise", {"party": row["party"]}), "1", "count"),
            closes_when={"fact": "commitment_steps", "step": "verified", "by_promisor": row["party"]},
            proposes={
                "table": "commitments",
                "party": row["party"],
                "to_party": desk.rules.community.project,
                "source_kind": "own",
            },
        )
