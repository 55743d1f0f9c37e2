"""What follows from the numbers: where each key result stands, what the round will bring, whether a gate is ready."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.facts.views import grouped
from tenfold.mechanisms.goals.cures import CURES, PIPELINES, RATIO, READS, Standing, cure_of
from tenfold.mechanisms.goals.deal_decisions import claimed_stage, deal_effect, stale_deal
from tenfold.mechanisms.goals.measures.conditions import Tested, exact, one_each, threshold
from tenfold.mechanisms.goals.measures.forecast import pipelines
from tenfold.mechanisms.goals.measures.okr import elapsed, gate_metrics, gate_state, key_results, metrics, status
from tenfold.mechanisms.goals.measures.rounds import current_round, target_minor
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import NAMED, Draft, Fact, Measured, decision
from tenfold.terms.measure import DIGITS, write_number, write_percent, write_plain, write_told
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

DEPENDENCE_LISTED = 10  # payees named, the most dependent first [C]
COVERAGE = "scr.coverage"
FINE = ("done", "good", "on_track")
NONE_COMPUTED = Cure(Reason("cure.none_computed"))


def _stage_pointer(standing: Standing) -> str:
    return f"/goals/stages/{standing.rules.community.current_stage}"


def _written(standing: Standing, value: Any, unit: str, beside: Any) -> str:
    """Write a seen or wanted value beside the other: money with its currency, shares as percent, a number as it is."""
    if unit == standing.currency:
        return f"{standing.money(int(value))} {standing.currency}"
    return write_told(write_plain(value) if isinstance(value, Decimal) else value, unit, beside)


@decision(
    "goals.key_result",
    "insufficient",
    of=Standing,
    reads=("okr.kr_score", *READS, *CURES),
    named=metrics,
    closes=(NAMED,),
)
def key_result(standing: Standing) -> Iterator[Draft]:
    """One a key result: where it stands against the time gone, and what would bring it home."""
    rules, facts = standing.rules, standing.facts
    rounds = current_round(facts, rules)
    scores = {row["subject"]: row["value"] for row in standing.here("okr.kr_score").iter_rows(named=True)}
    gone = elapsed(facts, rules, standing.end)
    for place, result in enumerate(key_results(rules)):
        seen = one_each(standing.here(result.metric), rounds)
        row = seen.row(0, named=True) if seen.height else {"value": None, "subject": "community", "unit": "", "n": None}
        pointer = f"{_stage_pointer(standing)}/key_results/{place}"
        if scores.get(result.id) is None:
            yield _unknown(standing, result, row, pointer)
        else:
            yield _key_result(standing, result, row, float(scores[result.id]), gone, pointer)


def _key_result(
    standing: Standing, result: Any, row: Mapping[str, Any], score: float, gone: float | None, pointer: str
) -> Draft:
    state = status(score, gone, aspirational=result.type == "aspirational")
    value = exact(row["value"])
    target = threshold(result.target, standing.rules)
    upward = target > threshold(result.baseline, standing.rules)
    params = {
        "result": result.id,
        "measure": result.metric,
        "value": _written(standing, value, row["unit"], target),
        "target": _written(standing, target, row["unit"], value),
        "score": write_percent(score),
        "due": str(result.due),
        "gone": write_percent(gone) if gone is not None else "",
    }
    cure = None
    if state != "done" and value is not None and not isinstance(value, str):
        cure = cure_of(standing, result.metric, row, value, (">=" if upward else "<=", target))
    return (
        Draft("key_result", result.id, standing.since)
        .says(f"goals.key_result.{state}", params)
        .asks_for("goals.keep_going" if state in FINE else "goals.close_gap")
        .follows(pointer)
        .counts(write_number(score, RATIO), "ratio")
        .rests_on(
            MeasureRef("okr.kr_score", result.id),
            MeasureRef(result.metric, row["subject"]),
            facts=tuple(row.get("because") or ())[:8],
        )
        .cured_by(cure)
        .closes(Measured(result.metric, row["subject"], {"op": ">=" if upward else "<=", "value": str(result.target)}))
    )


def _unknown(standing: Standing, result: Any, row: Mapping[str, Any], pointer: str) -> Draft:
    params = {"result": result.id, "measure": result.metric}
    return (
        Draft("insufficient", result.id, standing.since)
        .says("goals.insufficient", params)
        .asks_for("goals.collect")
        .follows(pointer)
        .rests_on(MeasureRef(result.metric, row["subject"]))
        .cured_by(Cure(Reason("goals.cure.collect", params)))
        .closes(Measured(result.metric, row["subject"], {"status": "ok"}))
    )


@decision("goals.stage", of=Standing, reads=("okr.score", *READS))
def stage(standing: Standing) -> Iterator[Draft]:
    """How far the stage has come, against the share of time gone."""
    for row in standing.here("okr.score").filter(pl.col("value").is_not_null()).iter_rows(named=True):
        gone = elapsed(standing.facts, standing.rules, standing.end)
        state = status(row["value"], gone)
        params = {
            "stage": row["subject"],
            "score": write_number(row["value"], 2) or "",
            "gone": write_number(gone, 2) or "",
        }
        yield (
            Draft("stage", row["subject"], standing.since)
            .says(f"goals.stage.{state}", params)
            .asks_for("goals.keep_going" if state in FINE else "goals.review")
            .follows(f"{_stage_pointer(standing)}/key_results")
            .counts(write_number(row["value"], RATIO), "ratio")
            .rests_on(MeasureRef("okr.score", row["subject"]))
            .cured_by(None if state in FINE else Cure(Reason("goals.cure.key_results")))
        )


@decision(
    "goals.forecast",
    "insufficient",
    of=Standing,
    reads=("fund.forecast", "fund.forecast_corr", "fund.p_target", "fund.p_minimum", *PIPELINES),
    closes=("fund.wired", "exchange_rates", "opportunities"),
)
def forecast(standing: Standing) -> Iterator[Draft]:
    """What the round will bring: the median with its band, and how likely target and minimum are."""
    chances = {
        id: {row["subject"]: row["value"] for row in standing.here(id).iter_rows(named=True)}
        for id in ("fund.p_target", "fund.p_minimum")
    }
    wider = {row["subject"]: row for row in standing.here("fund.forecast_corr").iter_rows(named=True)}
    found = pipelines(standing.facts, standing.rules, standing.ends)
    begun = {one.round for one in found if one.begun and one.end == standing.end}
    quiet = standing.here("view.deal").filter(pl.col("open") & ~pl.col("active"))["round"].value_counts()
    left_out = dict(quiet.iter_rows())
    for row in standing.here("fund.forecast").iter_rows(named=True):
        if row["value"] is None:
            yield _no_forecast(standing, row["subject"], "rate", "/charter/currency", "exchange_rates")
            continue
        if row["subject"] not in begun:
            yield _no_forecast(standing, row["subject"], "first_deal", "/goals/funnel", "opportunities")
            continue
        low, high = (standing.money(row[name]) for name in ("low", "high"))
        subject, corr = row["subject"], wider[row["subject"]]
        params = {"round": subject, "low": low, "median": standing.money(row["value"]), "high": high}
        params |= {"currency": standing.currency, "deals": str(row["n"])}
        params |= {"wide_low": standing.money(corr["low"]), "wide_high": standing.money(corr["high"])}
        sure = {id: found.get(subject) for id, found in chances.items()}
        params |= {id.removeprefix("fund."): write_percent(value) for id, value in sure.items() if value is not None}
        known = [name for name in ("minimum", "target") if sure[f"fund.p_{name}"] is not None]
        kind = known[0] if known else "no_target"
        if subject in left_out:
            kind, params = f"{kind}.quiet", params | {"quiet": str(left_out[subject])}
        refs = ("fund.forecast", "fund.forecast_corr", "fund.p_target", "fund.p_minimum", "fund.wired")
        yield (
            Draft("forecast", subject, standing.since)
            .says(f"goals.forecast.{kind}", params)
            .asks_for("goals.review")
            .follows("/goals/forecast")
            .counts(standing.money(row["value"]), standing.currency, low=low, high=high)
            .rests_on(*(MeasureRef(id, subject) for id in refs), facts=tuple(row["because"] or ()))
            .cured_by(_to_target(standing, row["value"]))
            .closes(_target_reached(standing, subject))
        )


def _no_forecast(standing: Standing, subject: str, lacking: str, pointer: str, table: str) -> Draft:
    """A forecast without a rate for some amount is no forecast, nor is one of a round that has no deal yet."""
    params = {"round": subject, "currency": standing.currency}
    return (
        Draft("insufficient", subject, standing.since)
        .says(f"goals.forecast.no_{lacking}", params)
        .asks_for("goals.collect")
        .follows(pointer)
        .rests_on(MeasureRef("fund.forecast", subject), MeasureRef("fund.p_target", subject))
        .cured_by(Cure(Reason(f"goals.cure.{lacking}", params)))
        .closes(Fact(table, {}))
    )


def _target_reached(standing: Standing, subject: str) -> Measured | None:
    target = target_minor(standing.rules)
    if target is None:
        return None
    value = f"{standing.money(target)} {standing.currency}"
    return Measured("fund.wired", subject, {"op": ">=", "value": value})


def _to_target(standing: Standing, median: int) -> Cure | None:
    """Return what the median still lacks to the target; nothing when it is there."""
    target = target_minor(standing.rules)
    if target is None or median >= target:
        return None
    amount = standing.money(target - median)
    params = {"amount": amount, "currency": standing.currency}
    return Cure(Reason("goals.cure.median", params), amount, standing.currency)


@decision(
    "goals.stage_gate",
    of=Standing,
    reads=("incidents", *READS, *CURES),
    named=gate_metrics,
    observes=True,
    hands_on=("gate_outcomes",),
    closes=("gate_outcomes",),
)
def stage_gate(standing: Standing) -> Iterator[Draft]:
    """The gate out of the current stage: its state and, if it is ready, the proposal to go."""
    rules, facts = standing.rules, standing.facts
    for id, gate in rules.adjustment.gates.items():
        if not _leads_out(id, rules):
            continue
        must, should, points, ready = gate_state(gate, facts, rules, standing.end)
        failing = [test for test in must if not test.met]
        params = {
            "gate": id,
            "points": str(points),
            "pass_points": str(gate.pass_points),
            "failing": "; ".join(_sentence(standing, test) for test in failing),
        }
        kind = "ready" if ready else ("must" if failing else "points")
        refs = [MeasureRef(test.condition.metric, test.subject) for test in (*must, *should) if test.condition.metric]
        yield (
            Draft("stage_gate", id, standing.since)
            .says(f"goals.stage_gate.{kind}", params)
            .asks_for("goals.go" if ready else "goals.hold", *(f"goals.{outcome}" for outcome in gate.outcomes))
            .follows(f"/adjustment/gates/{id}")
            .counts(write_number(points, DIGITS["points"]), "points")
            .rests_on(
                MeasureRef("gate.ready", id),
                *dict.fromkeys(refs),
                facts=tuple(dict.fromkeys(fact for test in must if test.met for fact in test.facts))[:8],
            )
            .cured_by(
                None
                if ready
                else _gate_cure(standing, failing or [test for test in should if not test.met], gate, points)
            )
            .closes(Fact("gate_outcomes", {"gate": id}))
            .hands_on(
                Fact(
                    "gate_outcomes",
                    {"gate": id, "outcome": "go" if ready else "hold"} | {"stage": rules.community.current_stage},
                )
            )
        )


def _leads_out(gate: str, rules: Rules) -> bool:
    """Whether a gate's id says that it leads out of the current stage, `STAGE_to_NEXT`; other ids lead anywhere."""
    stages = rules.community.stages
    named = [stage for stage in stages if gate.startswith(f"{stage}_to_")]
    return not named or rules.community.current_stage in named


