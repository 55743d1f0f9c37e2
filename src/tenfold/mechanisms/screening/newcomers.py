"""What follows for those who just entered, and whether groups fared alike in entering."""

from collections.abc import Iterator

import polars as pl

from tenfold.mechanisms.screening.desk import POINTS, Desk
from tenfold.terms.days import in_last
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, Measured, decision
from tenfold.terms.durations import Duration, add
from tenfold.terms.measure import write_number
from tenfold.terms.reason import Reason

WELCOME_DAYS = 90  # how long after admission the segment's offers are proposed as promises [C]


@decision("screening.fairness", of=Desk, reads=("scr.impact_ratio",), closes=("scr.impact_ratio",))
def fairness(desk: Desk) -> Iterator[Draft]:
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
        yield (
            Draft("fairness", attribute, desk.begun)
            .says("screening.fairness", params)
            .asks_for("screening.look")
            .follows(f"/screening/fairness/attributes/{place}")
            .counts(write_number(row["value"], POINTS), "ratio")
            .rests_on(MeasureRef("scr.impact_ratio", attribute), MeasureRef("scr.impact_ratio", f"{attribute}/p"))
            .cured_by(Cure(Reason("cure.none_computed")))
            .closes(Measured("scr.impact_ratio", attribute, {"op": ">=", "value": str(plan.impact_ratio_alert)}))
        )


def _newcomers(desk: Desk) -> pl.DataFrame:
    """Return the members admitted in the last 90 days, one row each."""
    today = desk.today
    rows = desk.read("view.member").sort("party", "admitted_on", "class")
    recent = rows.filter(in_last(WELCOME_DAYS, "admitted_on", pl.lit(today)))
    return recent.unique("party", keep="first", maintain_order=True)


@decision(
    "screening.promise_offer",
    of=Desk,
    reads=("view.member", "view.segment", "commitments"),
    hands_on=("commitments",),
    closes=("commitments",),
)
def promise_offer(desk: Desk) -> Iterator[Draft]:
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
            yield (
                Draft("promise_offer", f"{row['party']}@{offer.id}", row["fact"])
                .says("screening.promise_offer", params)
                .asks_for("screening.promise", "screening.wait")
                .follows(f"/value/offers/{place}")
                .rests_on(facts=(row["fact"],))
                .closes(Fact("commitments", {"to_party": row["party"], "offer": offer.id}))
                .hands_on(
                    Fact(
                        "commitments",
                        {
                            "party": desk.rules.community.project,
                            "to_party": row["party"],
                            "source_kind": "offer",
                            "offer": offer.id,
                            "due_at": due,
                        },
                    )
                )
            )


@decision(
    "screening.first_promise",
    of=Desk,
    reads=("view.member", "commitments"),
    hands_on=("commitments",),
    closes=("commitment_steps",),
)
def first_promise(desk: Desk) -> Iterator[Draft]:
    """2 → 5: somebody on probation makes a first promise."""
    made = set(desk.facts.rows("commitments", ("party",)).filter(pl.col("end") == desk.end)["party"])
    members = desk.read("view.member").filter(pl.col("state") == "probation").sort("party", "class")
    for row in members.unique("party", keep="first", maintain_order=True).iter_rows(named=True):
        if row["party"] in made:
            continue
        yield (
            Draft("first_promise", row["party"], row["fact"])
            .says("screening.first_promise", {"party": row["party"]})
            .asks_for("screening.agree_promise")
            .follows("/adjustment/entry/probation", int(desk.rules.judging(row["admitted_at"]).charter.version))
            .rests_on(facts=(row["fact"],))
            .cured_by(Cure(Reason("screening.cure.first_promise", {"party": row["party"]}), "1", "count"))
            .closes(Fact("commitment_steps", {"step": "verified", "by_promisor": row["party"]}))
            .hands_on(
                Fact(
                    "commitments",
                    {"party": row["party"], "to_party": desk.rules.community.project, "source_kind": "own"},
                )
            )
        )
