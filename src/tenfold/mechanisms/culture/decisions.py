"""What follows for common life: rituals and surveys due, thanks owed, how far the community spreads."""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

import polars as pl

from tenfold.facts.consents import said_no
from tenfold.mechanisms.culture.grounds import CultureGrounds
from tenfold.mechanisms.culture.measures.life import QUARTER, SLACK, recent
from tenfold.mechanisms.culture.measures.surveys import BELONGING, SAFETY
from tenfold.mechanisms.culture.newcomers import new_candidate, qualified
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, Measured, decision
from tenfold.terms.durations import add
from tenfold.terms.measure import DIGITS, write_number
from tenfold.terms.reason import Reason

ASKED_MIN = 10  # nothing is sent as a questionnaire to fewer people (DOMAIN §2.4)
WIDELY = 0.5  # share of members thanked from which recognition is shared widely [C]
SPREADS = 1.0  # below it the spread dies out by itself
SCALES = {BELONGING: "cul.sense_of_community", SAFETY: "cul.safety"}
LEVELS = ("outputs", "out_takes", "outcomes", "impact")
UNKNOWN = "–"  # a count of what the community does not record


@decision(
    "culture.ritual_due",
    of=CultureGrounds,
    reads=("culture.rituals",),
    hands_on=("events",),
    closes=("events",),
)
def ritual_due(grounds: CultureGrounds) -> Iterator[Draft]:
    """One for each ritual whose time has come and for which no date is planned."""
    known = {row["ritual"]: row for row in grounds.facts.read("culture.rituals").iter_rows(named=True)}
    for index, ritual in enumerate(grounds.rules.culture.rituals):
        row = known[ritual.id]
        last = row["last_on"]
        due = add(last, ritual.every) if last is not None else None
        if row["planned_on"] is not None or (due is not None and due > grounds.today):
            continue
        since = row["last_fact"] or grounds.begun
        late = (grounds.today - last).days > SLACK * ritual.every.days if last is not None else False
        params = {
            "ritual": ritual.id,
            "every": str(ritual.every),
            "last": str(last or ""),
            "due": str(due or ""),
            "owner": ritual.owner or "",
        }
        variant = "never" if last is None else "late" if late else "due"
        days = (grounds.today - due).days if due is not None else None
        yield (
            Draft("ritual_due", ritual.id, since)
            .says(f"culture.ritual_{variant}{'.owner' if ritual.owner else ''}", params)
            .asks_for("culture.plan", "snooze", "culture.change_rhythm")
            .follows(f"/culture/rituals/{index}")
            .counts(str(days) if days is not None else None, "days" if days is not None else None)
            .rests_on(MeasureRef("cul.ritual_kept", "community"), facts=(row["last_fact"],) if row["last_fact"] else ())
            .cured_by(Cure(Reason("culture.cure.ritual", params), "1", "count"))
            .closes(Fact("events", {"ritual": ritual.id, "state": "held"}))
            .hands_on(Fact("events", {"ritual": ritual.id, "state": "planned"}))
        )


def _owed(grounds: CultureGrounds) -> list[tuple[Any, str, str, str, str]]:
    """Return day, party, reason, since and fact of what calls for thanks: payouts received, help without points."""
    paid = recent(grounds.facts.now("payouts"), QUARTER).filter(pl.col("state") == "receipted")
    found = [(on, party, "payout", fact, fact) for on, party, fact in paid.select("on", "party", "fact").iter_rows()]
    for on, party in grounds.facts.read("incentives.help").select("on", "party").iter_rows():
        if (grounds.today - on).days < QUARTER:
            found.append((on, party, "help", f"{on}T00:00:00Z", ""))
    return sorted(found)


@decision(
    "culture.thanks_owed",
    of=CultureGrounds,
    reads=(
        "recognitions",
        "payouts",
        "incentives.help",
        "inc.reputation",
        "view.consent",
    ),
    hands_on=("recognitions",),
    closes=("recognitions",),
)
def thanks_owed(grounds: CultureGrounds) -> Iterator[Draft]:
    """One for each party that was paid or helped without reward in the last 90 days and has not been thanked since."""
    rows = grounds.facts.rows("recognitions").filter(pl.col("giver") != pl.col("party"))
    thanked = dict(rows.group_by("party").agg(pl.col("on").max()).iter_rows())
    oldest: dict[str, tuple[Any, str, str, str, str]] = {}
    for one in _owed(grounds):
        if one[1] not in thanked or thanked[one[1]] < one[0]:
            oldest.setdefault(one[1], one)
    project = grounds.rules.community.project
    unwanted = said_no(grounds.facts)
    for party, (on, _, reason, since, fact) in sorted(oldest.items()):
        if party == project or party in unwanted:
            continue
        days = str((grounds.today - on).days)
        params = {"party": party, "on": str(on), "days": days}
        facet = (MeasureRef("inc.reputation", f"{party}@benevolence"),) if grounds.row(
            "inc.reputation", f"{party}@benevolence"
        ) else ()  # fmt: skip
        yield (
            Draft("thanks_owed", party, since)
            .says(f"culture.thanks_owed.{reason}", params)
            .asks_for("culture.thank", "dismiss")
            .follows("/culture/recognition")
            .counts(days, "days")
            .rests_on(MeasureRef("cul.recognition_equality", "community"), *facet, facts=(fact,) if fact else ())
            .cured_by(Cure(Reason("culture.cure.thanks", params), "1", "count"))
            .closes(Fact("recognitions", {"party": party}))
            .hands_on(Fact("recognitions", {"party": party, "kind": "thanks"}))
        )


