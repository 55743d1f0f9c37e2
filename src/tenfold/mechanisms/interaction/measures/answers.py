"""Questions and their answers: how fast each side replies, on working time, with open questions counted as open."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.relations import bits, carries, visible
from tenfold.mechanisms.interaction.measures.contact import CHANNELS, contact_frames
from tenfold.mechanisms.interaction.measures.people import members, subjects
from tenfold.methods.survival import medians_by_group
from tenfold.terms.days import in_last, local_days, local_times
from tenfold.terms.measure import Facts, Select, measure, reduction, view
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

    Tables = Mapping[str, ibis.Table]

MESSAGE = "message"  # the channel in which an inbound row asks for a reply even without a flag
OPENS_AT, CLOSES_AT = 9, 18  # local working hours that count [C]
HOURS_A_DAY = CLOSES_AT - OPENS_AT
QUESTIONS_AT_LEAST = 5
QA_DAYS = 90
TTFR_DAYS = 365
COMMUNITY = "community"
FLAGS = {
    "asks": "question_asked",
    "complains": "complaint",
    "promises": "follow_up_promised",
    "answers": "question_answered",
}
WAITING = ("asks", "complains", "promises", "writes")
DUE = {"kind": pl.String, "due": pl.Date, "days": pl.String, "version": pl.Int64}


@reduction(
    "interaction.questions",
    reads=("interactions",),
    params=CHANNELS,
    frames=contact_frames,
    facts=(Select("interactions", subject="member", naming="replies_to"),),
    subject="member",
)
def questions(tables: "Tables") -> "ibis.Table":
    """Return every row that waits for a reply, with the first reply known at each end.

    Columns: fact, member, end, direction, occurred_at, on, asks (question_asked), complains, promises
    (follow_up_promised), writes (an inbound message that answers nothing itself); automatic (its channel weighs
    nothing); replied_at (first later row that replies to it), person_at (first such row in a channel that weighs),
    answered (such a row carries question_answered).
    """
    import ibis

    seen = visible(tables["interactions"], tables["ends"])
    weighs = tables["interaction_channels"]
    seen = seen.left_join(weighs, "channel").drop("channel_right")
    flag = {name: carries(seen.flags, bits("interactions", "flags", [word])) for name, word in FLAGS.items()}
    writes = (seen.direction == "in") & (seen.channel == MESSAGE) & seen.replies_to.isnull()
    asked = seen.mutate(**flag, writes=writes, automatic=seen.code.isnull())
    waiting = asked.filter(asked.asks | asked.complains | asked.promises | asked.writes)
    origins = waiting.select("end", "fact", asked_at="occurred_at")
    replies = asked.filter(asked.replies_to.notnull()).select(
        "end", fact="replies_to", replied="occurred_at", good="answers", machine="automatic"
    )
    heard = replies.inner_join(origins, ["end", "fact"]).filter(lambda t: t.replied >= t.asked_at)
    first = heard.group_by("end", "fact").aggregate(
        replied_at=heard.replied.min(), person_at=heard.replied.min(where=~heard.machine), good=heard.good.any()
    )
    paired = waiting.left_join(first, ["end", "fact"])
    return paired.select(
        *("fact", "member", "end", "direction", "occurred_at", "on", *WAITING, "automatic", "replied_at", "person_at"),
        answered=ibis.coalesce(paired.good, False),
    )


def working_hours(instant: pl.Expr, timezone: str, working: str, before: str) -> pl.Expr:
    """Return the running number of working hours at an instant: 9 a working day, 09–18 local time.

    working, before   columns with the running number of working days up to and with that local day, and the day before
    """
    local = local_times(instant, timezone)
    since = local.dt.hour().cast(pl.Float64) + local.dt.minute() / 60 + local.dt.second() / 3600
    today = (since - OPENS_AT).clip(0, HOURS_A_DAY) * (pl.col(working) - pl.col(before))
    return HOURS_A_DAY * pl.col(before).cast(pl.Float64) + today


def with_hours(rows: pl.DataFrame, clock: pl.DataFrame, timezone: str, start: str, end: str) -> pl.DataFrame:
    """Add `hours`: working hours from the instant `start` to the instant `end`, never below 0."""
    days = clock.sort("date").select("date", "working", before=pl.col("working").shift(1).fill_null(pl.col("working")))
    for name in (start, end):
        renamed = days.rename({"date": f"{name}_day", "working": f"{name}_working", "before": f"{name}_before"})
        day = local_days(name, timezone).alias(f"{name}_day")
        rows = rows.with_columns(day).join(renamed, on=f"{name}_day", how="left", maintain_order="left")
    begun, ended = (working_hours(pl.col(name), timezone, f"{name}_working", f"{name}_before") for name in (start, end))
    helpers = [f"{name}_{part}" for name in (start, end) for part in ("day", "working", "before")]
    return rows.with_columns(hours=(ended - begun).clip(lower_bound=0.0)).drop(helpers)


def waited(facts: Facts, rules: Rules, ends: pl.DataFrame, rows: pl.DataFrame, reply: str) -> pl.DataFrame:
    """Add to questions how long they waited (`hours`) and whether a reply came (`happened`); open ones still wait."""
    now = rows.join(ends.select("end", "as_of"), on="end", maintain_order="left")
    until = now.with_columns(happened=pl.col(reply).is_not_null(), until=pl.coalesce(reply, "as_of"))
    return with_hours(until, facts.read("view.clock"), rules.charter.timezone, "occurred_at", "until")


def median_hours(rows: pl.DataFrame) -> pl.DataFrame:
    """Return per subject and end the Kaplan–Meier median of `hours`; null below five questions or half unanswered.

    `n` counts the questions, `answered` those that happened.
    """
    keys = rows.select("end", "subject").unique().sort("end", "subject").with_row_index("group")
    coded = rows.join(keys, on=["end", "subject"]).select("group", "hours", "happened")
    coded = coded.sort("group", "hours", "happened", descending=[False, False, True])
    groups, medians = medians_by_group(
        coded["group"].cast(pl.Int64).to_numpy(), coded["hours"].to_numpy(), coded["happened"].to_numpy()
    )
    found = pl.DataFrame({"group": groups, "median": medians}).with_columns(
        pl.col("group").cast(keys.schema["group"]), pl.col("median").fill_nan(None)
    )
    counted = coded.group_by("group").agg(n=pl.len(), answered=pl.col("happened").sum())
    enough = pl.when(pl.col("n") >= QUESTIONS_AT_LEAST).then("median")
    known = keys.join(found, on="group").join(counted, on="group")
    return known.select("end", "subject", "n", "answered", value=enough)


@measure(
    "rel.response_km",
    unit="hours",
    direction="down",
    subject="member",
    reads=("interaction.questions", "view.clock", "view.member", "view.deal"),
    minimum="5 questions",
    source="Kaplan & Meier 1958; working days 09–18 local [C]",
    pointer="/interaction/respond_within",
    clock="instant",
    parts={"answered": "count"},
)
def response_km(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Median working hours from a question, a complaint or an inbound message to the row that replies to it.

    Both directions count; a question still open is right-censored at the end. A row per member and party of an open
    deal, and one for the community of members.
    """
    found = facts.read("interaction.questions").filter(pl.col("asks") | pl.col("complains") | pl.col("writes"))
    found = found.select("end", "member", "occurred_at", "replied_at")  # there may be millions of them
    rows = waited(facts, rules, ends, found, "replied_at")
    own = rows.rename({"member": "subject"}).select("end", "subject", "hours", "happened")
    together = own.join(members(facts), on=["end", "subject"], how="semi").with_columns(subject=pl.lit(COMMUNITY))
    wanted = pl.concat([subjects(facts), ends.select("end", subject=pl.lit(COMMUNITY))])
    medians = median_hours(pl.concat([own.join(subjects(facts), on=["end", "subject"], how="semi"), together]))
    return wanted.join(medians, on=["end", "subject"], how="left").with_columns(pl.col("n").fill_null(0))