def _sentence(standing: Standing, test: Tested) -> str:
    condition = test.condition
    if condition.event is not None:
        return str(condition.event)
    if test.seen is None:
        return f"{condition.metric} {condition.op} {condition.value} (?)"
    wanted = threshold(condition.value, standing.rules)
    seen, limit = (
        _written(standing, *pair) for pair in ((test.seen, test.unit, wanted), (wanted, test.unit, test.seen))
    )
    return f"{condition.metric} {condition.op} {limit} ({seen})"


def _gate_cure(standing: Standing, failing: list[Tested], gate: Any, points: int) -> Cure:
    """Return the cure of the only test that fails; of several, how many tests and points are missing."""
    one = failing[0] if len(failing) == 1 else None
    if one is not None and one.condition.event is not None:
        return Cure(Reason("goals.cure.event", {"event": str(one.condition.event)}))
    if one is not None and one.met is not None and not isinstance(one.seen, str) and one.seen is not None:
        metric = one.condition.metric
        rows = standing.here(metric).filter(pl.col("subject") == one.subject)
        row = rows.row(0, named=True)
        wanted = one.condition.op, threshold(one.condition.value, standing.rules)
        return cure_of(standing, metric, row, one.seen, wanted)
    lacking = max(0, gate.pass_points - points)
    params = {"tests": "; ".join(_sentence(standing, test) for test in failing), "points": str(lacking)}
    word = "tests"
    if any(test.condition in gate.must for test in failing):  # the decision itself lists them
        word = "must_points" if lacking else "must"
    return Cure(Reason(f"goals.cure.{word}", params), str(len(failing)), "count")


