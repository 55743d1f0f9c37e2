"""The charts of the report, each with a table that says the same; drawn only where there are data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup, escape

from tenfold.report.answers import Answers
from tenfold.report.vega import COLOURS, STEP, Spec, coloured, drawn, labels, layer, names, share
from tenfold.terms.money import from_minor

COMMUNITY = "community"
PARTIES_SHOWN = 12
PROMISES_MIN = 5
OBSERVATIONS_MIN = 3
REST = "…"
Row = tuple[str | None, Sequence[Markup]]  # colour, cells


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and its table; a row's colour is the colour of its mark."""

    title: Markup
    svg: Markup
    heads: Sequence[Markup]
    rows: Sequence[Row]


def charts(answers: Answers) -> list[Chart]:
    """Return the charts that this cycle has data for."""
    made = (funders(answers), deals(answers), pool(answers), kept(answers), *indicators(answers))
    return [one for one in made if one is not None]


def _chart(
    answers: Answers, title: Markup | str, svg: Markup, heads: Sequence[str | Markup], rows: Sequence[Row]
) -> Chart:
    say = answers.speech.say
    said = title if isinstance(title, Markup) else say(f"report.chart.{title}")
    named = [head if isinstance(head, Markup) else say(f"report.head.{head}") for head in heads]
    return Chart(said, svg, named, rows)


def _here(answers: Answers, id: str) -> pl.DataFrame:
    board = answers.evidence.cycle.board
    return board.results[id].filter(pl.col("end") == board.ends.main)


def _money(answers: Answers, minor: int, currency: str | None = None) -> Markup:
    board = answers.evidence.cycle.board
    unit = currency or board.main[0].charter.currency
    return answers.speech.value(from_minor(minor, board.digits_of(unit)), unit)


def _share(answers: Answers, part: float | None) -> Markup:
    return Markup("–") if part is None else answers.speech.value(f"{part:.6f}", "ratio")


def _name(answers: Answers, key: str) -> Markup:
    return escape(answers.speech.named(key))


def funders(answers: Answers) -> Chart | None:
    """Parts of the money received, round by round, by connected group."""
    rows = _here(answers, "view.wired").filter(pl.col("amount_minor") > 0).with_columns(pl.col("round").fill_null(REST))
    groups = rows.group_by("group").agg(pl.col("amount_minor").sum())
    groups = groups.sort("amount_minor", "group", descending=[True, False])
    if groups.is_empty():
        return None
    order = [*groups["group"].to_list()[: len(COLOURS) - 1], REST]
    part = pl.when(pl.col("group").is_in(order)).then("group").otherwise(pl.lit(REST))
    parts = rows.group_by("round", part.alias("part")).agg(pl.col("amount_minor").sum()).sort("round", "part")
    rounds = _in_order(answers, set(parts["round"]))
    called = dict(zip(rounds, labels([answers.speech.named(one) for one in rounds]), strict=True))
    values = [
        {"round": called[round], "part": order.index(part), "amount": amount}
        for round, part, amount in parts.iter_rows()
    ]
    bar = layer(
        values,
        {"type": "bar", "stroke": "#ffffff", "strokeWidth": 1},
        y=names("round", list(called.values())),
        x={**share("amount"), "scale": {"nice": False}, "stack": "normalize"},
        color=coloured("part", range(len(order)), COLOURS[: len(order) - 1] + COLOURS[-1:]),
        order={"field": "part", "type": "quantitative"},
    )
    heads = ("group", *(_name(answers, one) for one in rounds), "amount", "share")
    table = _parts(answers, rows, groups, rounds)
    return _chart(answers, "funders", drawn(2 * STEP * len(rounds), [bar]), heads, table)


