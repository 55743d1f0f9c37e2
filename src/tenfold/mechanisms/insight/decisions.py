"""What follows from the records and from experience: doubles to merge, what members care about, honest forecasts."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.mechanisms.insight.actions import next_best_action
from tenfold.mechanisms.insight.day import Day
from tenfold.mechanisms.insight.measures.calibration import RESOLVED_MIN, forecasts
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, Measured, decision
from tenfold.terms.measure import DIGITS, write_number
from tenfold.terms.reason import Reason

TALKS_MIN = 3.0  # faded talks from which a preference is read out of them [C]
COMPLETE = 0.9  # share from which records of a class are called complete [C]


@decision(
    "insight.duplicate",
    of=Day,
    reads=("parties", "insight.pairs"),
    hands_on=("parties",),
    closes=("parties",),
)
def duplicate(day: Day) -> Iterator[Draft]:
    """One for each pair of records that may be one party and that nobody has decided."""
    first = _first_known(day)
    sure = float(day.rules.insight.dedupe.merge_above)
    for row in day.facts.read("insight.pairs").filter(~pl.col("decided")).sort("a", "b").iter_rows(named=True):
        kept, gone = sorted((row["a"], row["b"]), key=lambda party: (first[party], party))
        since = max((first[row[party]], row[fact]) for party, fact in (("a", "fact_a"), ("b", "fact_b")))[1]
        subject = f"{row['a']}+{row['b']}"
        certain = row["p"] >= sure
        params = {
            "kept": kept,
            "gone": gone,
            "p": f"{100 * row['p']:.1f} %",
            "agree": ", ".join(row["agree"]),
            "differ": ", ".join(row["differ"]) or "–",
        }
        yield (
            Draft("duplicate", subject, since)
            .says("insight.duplicate.merge" if certain else "insight.duplicate.review", params)
            .asks_for("insight.merge" if certain else "insight.compare", "dismiss")
            .follows(f"/insight/dedupe/{'merge_above' if certain else 'review_above'}")
            .counts(write_number(round(row["p"], DIGITS["probability"]), DIGITS["probability"]), "probability")
            .rests_on(MeasureRef("ins.duplicates", "community"), facts=(row["fact_a"], row["fact_b"]))
            .cured_by(Cure(Reason("insight.cure.duplicate", params), "1", "count"))
            .closes(Fact("parties", {"party": gone, "merged_into": kept}))
            .hands_on(Fact("parties", {"party": gone, "merged_into": kept}))
        )


def _first_known(day: Day) -> Mapping[str, Any]:
    rows = day.facts.rows("parties", ("party",)).group_by("party").agg(pl.col("recorded_at").min())
    return dict(rows.iter_rows())


@decision("insight.incomplete", of=Day, reads=("ins.completeness",), closes=("ins.completeness",))
def incomplete(day: Day) -> Iterator[Draft]:
    """Classes of members of whom much that is required is not there."""
    rows = day.facts.read("ins.completeness").filter(pl.col("value") < COMPLETE)
    for row in rows.sort("subject").iter_rows(named=True):
        params = {"class": row["subject"], "share": f"{100 * row['value']:.0f} %", "members": str(row["n"])}
        yield (
            Draft("incomplete", row["subject"], day.begun)
            .says("insight.incomplete", params)
            .asks_for("insight.complete")
            .follows("/risk/agreements_required")
            .counts(write_number(row["value"], DIGITS["ratio"]), "ratio")
            .rests_on(MeasureRef("ins.completeness", row["subject"]))
            .cured_by(Cure(Reason("insight.cure.incomplete", params)))
            .closes(Measured("ins.completeness", row["subject"], {"op": ">=", "value": str(COMPLETE)}))
        )


@decision("insight.preference", of=Day, reads=("view.member", "insight.affinity"))
def preference(day: Day) -> Iterator[Draft]:
    """What each member cares about most: what it said when asked, else what its talks were about."""
    rows = day.facts.read("insight.affinity").filter(
        pl.col("affinity") > 0, pl.col("explicit") | (pl.col("n") >= TALKS_MIN)
    )
    best = rows.sort("member", "explicit", "affinity", "topic", descending=[False, True, True, False])
    for row in best.unique("member", keep="first", maintain_order=True).iter_rows(named=True):
        member = row["member"]
        params = {"member": member, "topic": row["topic"], "affinity": f"{row['affinity']:.2f}", "n": f"{row['n']:.1f}"}
        yield (
            Draft("preference", member, day.memberships[member])
            .says(f"insight.preference.{'asked' if row['explicit'] else 'inferred'}", params)
            .asks_for("insight.keep_in_mind")
            .follows("/insight/preferences")
            .counts(write_number(round(row["affinity"], DIGITS["ratio"]), DIGITS["ratio"]), "ratio")
            .rests_on(facts=(day.memberships[member],))
        )


@decision(
    "insight.calibration",
    "insufficient",
    of=Day,
    reads=("ins.brier", "ins.reliability", "insight.resolved"),
    closes=("ins.reliability",),
)
def calibration(day: Day) -> Iterator[Draft]:
    """One for each forecast of the charter: honest, off, or not enough resolved yet."""
    scores = {row["subject"]: row for row in day.facts.read("ins.brier").iter_rows(named=True)}
    gaps = {row["subject"]: row for row in day.facts.read("ins.reliability").iter_rows(named=True)}
    limit = day.rules.insight.calibration.alert_if_reliability_above
    for id in forecasts(day.rules):
        row, gap = scores[id], gaps[id]["value"]
        params = {"forecast": id, "n": str(row["n"]), "wanted": str(RESOLVED_MIN)}
        refs = (MeasureRef("ins.brier", id), MeasureRef("ins.reliability", id))
        if gap is None:
            more = RESOLVED_MIN - row["n"]
            cure = Cure(Reason("insight.cure.resolved", params | {"more": str(more)}), str(more), "count")
            yield _about_forecast(day, id, "insufficient", "insight.insufficient", params, refs, cure, None)
            continue
        said, happened = _means(day, id)
        params |= {"brier": f"{row['value']:.3f}", "gap": f"{gap:.4f}", "limit": str(limit or "–")}
        params |= {"said": f"{100 * said:.0f} %", "happened": f"{100 * happened:.0f} %"}
        off = limit is not None and gap > float(limit)
        cure_off = Cure(Reason("insight.cure.calibration", params), write_number(round(happened - said, 6), 6), "ratio")
        word = "insight.calibration.off" if off else "insight.calibration.honest"
        yield _about_forecast(day, id, "calibration", word, params, refs, cure_off if off else None, gap)


def _means(day: Day, id: str) -> tuple[float, float]:
    rows = day.facts.read("insight.resolved").filter(pl.col("forecast") == id)
    said, happened = rows["p"].to_list(), rows["outcome"].to_list()
    return sum(said) / len(said), sum(happened) / len(happened)


def _about_forecast(
    day: Day,
    id: str,
    kind: str,
    word: str,
    params: Mapping[str, str],
    refs: tuple[MeasureRef, ...],
    cure: Cure | None,
    gap: float | None,
) -> Draft:
    limit = day.rules.insight.calibration.alert_if_reliability_above
    known = Measured("ins.reliability", id, {"status": "ok"})
    below = Measured("ins.reliability", id, {"op": "<=", "value": str(limit)})
    return (
        Draft(kind, id, day.begun)
        .says(word, params)
        .asks_for("insight.wait" if gap is None else "insight.review_forecast" if cure else "insight.keep_on")
        .follows("/insight/calibration")
        .counts(write_number(gap, DIGITS["0-1"]) if gap is not None else None, "0-1" if gap is not None else None)
        .rests_on(*refs)
        .cured_by(cure)
        .closes(known if gap is None else below if limit is not None else None)
    )


DECISIONS = (duplicate, incomplete, preference, calibration, next_best_action)