@decision(
    "goals.need",
    of=Standing,
    reads=(COVERAGE, "view.member", "view.capability", "view.group", "scr.coverage_gain", *READS),
    hands_on=("needs",),
    closes=(COVERAGE,),
)
def need(standing: Standing) -> Iterator[Draft]:
    """1 → 2: coverage is a goal that the present members do not reach: ask for more of what is covered least."""
    rules = standing.rules
    wanted = [result for result in key_results(rules) if result.metric == COVERAGE]
    seen = standing.here(COVERAGE)
    if not wanted or seen.is_empty() or seen["value"][0] is None:
        return
    value, target = exact(seen["value"][0]), threshold(wanted[0].target, rules)
    if isinstance(value, str) or value is None or value >= target:
        return
    need, missing = _weakest(standing)
    if need is None:
        return
    place = key_results(rules).index(wanted[0])
    params = {"need": need.id, "missing": f"{missing:.2f}", "value": str(value), "target": str(target)}
    yield (
        Draft("need", need.id, standing.since)
        .says("goals.need", params)
        .asks_for("goals.open_need")
        .follows(f"{_stage_pointer(standing)}/key_results/{place}")
        .counts(write_number(missing, RATIO), "points")
        .rests_on(MeasureRef(COVERAGE, "community"), MeasureRef("scr.redundancy", need.id))
        .cured_by(cure_of(standing, COVERAGE, {"unit": "ratio"}, value, (">=", target)))
        .closes(Measured(COVERAGE, "community", {"op": ">=", "value": str(target)}))
        .hands_on(
            Fact(
                "needs",
                {
                    "capability": need.id,
                    "weight": str(need.weight),
                    "redundancy": str(need.redundancy + 1),
                    "state": "open",
                    "stage": rules.community.current_stage,
                },
            )
        )
    )


