"""`view.promise`: who owes whom what by when, in both directions, and how each promise stands.

Commitments are the promises that measures of this room count. Unanswered questions and complaints, gates to renew and
risk treatments with a date are promises too; they are read where they are recorded and never entered twice.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from tenfold.facts.rates import converted
from tenfold.terms.days import days_between, local_days
from tenfold.terms.durations import Duration, add
from tenfold.terms.measure import Facts, Select, view
from tenfold.terms.rules import Rules

COMMITMENT = "commitment"
CAPITAL_CALL = "capital_call"
RELEASED = ("excused", "waived", "declined")  # ended without being kept or broken
FINAL = ("verified", "rejected", "breached", *RELEASED)
STATUTORY_GRACE = Duration(60, "d")  # of a capital call where the charter is silent (Company Law 2023, art. 52)
COLUMNS: dict[str, Any] = {
    "end": pl.Int32,
    "today": pl.Date,
    "promise": pl.String,
    "source": pl.String,
    "source_kind": pl.String,
    "promisor": pl.String,
    "beneficiary": pl.String,
    "state": pl.String,
    "on": pl.Date,
    "due_on": pl.Date,
    "deadline": pl.Date,
    "owed_on": pl.Date,
    "kept_until": pl.Date,
    "grace_days": pl.Int64,
    "accepted_on": pl.Date,
    "delivered_on": pl.Date,
    "closed_on": pl.Date,
    "word_on": pl.Date,
    "extended": pl.Boolean,
    "kept": pl.Boolean,
    "late": pl.Boolean,
    "open": pl.Boolean,
    "broken": pl.Boolean,
    "counted": pl.Boolean,
    "counted_on": pl.Date,
    "weight": pl.Decimal(38, 18),
    "points": pl.Decimal(38, 18),
    "worth_minor": pl.Int64,
    "currency": pl.String,
    "home_minor": pl.Int64,
    "quality": pl.Decimal(38, 18),
    "offer": pl.String,
    "agreement": pl.String,
    "opportunity": pl.String,
    "arm": pl.String,
    "version": pl.Int64,
    "fact": pl.String,
    "closing_fact": pl.String,
    "self_verified": pl.String,
}
ORDER = ("end", "source", "promise")
TERMS = [
    "judging",
    "call",
]  # what decides a promise's grace: the charter that judges it, and whether it is a capital call


def behind(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> Mapping[str, pl.DataFrame]:
    """Return the facts behind a promisor's commitments: they, their steps, and rates where a worth is foreign."""
    own = facts.rows("commitments", only=None if subject is None else pl.col("party") == subject)
    steps = facts.rows("commitment_steps", ("commitment",)).join(own, on=["end", "commitment"], how="semi")
    found = {"commitments": own.select("fact"), "commitment_steps": steps.select("fact")}
    currencies = set(own.drop_nulls("worth_minor")["currency"]) - {rules.charter.currency}
    if currencies:
        pair = pl.col("base").is_in(sorted(currencies)) | pl.col("quote").is_in(sorted(currencies))
        found["exchange_rates"] = facts.rows("exchange_rates", only=pair).select("fact")
    return found


@view(
    "promise.own",
    subject="promisor",
    reads=("commitments", "commitment_steps", "exchange_rates", "view.clock"),
    facts=behind,
    source="DOMAIN §2.5, FACTS §4 and §8; whole local days",
)
def own_promises(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the promises of `view.promise` that are rows of `commitments`: those that inc.* count."""
    return _whole(_commitments(facts, rules))


@view(
    "view.promise",
    subject="promisor",
    reads=("promise.own", "gate_checks", "risks", "interaction.questions"),
    facts=(Select("gate_checks", subject="party"), Select("risks", subject="owner")),
    source="DOMAIN §2.5, FACTS §4 and §8; whole local days",
)
def promise(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return every promise at every end (columns `COLUMNS`).

    source      commitment | question | gate | risk
    state       open | delivered | kept | kept_late | late | broken | rejected | excused | waived | declined
    due_on      last extension's date, else the promise's own; null: never due and never late
    deadline    due_on plus grace on the clock (a capital call's is calendar days)
    owed_on     the date that the promise is judged by, its grace ending on kept_until: as due_on, but without
                extensions that came after the day was over, for they move what happens next and excuse nothing
    kept        verified, and delivered (else verified) by kept_until; late: past it, not kept, not released
    counted     owed with its grace over, or kept or broken without a due date; counted_on is the day windows ask for
    home_minor  worth in the charter's currency, null without a rate
    self_verified   a verification by the promisor, which does not count
    """
    frames = [
        facts.read("promise.own"),
        *map(_whole, (_questions(facts, rules, ends), _gates(facts, rules), _risks(facts))),
    ]
    return pl.concat(frames).sort(*ORDER)


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=COLUMNS), rows], how="diagonal_relaxed").select(*COLUMNS).sort(*ORDER)