@decision(
    "culture.recognition",
    of=CultureGrounds,
    reads=(
        "cul.recognition_equality",
        "view.member",
    ),
    closes=("cul.recognition_equality",),
)
def recognition(grounds: CultureGrounds) -> Iterator[Draft]:
    """How evenly thanks are spread, and how many members nobody has thanked this quarter."""
    row, thanked = (grounds.row("cul.recognition_equality", subject) for subject in ("community", "community/thanked"))
    if row is None or thanked is None:
        return
    without = round((1 - thanked["value"]) * len(grounds.members))
    wide = thanked["value"] >= WIDELY
    params = {
        "equality": f"{row['value']:.2f}",
        "thanked": f"{100 * thanked['value']:.0f} %",
        "thanks": str(row["n"]),
        "without": str(without),
    }
    yield (
        Draft("recognition", "community", grounds.begun)
        .says("culture.recognition.wide" if wide else "culture.recognition.narrow", params)
        .asks_for("culture.keep_on" if wide else "culture.look_around")
        .follows("/culture/recognition")
        .counts(write_number(row["value"], DIGITS["ratio"]), "ratio")
        .rests_on(
            *tuple(MeasureRef("cul.recognition_equality", subject) for subject in ("community", "community/thanked"))
        )
        .cured_by(None if wide else Cure(Reason("culture.cure.recognition", params), str(without), "count"))
        .closes(Measured("cul.recognition_equality", "community/thanked", {"op": ">=", "value": str(WIDELY)}))
    )


@decision(
    "culture.survey_due",
    of=CultureGrounds,
    reads=(
        "survey_answers",
        "view.member",
    ),
    closes=("survey_answers",),
)
def survey_due(grounds: CultureGrounds) -> Iterator[Draft]:
    """One for each survey of the charter whose time has come, in a community large enough to ask."""
    surveys = grounds.rules.culture.surveys
    if len(grounds.members) < max(ASKED_MIN, surveys.k_anonymity):
        return
    rows = grounds.facts.rows("survey_answers", ("survey",)).sort("occurred_at", "fact")
    last = {survey: (on, fact) for survey, on, fact in rows.select("survey", "on", "fact").iter_rows()}
    for survey, plan in surveys.by_id.items():
        on, fact = last.get(survey, (None, None))
        due = add(on, plan.every) if on is not None else None
        if due is not None and due > grounds.today:
            continue
        params = {"survey": survey, "instrument": plan.instrument, "every": str(plan.every), "due": str(due or "")}
        measures = (MeasureRef(SCALES[survey], "community"),) if survey in SCALES and fact is None else ()
        yield (
            Draft("survey_due", survey, fact or grounds.begun)
            .says("culture.survey_due" if due else "culture.survey_first", params)
            .asks_for("culture.ask", "snooze")
            .follows(f"/culture/surveys/{survey}")
            .counts(str((grounds.today - due).days) if due is not None else None, "days" if due is not None else None)
            .rests_on(*measures, facts=(fact,) if fact else ())
            .cured_by(Cure(Reason("culture.cure.survey", params)))
            .closes(Fact("survey_answers", {"survey": survey}))
        )


@decision(
    "culture.insufficient",
    of=CultureGrounds,
    reads=(*SCALES.values(),),
    closes=(*SCALES.values(),),
)
def too_few(grounds: CultureGrounds) -> Iterator[Draft]:
    """A wave with fewer answers than may ever be shown together: how many more would do."""
    k = grounds.rules.culture.surveys.k_anonymity
    for survey, measure in SCALES.items():
        rows = grounds.facts.read(measure).filter(
            pl.col("value").is_null(), pl.col("n") > 0, ~pl.col("subject").str.contains("/")
        )
        for wave, n in rows.select("subject", "n").iter_rows():
            params = {"survey": survey, "wave": wave, "n": str(n), "k": str(k), "more": str(k - n)}
            yield (
                Draft("insufficient", survey, grounds.begun)
                .says("culture.insufficient", params)
                .asks_for("culture.ask")
                .follows("/culture/surveys/k_anonymity")
                .rests_on(MeasureRef(measure, wave))
                .cured_by(Cure(Reason("culture.cure.answers", params), str(k - n), "count"))
                .closes(Measured(measure, wave, {"status": "ok"}))
            )


