"""What follows from the records and from experience: doubles to merge, what members care about, honest forecasts."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

import polars as pl

from tenfold.mechanisms.insight.actions import MECHANISM, Day, actions
from tenfold.mechanisms.insight.measures.calibration import RESOLVED_MIN, forecasts
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.measure import DIGITS, Facts, write_number
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

TALKS_MIN = 3.0  # faded talks from which a preference is read out of them [C]
COMPLETE = 0.9  # share from which records of a class are called complete [C]


def decide(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[Decision]:
    """Return what insight proposes at the cycle's end."""
    day = Day(facts, rules, ends)
    return [
        *_duplicates(day),
        *_completeness(day),
        *_preferences(day),
        *_calibration(day),
        *actions(facts, rules, ends),
    ]


def _begun(day: Day) -> str:
    starts = [start for start, version in day.rules.versions if version is day.rules]
    return starts[0].astimezone(UTC).isoformat().replace("+00:00", "Z") if starts else "charter"


def _duplicates(day: Day) -> Iterator[Decision]:
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
        id = f"{MECHANISM}.duplicate:{subject}:{since}"
        yield Decision(
            mechanism=MECHANISM,
            kind="duplicate",
            subject=subject,
            since=since,
            message=Reason("insight.duplicate.merge" if certain else "insight.duplicate.review", params),
            proposal="insight.merge" if certain else "insight.compare",
            pointer=f"/insight/dedupe/{'merge_above' if certain else 'review_above'}",
            version=int(day.rules.charter.version),
            value=write_number(round(row["p"], DIGITS["probability"]), DIGITS["probability"]),
            unit="probability",
            measures=(MeasureRef("ins.duplicates", "community"),),
            facts=(row["fact_a"], row["fact_b"]),
            alternatives=("dismiss",),
            cure=Cure(Reason("insight.cure.duplicate", params), "1", "count"),
            closes_when={"fact": "parties", "party": gone, "merged_into": kept},
            proposes={"table": "parties", "party": gone, "merged_into": kept, "because": id},
        )


def _first_known(day: Day) -> Mapping[str, Any]:
    rows = day.facts.rows("parties", ("party",)).group_by("party").agg(pl.col("recorded_at").min())
    return dict(rows.iter_rows())


def _completeness(day: Day) -> Iterator[Decision]:
    """Classes of members of whom much that is required is not there."""
    rows = day.facts.read("ins.completeness").filter(pl.col("value") < COMPLETE)
    for row in rows.sort("subject").iter_rows(named=True):
        params = {"class": row["subject"], "share": f"{100 * row['value']:.0f} %", "members": str(row["n"])}
        yield Decision(
            mechanism=MECHANISM,
            kind="incomplete",
            subject=row["subject"],
            since=_begun(day),
            message=Reason("insight.incomplete", params),
            proposal="insight.complete",
            pointer="/risk/agreements_required",
            version=int(day.rules.charter.version),
            value=write_number(row["value"], DIGITS["ratio"]),
            unit="ratio",
            measures=(MeasureRef("ins.completeness", row["subject"]),),
            cure=Cure(Reason("insight.cure.incomplete", params)),
            closes_when={"metric": "ins.completeness", "subject": row["subject"], "op": ">=", "value": str(COMPLETE)},
        )


def _preferences(day: Day) -> Iterator[Decision]:
    """What each member cares about most: what it said when asked, else what its talks were about."""
    rows = day.facts.read("insight.affinity").filter(
        pl.col("affinity") > 0, pl.col("explicit") | (pl.col("n") >= TALKS_MIN)
    )
    best = rows.sort("member", "explicit", "affinity", "topic", descending=[False, True, True, False])
    for row in best.unique("member", keep="first", maintain_order=True).iter_rows(named=True):
        member = row["member"]
        params = {"member": member, "topic": row["topic"], "affinity": f"{row['affinity']:.2f}", "n": f"{row['n']:.1f}"}
        yield Decision(
            mechanism=MECHANISM,
            kind="preference",
            subject=member,
            since=day.memberships[member],
            message=Reason(f"insight.preference.{'asked' if row['explicit'] else 'inferred'}", params),
            proposal="insight.keep_in_mind",
            pointer="/insight/preferences",
            version=int(day.rules.charter.version),
            value=write_number(round(row["affinity"], DIGITS["ratio"]), DIGITS["ratio"]),
            unit="ratio",
            facts=(day.memberships[member],),
        )


def _calibration(day: Day) -> Iterator[Decision]:
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
) -> Decision:
    limit = day.rules.insight.calibration.alert_if_reliability_above
    known = {"metric": "ins.reliability", "subject": id, "status": "ok"}
    below = {"metric": "ins.reliability", "subject": id, "op": "<=", "value": str(limit)}
    return Decision(
        mechanism=MECHANISM,
        kind=kind,
        subject=id,
        since=_begun(day),
        message=Reason(word, params),
        proposal="insight.wait" if gap is None else "insight.review_forecast" if cure else "insight.keep_on",
        pointer="/insight/calibration",
        version=int(day.rules.charter.version),
        value=write_number(gap, DIGITS["0-1"]) if gap is not None else None,
        unit="0-1" if gap is not None else None,
        measures=refs,
        cure=cure,
        closes_when=known if gap is None else below if limit is not None else None,
    )