def _commitments(facts: Facts, rules: Rules) -> pl.DataFrame:
    own = facts.rows("commitments")
    steps = facts.rows("commitment_steps").sort("end", "commitment", "occurred_at", "recorded_at", "fact")
    zone = rules.charter.timezone
    first = own.select("end", "commitment", "party", first=local_days("due_at", zone))
    steps = steps.join(first, on=["end", "commitment"], maintain_order="left").with_columns(
        to=local_days("due_at", zone)
    )
    itself = (pl.col("step") == "verified") & (pl.col("by") == pl.col("party"))
    rows = own.join(_progress(steps.filter(~itself)), on=["end", "commitment"], how="left", maintain_order="left")
    refused = steps.filter(itself).group_by("end", "commitment").agg(self_verified=pl.col("fact").last())
    rows = rows.join(refused, on=["end", "commitment"], how="left", maintain_order="left")
    own_day = local_days("due_at", zone)
    rows = rows.with_columns(
        due_on=pl.coalesce("extended_to", own_day),
        owed_on=pl.coalesce("extended_in_time", own_day),
        judged_at=pl.coalesce("accepted_at", "occurred_at"),
    )
    rows = _deadlines(rows, rules)
    rows = converted(rows, facts, rules, "worth_minor")
    return _standing(rows).select(
        pl.lit(COMMITMENT).alias("source"),
        "end", "today", "source_kind", "state", "on", "due_on", "deadline", "owed_on", "kept_until", "grace_days",
        "accepted_on", "delivered_on", "closed_on", "word_on", "kept", "late", "broken", "points", "worth_minor",
        "currency", "home_minor", "quality", "offer", "agreement", "opportunity", "arm", "version", "fact",
        "closing_fact", "self_verified", "counted", "counted_on",
        promise="commitment",
        promisor="party",
        beneficiary="to_party",
        extended=pl.col("extended_to").is_not_null(),
        open=pl.col("state").is_in(["open", "delivered", "rejected"]),
        weight=pl.col("weight").fill_null(pl.lit("1").cast(pl.Decimal(38, 18))),
    )  # fmt: skip


def _progress(steps: pl.DataFrame) -> pl.DataFrame:
    """Return per promise what its steps, in order, say."""
    moved = steps.filter(pl.col("step") == "extended", pl.col("to").is_not_null())  # no new date moves nothing
    before = pl.coalesce(pl.col("to").shift(1).over("end", "commitment"), "first")
    in_time = (pl.col("on") <= before).fill_null(value=True).cum_min().over("end", "commitment")
    moved = moved.filter(in_time).group_by("end", "commitment").agg(extended_in_time=pl.col("to").last())

    def last(step: str, column: str) -> pl.Expr:
        return pl.col(column).filter(pl.col("step") == step).last()

    final = pl.col("step").is_in(FINAL)
    progress = steps.group_by("end", "commitment", maintain_order=True).agg(
        outcome=pl.col("step").filter(final).last(),
        closed_on=pl.col("on").filter(final).last(),
        closing_fact=pl.col("fact").filter(final).last(),
        accepted_at=pl.col("occurred_at").filter(pl.col("step") == "accepted").first(),
        accepted_on=pl.col("on").filter(pl.col("step") == "accepted").first(),
        delivered_on=last("delivered", "on"),
        extended_to=pl.col("to").filter(pl.col("step") == "extended").drop_nulls().last(),
        word_on=pl.col("on").filter(pl.col("step") == "private_word").first(),
        quality=last("verified", "quality"),
    )
    return progress.join(moved, on=["end", "commitment"], how="left", maintain_order="left")