@decision(
    "culture.report_due",
    "more_than_brand",
    of=CultureGrounds,
    reads=("publications",),
    hands_on=("publications",),
    closes=("publications",),
)
def report_due(grounds: CultureGrounds) -> Iterator[Draft]:
    """Publications whose time has come, and any that says more than a public page may."""
    rows = grounds.facts.rows("publications").sort("occurred_at", "fact")
    for index, report in enumerate(grounds.rules.culture.reports):
        own = rows.filter(pl.col("report") == report.id)
        last = own.row(-1, named=True) if own.height else None
        due = add(last["on"], report.every) if last else None
        params = {"report": report.id, "every": str(report.every), "due": str(due or "")}
        if due is None or due <= grounds.today:
            since = last["fact"] if last else grounds.begun
            yield _report(grounds, report.id, since, "report_due" if due else "report_first", params, index, last)
        for row in own.filter(~pl.col("brand_only")).iter_rows(named=True) if report.brand_only else ():
            params = params | {"publication": row["publication"], "on": str(row["on"])}
            yield _report(grounds, row["publication"], row["fact"], "more_than_brand", params, index, row)


def _report(
    grounds: CultureGrounds,
    subject: str,
    since: str,
    word: str,
    params: Mapping[str, str],
    index: int,
    row: Mapping[str, Any] | None,
) -> Draft:
    brand = word == "more_than_brand"
    kind = "more_than_brand" if brand else "report_due"
    return (
        Draft(kind, subject, since)
        .says(f"culture.{word}", params)
        .asks_for("culture.withdraw" if brand else "culture.publish", *(() if brand else ("snooze",)))
        .follows(f"/culture/reports/{index}")
        .rests_on(MeasureRef("brand.levels", "community/outputs"), facts=(row["fact"],) if row else ())
        .cured_by(Cure(Reason(f"culture.cure.{'withdraw' if brand else 'publish'}", params)))
        .closes(Fact("publications", {"report": params["report"]}))
        .hands_on(Fact("publications", {"report": params["report"], "brand_only": "yes"}))
    )


@decision(
    "culture.spread",
    of=CultureGrounds,
    reads=("cul.r_referral",),
    closes=("cul.r_referral",),
)
def spread(grounds: CultureGrounds) -> Iterator[Draft]:
    """How many qualified parties each member of the cohort brings, and what it would take to spread by itself."""
    row = grounds.row("cul.r_referral", "community")
    if row is None:
        return
    numbers = {name: write_number(row[name], DIGITS["number"]) for name in ("value", "low", "high")}
    params = {name: f"{row[name]:.2f}" for name in ("value", "low", "high")}
    missing = max(0, ceil(round(row["n"] * (SPREADS - row["value"]), 6)))
    params |= {"cohort": str(row["n"]), "missing": str(missing)}
    alone = row["value"] >= SPREADS
    yield (
        Draft("spread", "community", grounds.begun)
        .says("culture.spread.alone" if alone else "culture.spread.fades", params)
        .asks_for("culture.keep_on" if alone else "culture.invite_referrals")
        .follows("/culture/brand/referral_window")
        .counts(numbers["value"], "number", low=numbers["low"], high=numbers["high"])
        .rests_on(
            MeasureRef("cul.r_referral", "community"),
            MeasureRef("brand.referral_share", "community"),
            facts=tuple(row["because"] or ()),
        )
        .cured_by(None if alone else Cure(Reason("culture.cure.spread", params), str(missing), "count"))
        .closes(Measured("cul.r_referral", "community", {"op": ">=", "value": str(int(SPREADS))}))
    )


@decision(
    "culture.brand_levels",
    of=CultureGrounds,
    reads=("brand.levels",),
    closes=("brand.levels",),
)
def brand_levels(grounds: CultureGrounds) -> Iterator[Draft]:
    """What the last quarter's publications led to, by the four levels; never what they would have cost as adverts."""
    rows = grounds.facts.read("brand.levels").select("subject", "value")
    counts = {subject.partition("/")[2]: value for subject, value in rows.iter_rows()}
    if not any(counts.get(level) for level in LEVELS):
        return
    told = {level: write_number(counts.get(level), DIGITS["count"]) for level in LEVELS}
    params = {level: UNKNOWN if number is None else number for level, number in told.items()}
    stuck = counts.get("outcomes") == 0
    yield (
        Draft("brand_levels", "community", grounds.begun)
        .says("culture.brand_levels.stuck" if stuck else "culture.brand_levels", params)
        .asks_for("culture.review_reach" if stuck else "culture.keep_on")
        .follows("/culture/brand")
        .counts(told["outcomes"], "count" if told["outcomes"] is not None else None)
        .rests_on(*tuple(MeasureRef("brand.levels", f"community/{level}") for level in LEVELS))
        .cured_by(Cure(Reason("culture.cure.brand_levels"), "1", "count") if stuck else None)
        .closes(Measured("brand.levels", "community/outcomes", {"op": ">=", "value": "1"}))
    )


DECISIONS = (
    ritual_due,
    thanks_owed,
    recognition,
    survey_due,
    too_few,
    report_due,
    spread,
    brand_levels,
    new_candidate,
    qualified,
)
