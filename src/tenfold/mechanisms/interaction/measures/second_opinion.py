"""A second opinion on who is still active, where there is enough data for one; no rule reads it."""

from collections.abc import Iterator

import polars as pl

from tenfold.mechanisms.interaction.measures.people import members, subjects
from tenfold.methods.purchases import BgNbd, fit_bgnbd
from tenfold.terms.days import days_between
from tenfold.terms.measure import Facts, measure
from tenfold.terms.rules import Rules

KEY = ["end", "subject"]
MEMBERS = 50
HISTORY_DAYS = 183  # six months
FITTED_AT_MOST = 10_000  # histories that parameters are fitted to: every k-th member in the order of keys [C]
WEEK = 7


@measure(
    "rel.p_active_bgnbd",
    unit="probability",
    direction="up",
    subject="member",
    reads=("interaction.rhythm", "view.member", "view.deal"),
    whole=("interaction.rhythm", "view.member"),
    minimum="50 members with contacts over 6 months; 2 contacts of the member",
    source="Fader, Hardie & Lee 2005; beyond 10,000 members fitted to every k-th [C]",
    parts={"last": "days", "seen": "days"},
)
def p_active_bgnbd(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """P(alive) by BG/NBD on substantive contacts in weeks, parameters by maximum likelihood over the members.

    1 ÷ (1 + a/(b + x − 1)·((α + T)/(α + t_x))^(r + x)) with x contacts after the first, the last at age t_x, seen until
    age T. One contact alone is insufficient: the model would say "alive for sure".
    """
    rows = _histories(facts, ends)
    inside = rows.join(members(facts), on=KEY, how="semi").filter(pl.col("x").is_not_null()).sort(KEY)
    fitted = pl.DataFrame(
        _fits(inside), schema={"end": pl.Int32, **dict.fromkeys(BgNbd._fields, pl.Float64)}, orient="row"
    )
    x, seen, last = pl.col("x"), pl.col("seen") / WEEK, pl.col("last") / WEEK
    power = ((pl.col("alpha") + seen) / (pl.col("alpha") + last)) ** (pl.col("r") + x)
    alive = 1 / (1 + pl.col("a") / (pl.col("b") + x - 1) * power)
    found = rows.join(fitted, on="end", how="left", maintain_order="left")
    return found.select(*KEY, "last", "seen", value=pl.when(x > 0).then(alive), n=(x + 1).fill_null(0))


def _histories(facts: Facts, ends: pl.DataFrame) -> pl.DataFrame:
    """Return end, subject, x (contacts after the first), last and seen (days from the first to the last, to now)."""
    history = facts.read("interaction.rhythm").filter(pl.col("n") > 0).join(ends.select("end", "today"), on="end")
    spans = history.select(
        "end",
        subject="member",
        x=pl.col("n") - 1,
        last=days_between("first_on", "last_on"),
        seen=days_between("first_on", "today"),
    )
    return subjects(facts).join(spans, on=KEY, how="left", maintain_order="left")


def _fits(histories: pl.DataFrame) -> Iterator[tuple[int | float, ...]]:
    """Yield an end with its parameters, for every end with enough members, time and repeats."""
    for (end,), rows in histories.group_by("end", maintain_order=True):
        longest = rows["seen"].max()
        if rows.height < MEMBERS or not isinstance(longest, int) or longest < HISTORY_DAYS or not (rows["x"] > 0).any():
            continue
        every = -(-rows.height // FITTED_AT_MOST)
        alike = rows.gather_every(every).group_by("x", "last", "seen").len().sort("x", "last", "seen")
        last, seen = ((alike[name] / WEEK).to_list() for name in ("last", "seen"))
        fit = fit_bgnbd(alike["x"].to_list(), last, seen, alike["len"].to_list())
        yield int(str(end)), *fit.parameters