def _parts(answers: Answers, rows: pl.DataFrame, groups: pl.DataFrame, rounds: Sequence[str]) -> list[Row]:
    """Return each group's share of every round, its amount over all of them, and the share that this is."""
    part = pl.col("amount_minor") / pl.col("amount_minor").sum().over("round")
    paid = {(group, round): share for group, round, share in rows.select("group", "round", part).iter_rows()}
    total = int(groups["amount_minor"].sum())
    return [
        (
            COLOURS[min(place, len(COLOURS) - 1)],
            [
                answers.group(group),
                *(_share(answers, paid.get((group, one))) for one in rounds),
                _money(answers, amount),
                _share(answers, amount / total),
            ],
        )
        for place, (group, amount) in enumerate(groups.iter_rows())
    ]


def _in_order(answers: Answers, rounds: set[str]) -> list[str]:
    """Return rounds as they came, money of no round last."""
    board = answers.evidence.cycle.board
    known = board.window(board.main[1]).rows("rounds", ("round",)).sort("occurred_at", "fact")
    place = {round: number for number, round in enumerate(known["round"].unique(maintain_order=True))}
    return sorted(rounds, key=lambda one: (place.get(one, len(place)), one))


def deals(answers: Answers) -> Chart | None:
    """What each open deal does to the chance of the close: from lost to wired."""
    rows = _here(answers, "goals.effect").with_columns(span=pl.col("wired") - pl.col("lost"))
    listed = rows.sort("span", "opportunity", descending=[True, False]).head(PARTIES_SHOWN).to_dicts()
    if not listed:
        return None
    called = labels([answers.speech.named(one["party"]) for one in listed])
    values = [{"who": who, "lost": one["lost"], "wired": one["wired"]} for who, one in zip(called, listed, strict=True)]
    bar = layer(
        values,
        {"type": "bar", "color": COLOURS[5], "height": 14},
        y=names("who", called),
        x=share("lost"),
        x2={"field": "wired"},
    )
    now = layer([listed[0]], {"type": "rule", "color": COLOURS[1], "strokeWidth": 2}, x=share("now"))
    table: list[Row] = [
        (
            None,
            [
                _name(answers, one["party"]),
                _money(answers, one["amount_minor"]),
                answers.number("fund.p_close", one["opportunity"]) or Markup("–"),
                *(answers.speech.value(f"{one[name]:.6f}", "probability") for name in ("lost", "now", "wired")),
            ],
        )
        for one in listed
    ]
    heads = ("party", "amount", "p_close", "if_lost", "now", "if_wired")
    return _chart(answers, "deals", drawn(STEP * len(listed), [bar, now]), heads, table)


def pool(answers: Answers) -> Chart | None:
    """What each party gets of the newest pool."""
    newest = _here(answers, "pool.terms").filter("has_pool").sort("period_end", "pool")["pool"].to_list()[-1:]
    shares = _here(answers, "pool.shares").filter(pl.col("pool").is_in(newest), pl.col("paid").is_not_null())
    listed = shares.sort("paid", "party", descending=[True, False]).head(PARTIES_SHOWN).to_dicts()
    if not listed:
        return None
    called = labels([answers.speech.named(one["party"]) for one in listed])
    scale = 10 ** answers.evidence.cycle.board.digits_of(listed[0]["currency"])
    values = [
        {"who": who, "paid": one["paid"] / scale, "capped": bool(one["capped"])}
        for who, one in zip(called, listed, strict=True)
    ]
    bar = layer(
        values,
        {"type": "bar", "height": 18},
        y=names("who", called),
        x={"field": "paid", "type": "quantitative", "axis": {"format": ",.0f", "tickCount": 4}},
        color=coloured("capped", [False, True], COLOURS[:2]),
    )
    table: list[Row] = [
        (
            COLOURS[bool(one["capped"])],
            [
                _name(answers, one["party"]),
                answers.number("dis.points", one["subject"]) or Markup("–"),
                answers.number("dis.entitlement", one["subject"]) or _money(answers, one["paid"], one["currency"]),
                answers.speech.say("report.yes" if one["capped"] else "report.no"),
            ],
        )
        for one in listed
    ]
    return _chart(answers, "pool", drawn(STEP * len(listed), [bar]), ("party", "points", "paid", "capped"), table)


