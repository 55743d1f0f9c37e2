"""How long a seat stays empty, and how long the community takes from a proposal to its effect."""

from collections import deque
from datetime import date
from typing import Any

import polars as pl

from tenfold.methods.survival import kaplan_meier
from tenfold.terms.days import days_between, in_last, local_days
from tenfold.terms.measure import Facts, Select, measure
from tenfold.terms.rules import Rules

COMMUNITY = "community"
YEAR = 365
VACANCIES_MIN = PROPOSALS_MIN = 3
DAYS: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "n": pl.Int64,
    "happened": pl.Int64,
}
HAPPENED = {"happened": "count"}
TERM: dict[str, Any] = {
    "end": pl.Int32,
    "today": pl.Date,
    "role": pl.String,
    "party": pl.String,
    "begin": pl.Date,
    "until": pl.Date,
    "terms": pl.Int64,
    "fact": pl.String,
}
OPENED = ("noticed", "voting", "adopted", "rejected", "withdrawn")


def spells(facts: Facts) -> pl.DataFrame:
    """Return who held which role from when to when (columns `TERM`).

    A row made by the last day of the term before carries it on (or cuts it short); `terms` counts the rows of the
    party's unbroken time in the role, `fact` is the last of them.
    """
    rows = facts.rows("role_terms", ("party", "role", "until")).sort("end", "role", "party", "occurred_at", "fact")
    found: list[list[Any]] = []
    for end, today, role, party, on, until, fact in rows.select(
        "end", "today", "role", "party", "on", "until", "fact"
    ).iter_rows():
        last = found[-1] if found else None
        if last is not None and [last[0], *last[2:4]] == [end, role, party] and on <= last[5]:
            last[5:] = [until, last[6] + 1, fact]
        else:
            found.append([end, today, role, party, on, until, 1, fact])
    return pl.DataFrame(found, schema=TERM, orient="row")


def vacancies(terms: list[tuple[date, date]], seats: int, today: date) -> list[tuple[int, bool]]:
    """Return days and whether it was filled for every time that a seat fell vacant.

    A seat is vacant when a term ends and fewer than `seats` are taken; the next term to begin fills the oldest vacancy.
    Seats that were never taken do not count.

    >>> day = date.fromisoformat
    >>> terms = [(day("2026-01-01"), day("2026-03-01")), (day("2026-03-11"), day("2027-03-01"))]
    >>> vacancies(terms, 1, day("2026-06-01"))
    [(10, True)]
    """
    begun = [(begin, 0) for begin, _ in terms if begin <= today]
    ended = [(until, 1) for _, until in terms if until < today]
    waiting: deque[date] = deque()
    taken, found = 0, []
    for day, is_end in sorted([*begun, *ended]):
        taken += -1 if is_end else 1
        if is_end and taken < seats:
            waiting.append(day)
        elif not is_end and waiting:
            found.append(((day - waiting.popleft()).days, True))
    return [*found, *(((today - day).days, False) for day in waiting)]


@measure(
    "adj.role_fill",
    unit="days",
    direction="down",
    subject="role",
    reads=("role_terms",),
    facts=(Select("role_terms", subject="role"),),
    minimum="3 vacancies",
    source="Kaplan & Meier 1958",
    pointer="/community/roles",
    parts=HAPPENED,
)
def role_fill(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Median days from a seat falling vacant to the next term; what is vacant still is censored. `n` = vacancies."""
    terms = spells(facts)
    rows: list[tuple[str, int, float | None, int, int]] = []
    for end, today in ends.select("end", "today").iter_rows():
        for role in rules.community.roles:
            own = terms.filter(pl.col("end") == end, pl.col("role") == role.id)
            times = vacancies([*own.select("begin", "until").iter_rows()], role.seats or 1, today)
            filled = sum(happened for _, happened in times)
            rows.append((role.id, end, median(times, VACANCIES_MIN), len(times), filled))
    return pl.DataFrame(rows, schema=DAYS, orient="row")


def median(times: list[tuple[int, bool]], at_least: int) -> float | None:
    """Return the Kaplan–Meier median; None below `at_least` cases or while more than half are open."""
    if len(times) < at_least:
        return None
    return kaplan_meier([days for days, _ in times], [happened for _, happened in times]).quantile()


@measure(
    "adj.decision_days",
    unit="days",
    direction="down",
    reads=("proposals",),
    facts=(Select("proposals"),),
    minimum="3 proposals in 365 days",
    source="benefit 5; Kaplan & Meier 1958",
    pointer="/adjustment/decisions",
    parts=HAPPENED,
)
def decision_days(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Median days from a proposal's opening to its taking effect, for those opened in the last 365 days.

    Opened: `opens_at`, else the first row beyond a draft. Open ones are censored today, rejected and withdrawn ones on
    the day of their end. `n` = proposals.
    """
    rows = facts.rows("proposals").sort("end", "proposal", "occurred_at", "recorded_at", "fact")
    zone = rules.charter.timezone

    known = rows.with_columns(opened=local_days("opens_at", zone), effective=local_days("effective_at", zone))
    beyond = pl.col("on").filter(pl.col("state").is_in(OPENED)).first()
    cases = known.group_by("end", "today", "proposal", maintain_order=True).agg(
        pl.col("state", "on", "effective").last(),
        opened=pl.coalesce(pl.col("opened").drop_nulls().last(), beyond),
    )
    adopted = pl.col("state") == "adopted"
    effect = pl.when(adopted).then(pl.coalesce("effective", "on"))
    gone = pl.when(pl.col("state").is_in(["rejected", "withdrawn"])).then("on").otherwise("today")
    happened = (effect <= pl.col("today")).fill_null(value=False)
    timed = cases.with_columns(happened=happened).with_columns(
        days=days_between("opened", pl.when("happened").then(effect).otherwise(gone)).clip(lower_bound=0)
    )
    counted = timed.filter(in_last(YEAR, "opened"))
    found = []
    for end in ends["end"]:
        times = [*counted.filter(pl.col("end") == end).select("days", "happened").iter_rows()]
        effective = sum(done for _, done in times)
        found.append((COMMUNITY, end, median(times, PROPOSALS_MIN), len(times), effective))
    return pl.DataFrame(found, schema=DAYS, orient="row")


SPECS = (role_fill, decision_days)