def version_of(at: pl.Series, rules: Rules) -> pl.Series:
    """Return the index in `rules.versions` of the version in force at each instant; the oldest judges what is older."""
    starts = pl.Series([start for start, _ in rules.versions], dtype=pl.Datetime("us", "UTC"))
    return (starts.search_sorted(at, side="right").cast(pl.Int64) - 1).clip(0, None)


def _deadlines(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Add `version`, `deadline`, `kept_until`, `grace_days` by the charter in force when each promise was accepted."""
    index = version_of(rows["judged_at"], rules).alias("judging")
    call = pl.col("source_kind").eq_missing(CAPITAL_CALL).alias("call")
    rows = rows.with_columns(index, call)
    rows = rows.join(_terms(rows, rules), on=TERMS, how="left", maintain_order="left", nulls_equal=True)
    for column, until in (("due_on", "deadline"), ("owed_on", "kept_until")):
        ends = _ends_of(rows, column, until, rules)
        rows = rows.join(ends, on=[column, *TERMS], how="left", maintain_order="left", nulls_equal=True)
    return rows.drop(TERMS)


def _terms(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return for each charter that judges, and each kind of promise: its `version` and `grace_days`."""
    terms = rows.select(TERMS).unique()
    graces = [_grace(index, call, rules).days for index, call in terms.iter_rows()]
    numbers = [rules.versions[index][1].charter.version for index in terms["judging"].to_list()]
    return terms.with_columns(
        pl.Series("version", numbers, dtype=pl.Int64), pl.Series("grace_days", graces, dtype=pl.Int64)
    )


def _ends_of(rows: pl.DataFrame, column: str, until: str, rules: Rules) -> pl.DataFrame:
    """Return for each day of `column` under its terms the last day of the grace, as `until`."""
    keys = rows.select(column, *TERMS).drop_nulls(column).unique()
    days = [_end_of(day, _grace(index, call, rules), call, rules) for day, index, call in keys.iter_rows()]
    return keys.with_columns(pl.Series(until, days, dtype=pl.Date))


def _grace(index: int, call: bool, rules: Rules) -> Duration:
    return grace_of(rules.versions[index][1].incentives, call)


def grace_of(rules: Any, call: bool) -> Duration:
    """Return how long after its day a promise still counts as kept: by the charter, of a capital call by statute."""
    if call:
        statutory: Duration = rules.capital_call_default.grace if rules.capital_call_default else STATUTORY_GRACE
        return statutory
    grace: Duration = rules.commitment_rules.default_grace
    return grace


def _end_of(day: date, span: Duration, call: bool, rules: Rules) -> date:
    """Return the last day of the grace; statutory periods take no holidays out."""
    return add(day, span) if call else rules.calendar.add(day, span)


def _standing(rows: pl.DataFrame) -> pl.DataFrame:
    """Add kept, late, broken, state, counted and counted_on."""
    verified = pl.col("outcome") == "verified"
    done_on = pl.when(pl.col("delivered_on") <= pl.col("closed_on")).then("delivered_on").otherwise("closed_on")
    in_time = pl.col("kept_until").is_null() | (done_on <= pl.col("kept_until"))
    over = (pl.col("kept_until") < pl.col("today")).fill_null(False)
    rows = rows.with_columns(
        kept=(verified & in_time).fill_null(False),
        broken=(pl.col("outcome") == "breached").fill_null(False),
        released=pl.col("outcome").is_in(RELEASED).fill_null(False),
    )
    ended = pl.col("kept") | pl.col("broken")
    reached = (pl.col("kept_until") <= pl.col("today")).fill_null(False)
    counted = pl.when(pl.col("kept_until").is_null()).then(ended).otherwise(over | pl.col("broken") | (reached & ended))
    rows = rows.with_columns(
        late=over & ~pl.col("kept") & ~pl.col("released"),
        counted=counted & ~pl.col("released"),
        counted_on=pl.when(pl.col("broken") & (pl.col("closed_on") < pl.col("owed_on")).fill_null(True))
        .then("closed_on")
        .otherwise(pl.coalesce("owed_on", "closed_on")),
    )
    delivered = pl.col("delivered_on").is_not_null()
    state = (
        pl.when(pl.col("kept")).then(pl.lit("kept"))
        .when(verified).then(pl.lit("kept_late"))
        .when(pl.col("broken")).then(pl.lit("broken"))
        .when(pl.col("released")).then("outcome")
        .when(pl.col("late") & (pl.col("deadline") < pl.col("today"))).then(pl.lit("late"))
        .when((pl.col("outcome") == "rejected") & (pl.col("delivered_on") <= pl.col("closed_on")))
        .then(pl.lit("rejected"))
        .when(delivered).then(pl.lit("delivered"))
        .otherwise(pl.lit("open"))
    )  # fmt: skip
    return rows.with_columns(state=state)


def _dated(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    """Finish promises that are read elsewhere: open until their day, then late; they count in no kept rate."""
    late = pl.col("due_on") < pl.col("today")
    return rows.with_columns(
        source=pl.lit(source),
        deadline="due_on",
        owed_on="due_on",
        kept_until="due_on",
        late=late,
        open=~late,
        kept=pl.lit(False),
        broken=pl.lit(False),
        counted=pl.lit(False),
        state=pl.when(late).then(pl.lit("late")).otherwise(pl.lit("open")),
    )


def _questions(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Unanswered questions and complaints: whoever was asked owes an answer within `respond_within`."""
    asked = facts.read("interaction.questions").filter(
        pl.col("asks") | pl.col("complains"), pl.col("replied_at").is_null()
    )
    asked = asked.join(ends.select("end", "today"), on="end", maintain_order="left")
    versions = [version for _, version in rules.versions]
    index = version_of(asked["occurred_at"], rules).to_list()
    keys = list(zip(asked["on"].to_list(), asked["complains"].to_list(), index, strict=True))
    due = {key: _answer_by(key[0], key[1], versions[key[2]]) for key in {*keys}}
    inward, project = pl.col("direction") == "in", pl.lit(rules.community.project)
    rows = asked.with_columns(
        due_on=pl.Series([due[key] for key in keys], dtype=pl.Date),
        promise="fact",
        source_kind=pl.when("complains").then(pl.lit("complaint")).otherwise(pl.lit("question")),
        promisor=pl.when(inward).then(project).otherwise("member"),
        beneficiary=pl.when(inward).then("member").otherwise(project),
    )
    return _dated(rows, "question").select(_given(rows, "question"))


def _answer_by(day: date, complaint: bool, version: Rules) -> date | None:
    within = version.interaction.respond_within
    span = None if within is None else (within.complaint if complaint else within.question)
    return None if span is None else version.calendar.add(day, span)


def _given(rows: pl.DataFrame, source: str) -> Sequence[str]:
    made = ("source", "deadline", "owed_on", "kept_until", "late", "open", "kept", "broken", "counted", "state")
    return [name for name in COLUMNS if name in rows.columns or name in made]


def _gates(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Passed gates that run out within the longest of `agreement_alerts` are to be renewed by their holder."""
    spans = {gate.id: gate.valid_for for gate in rules.screening.gates}
    alerts = [span.days for span in rules.risk.agreement_alerts]
    checks = facts.now("gate_checks").filter(pl.col("result") == "pass")
    ending = [
        until or (add(on, spans[gate]) if spans.get(gate) else None)
        for until, on, gate in checks.select("valid_until", "on", "gate").iter_rows()
    ]
    rows = checks.with_columns(
        due_on=pl.Series(ending, dtype=pl.Date),
        promise=pl.concat_str("gate", pl.lit("@"), "party"),
        source_kind=pl.lit("gate"),
        promisor="party",
    )
    rows = rows.filter(days_between("today", "due_on") <= max(alerts, default=0))
    return _dated(rows, "gate").select(_given(rows, "gate"))


def _risks(facts: Facts) -> pl.DataFrame:
    """Treatments of open risks with a date, owed by the risk's owner."""
    rows = facts.now("risks").filter(pl.col("state") == "open", pl.col("due").is_not_null())
    rows = rows.with_columns(due_on="due", promise="risk", source_kind=pl.lit("treatment"), promisor="owner")
    return _dated(rows, "risk").select(_given(rows, "risk"))