def kept(answers: Answers) -> Chart | None:
    """How reliably each party kept its promises, with the interval that its count allows."""
    rows = {
        subject: (float(row.value), float(row.low), float(row.high), row.n)
        for subject, row in answers.evidence.rows("inc.kept_rate").items()
        if row.value and row.low and row.high and row.n and row.n >= PROMISES_MIN
    }
    order = sorted(rows, key=lambda one: (one != COMMUNITY, -rows[one][3], one))[:PARTIES_SHOWN]
    if not order:
        return None
    say = answers.speech.say
    who = {one: say("report.members") if one == COMMUNITY else _name(answers, one) for one in order}
    called = labels([who[one].unescape() for one in order])
    values = [
        dict(zip(("who", "value", "low", "high"), (label, *rows[one][:3]), strict=True))
        for label, one in zip(called, order, strict=True)
    ]
    y = names("who", called)
    band = layer(
        values, {"type": "rule", "color": COLOURS[0], "strokeWidth": 3}, y=y, x=share("low"), x2={"field": "high"}
    )
    dot = {"type": "point", "filled": True, "size": 90, "color": COLOURS[1], "opacity": 1}
    point = layer(values, dot, y=y, x=share("value"))
    table: list[Row] = [
        (None, [who[one], answers.number("inc.kept_rate", one) or Markup("–"), escape(rows[one][3])]) for one in order
    ]
    return _chart(answers, "kept", drawn(STEP * len(order), [band, point]), ("party", "kept", "promises"), table)


def indicators(answers: Answers) -> Iterator[Chart]:
    """The indicators that are not green, over the observations there are, with their thresholds."""
    board = answers.evidence.cycle.board
    rules = {one.id: one for one in board.main[0].risk.indicators}
    states = board.results["view.indicator"].filter(pl.col("state").is_in(["amber", "red"])).sort("indicator")
    for id, metric, state in states.select("indicator", "metric", "state").iter_rows():
        history = board.results[metric].filter(pl.col("subject") == COMMUNITY, pl.col("value").is_not_null())
        known = history.join(board.ends.frame.select("end", "today"), on="end").sort("end").select("today", "value")
        levels = [_plain(getattr(rules[id], level)) for level in ("amber", "red")] if id in rules else []
        numbers = [level for level in levels if level is not None]
        if known.height < OBSERVATIONS_MIN or len(numbers) != 2:
            continue
        unit = board.registry.specs[metric].unit
        value = answers.speech.value
        amber, red = (value(f"{level:.6f}", unit) for level in numbers)
        say = answers.speech.say
        title = say("report.chart.indicator", indicator=id, state=say(f"report.state.{state}"), amber=amber, red=red)
        last = known.group_by(pl.col("today").dt.truncate("1q").alias("quarter"), maintain_order=True).last()
        table: list[Row] = [
            (None, [escape(day.isoformat()), value(f"{number:.6f}", unit)])
            for day, number in last.select("today", "value").iter_rows()
        ]
        yield _chart(answers, title, drawn(200, _history(known, numbers)), ("day", "value"), table)


def _history(known: pl.DataFrame, levels: Sequence[float]) -> list[Spec]:
    values = [{"on": day.isoformat(), "value": float(value)} for day, value in known.iter_rows()]
    dates = {"scale": {"type": "utc"}, "axis": {"format": "%Y-%m", "tickCount": 6, "grid": False}}
    line = layer(
        values,
        {"type": "line", "color": COLOURS[0], "strokeWidth": 2, "interpolate": "step-after"},
        x={"field": "on", "type": "temporal", **dates},
        y={"field": "value", "type": "quantitative", "axis": {"tickCount": 4, "grid": True}},
    )
    dashed = {"type": "rule", "strokeDash": [6, 4], "strokeWidth": 2}
    rules = [
        layer([{"at": at}], {**dashed, "color": colour}, y={"field": "at", "type": "quantitative"})
        for at, colour in zip(levels, (COLOURS[4], COLOURS[1]), strict=True)
    ]
    return [line, *rules]


def _plain(value: Any) -> float | None:
    """Return a threshold that is a plain number; money and words are not drawn."""
    try:
        return float(str(value))
    except ValueError:
        return None