@measure(
    "rel.qa",
    unit="ratio",
    direction="up",
    reads=("interaction.questions", "view.member"),
    minimum="5 questions in 90 days",
    source="DOMAIN §2.4; Huang et al. 2017",
    parts={"answered": "count"},
    quotient=("answered", "n"),
)
def qa(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Share of the questions of the last 90 days, asked of or by members, that have an answer."""
    rows = facts.read("interaction.questions").filter("asks").rename({"member": "subject"})
    known = rows.join(members(facts), on=["end", "subject"], how="semi").join(ends.select("end", "today"), on="end")
    recent = known.filter(in_last(QA_DAYS))
    shares = recent.group_by("end").agg(n=pl.len(), share=pl.col("answered").mean(), answered=pl.col("answered").sum())
    enough = pl.when(pl.col("n") >= QUESTIONS_AT_LEAST).then("share")
    found = ends.select("end").join(shares, on="end", how="left")
    return found.select("end", "answered", subject=pl.lit(COMMUNITY), n=pl.col("n").fill_null(0), value=enough)


@measure(
    "com.ttfr",
    unit="hours",
    direction="down",
    reads=("interaction.questions", "view.clock"),
    minimum="5 first questions in 365 days",
    source="CHAOSS time to first response",
    clock="instant",
    parts={"answered": "count"},
)
def ttfr(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Median working hours until a person replies to a party's first question ever, for those of the last 365 days.

    Rows in channels that weigh nothing are automatic: neither their questions nor their replies count.
    """
    asked = facts.read("interaction.questions").filter(
        pl.col("asks") | pl.col("complains"), pl.col("direction") == "in", ~pl.col("automatic")
    )
    first = asked.sort("occurred_at", "fact").unique(["end", "member"], keep="first", maintain_order=True)
    known = first.join(ends.select("end", "today"), on="end")
    recent = known.filter(in_last(TTFR_DAYS))
    rows = waited(facts, rules, ends, recent, "person_at").with_columns(subject=pl.lit(COMMUNITY))
    medians = median_hours(rows)
    community = ends.select("end", subject=pl.lit(COMMUNITY))
    return community.join(medians, on=["end", "subject"], how="left").with_columns(pl.col("n").fill_null(0))


@view(
    "interaction.clocks",
    subject="member",
    reads=("interaction.questions",),
    source="DOMAIN §2.4; the version in force when it was asked judges",
)
def clocks(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return questions and complaints for which the charter promises an answer in time.

    Columns: fact, member, end, direction, kind (question | complaint; the one due earlier where a row is both),
    occurred_at, on, due (last day on time), days (allowed, as written), version (that judges), replied_at, replied_on,
    within (answered on time; null while open and not yet late).
    """
    found = facts.read("interaction.questions").filter(pl.col("asks") | pl.col("complains"))
    times = found.select("occurred_at", "on", "asks", "complains").unique().sort("occurred_at", "asks", "complains")
    judged = [(*row, *_due(rules, *row)) for row in times.iter_rows()]
    dues = pl.DataFrame(judged, schema={**times.schema, **DUE}, orient="row")
    zone = rules.charter.timezone
    rows = found.join(dues, on=times.columns, how="left", maintain_order="left").filter(pl.col("due").is_not_null())
    replied_on = local_days("replied_at", zone)
    late = pl.when(pl.col("today") > pl.col("due")).then(pl.lit(False))
    within = pl.when(replied_on.is_not_null()).then(replied_on <= pl.col("due")).otherwise(late)
    return (
        rows.join(ends.select("end", "today"), on="end", maintain_order="left")
        .with_columns(replied_on=replied_on, within=within)
        .select(
            "fact",
            "member",
            "end",
            "direction",
            "kind",
            "occurred_at",
            "on",
            "due",
            "days",
            "version",
            "replied_at",
            "replied_on",
            "within",
        )
        .sort("end", "due", "fact")
    )


def _due(rules: Rules, asked_at: datetime, asked_on: date, asks: bool, complains: bool) -> tuple[Any, ...]:
    """Return kind, last day on time, days allowed and judging version; nothing where the charter promises nothing."""
    judge = rules.judging(asked_at)
    within = judge.interaction.respond_within
    clocks = [("complaint", within.complaint, complains), ("question", within.question, asks)]
    dues = [
        (judge.calendar.add(asked_on, allowed), kind, str(allowed))
        for kind, allowed, is_one in clocks
        if is_one and allowed
    ]
    if not dues:
        return None, None, None, None
    due, kind, allowed = min(dues)
    return kind, due, allowed, judge.charter.version