def _weakest(standing: Standing) -> tuple[Any, float]:
    """Return the need that leaves most points uncovered by the members, and how many; a group has one voice."""
    members = standing.here("view.member").select("party").unique()
    held = standing.here("view.capability").join(members, on="party", how="semi")
    voices = grouped(held, standing.here("view.group")).group_by("need", "group").agg(pl.col("level").max())
    left = dict(
        voices.sort("need", "group")
        .group_by("need", maintain_order=True)
        .agg((1 - pl.col("level")).product())
        .iter_rows()
    )
    gaps = [(need.weight * left.get(need.id, 1.0), need) for need in standing.rules.screening.needs]
    if not gaps:
        return None, 0.0
    missing, need = max(gaps, key=lambda gap: gap[0])
    return need, float(missing)


@decision("goals.dependence", of=Standing, reads=("fund.dependence", "goals.flows", "view.group"))
def dependence(standing: Standing) -> Iterator[Draft]:
    """The payees that hang most on one funder, ranked; the project's own concentration is a key result or indicator."""
    rows = standing.here("fund.dependence").filter(pl.col("value").is_not_null())
    ranked = rows.filter(pl.col("subject") != pl.lit(standing.rules.community.project, dtype=pl.String).fill_null(""))
    for row in ranked.sort("n").head(DEPENDENCE_LISTED).iter_rows(named=True):
        params = {"payee": row["subject"], "share": write_percent(row["value"]), "rank": str(row["n"])}
        yield (
            Draft("dependence", row["subject"], row["because"][0])
            .says("goals.dependence", params)
            .asks_for("goals.find_second_funder")
            .follows("/goals")
            .counts(write_number(row["value"], RATIO), "ratio")
            .rests_on(MeasureRef("fund.dependence", row["subject"]), facts=tuple(row["because"]))
            .cured_by(_half(standing, row))
        )


def _half(standing: Standing, row: Mapping[str, Any]) -> Cure:
    """Return what must come from others until the largest funder gives no more than half, in the payee's currency."""
    flows = standing.here("goals.flows").filter(pl.col("recipient") == row["subject"], pl.col("received_minor") > 0)
    currencies = flows["currency"].unique().to_list()
    if len(currencies) != 1:
        return NONE_COMPUTED
    given = grouped(flows, standing.facts.read("view.group"), "funder").group_by("group")
    sums = given.agg(pl.col("received_minor").sum())["received_minor"]
    digits = standing.rules.currencies.digits(currencies[0]) or 0
    amount = from_minor(max(0, 2 * int(sums.sort()[-1]) - int(sums.sum())), digits)
    params = {"amount": amount, "currency": currencies[0]}
    return Cure(Reason("goals.cure.second_funder", params), amount, currencies[0])


DECISIONS = (key_result, stage, forecast, deal_effect, stale_deal, claimed_stage, stage_gate, need, dependence)
