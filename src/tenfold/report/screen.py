"""One screen of a cycle: the five questions with their answers, then the ten mechanisms with what each hands on.

It reads measures, views and decisions that are there already; the only things it computes are the looks back and
sideways that the sentences name: the stage's first day, and the same pool under a changed charter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import polars as pl

from tenfold.engine.changes import changes
from tenfold.engine.community import Community, Moment
from tenfold.engine.cycle import Cycle
from tenfold.engine.registry import TEN
from tenfold.engine.today import today
from tenfold.methods.allocation import capped_entitlements
from tenfold.report.amounts import Way, size
from tenfold.report.names import names
from tenfold.report.speech import with_unit
from tenfold.report.words import catalogue, say
from tenfold.terms.days import in_last, local_time
from tenfold.terms.decision import Decision
from tenfold.terms.money import from_minor

TOP1 = "fund.top1_group"
COVERAGE, INBOUND, ONTIME = "scr.coverage", "brand.inbound_share", "val.ontime"
COMMUNITY = "community"
YEAR = 365
SHOWN = 3
HUNDRED = 100
Params = Mapping[str, object]
Line = tuple[str, Params] | None


def compose(cycle: Cycle, language: str, name: str, folder: str, changed: Community | None = None) -> Iterator[str]:
    """Yield the lines of the screen; a sentence whose numbers are not there is left out.

    name      what the community is called on the screen
    folder    where it lies, for the commands that are named
    changed   the same community under a changed charter, for the fifth question
    """
    screen = Screen(cycle, language, changed)
    yield screen.say("head", screen.head(name))
    yield ""
    for lines in (screen.dependence(), screen.today(), screen.promises(), screen.pools(), screen.change(folder)):
        yield from (screen.say(id, params) for id, params in lines)
    yield ""
    for mechanism in TEN:
        line = screen.standing(mechanism)
        if line is not None:
            yield screen.row(mechanism, *line)
    yield ""
    yield screen.say("foot", {"folder": folder})


@dataclass(frozen=True)
class Screen:
    """What the sentences need, at the cycle's own end."""

    cycle: Cycle
    language: str
    changed: Community | None = None

    def say(self, id: str, params: Params) -> str:
        """Return one message of the screen in words."""
        return say(self.language, f"screen.{id}", params)

    def row(self, mechanism: str, id: str, params: Params) -> str:
        """Return the line of one mechanism: its name, how it stands, what it hands on."""
        parts = {part: say(self.language, f"screen.{part}.{mechanism}") for part in ("name", "to")}
        return self.say("row", {**parts, "state": self.say(id, params)})

    # ---- reading the board --------------------------------------------------------------------------------------

    def read(self, id: str) -> pl.DataFrame:
        """Return a result at the cycle's end."""
        rows = self.cycle.board.results[id]
        return rows.filter(pl.col("end") == self.cycle.board.ends.main) if "end" in rows.columns else rows

    def value(self, id: str, subject: str = COMMUNITY) -> Any:
        """Return a measure's value, None when it is insufficient."""
        found = self.read(id).filter(pl.col("subject") == subject)["value"].to_list()
        return found[0] if found else None

    def decided(self, mechanism: str, kind: str) -> list[Decision]:
        """Return the decisions of one kind, by id."""
        return [one for one in self.cycle.decisions if (one.mechanism, one.kind) == (mechanism, kind)]

    @property
    def rules(self) -> Any:
        """The charter in force."""
        return self.cycle.board.main[0]

    @cached_property
    def facts(self) -> Any:
        """The facts as seen at the cycle's end."""
        return self.cycle.board.window(self.cycle.board.main[1])

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Party → its name in the language of the screen."""
        place = 0 if self.language.startswith("zh") else 1
        return {party: both[place] for party, both in names(self.cycle.board).items()}

    def money(self, minor: int, rounding: str = ROUND_CEILING) -> str:
        """Write an amount of the charter's currency, in its smallest unit, as `amount` does."""
        digits = self.cycle.board.digits_of(self.rules.charter.currency)
        return self.amount(from_minor(minor, digits), rounding)

    def amount(self, text: str, rounding: str = ROUND_CEILING) -> str:
        """Write an amount of the charter's currency shortly, as the page does; what is needed is rounded up."""
        short = size(text, self.language.startswith("zh"), money=True, way=Way(rounding)).striptags()
        return with_unit(self.language, short, self.rules.charter.currency)

    def key_result(self, metric: str) -> Any:
        """Return the stage's key result on a measure, if it has one."""
        stage = self.rules.goals.stages.get(self.rules.community.current_stage)
        return next((one for one in stage.key_results if one.metric == metric), None) if stage else None

    def label(self, listed: Sequence[Any], id: str) -> str:
        """Return the charter's label of an id."""
        found: str = next((one.label(self.language) for one in listed if one.id == id), id)
        return found

    # ---- the five questions -------------------------------------------------------------------------------------

    def head(self, name: str) -> Params:
        """Return what the first line says: the charter, the facts, the clock."""
        community = self.cycle.community
        local = local_time(self.cycle.moment.as_of, self.rules.charter.timezone)
        words = {"weekday": local.weekday(), "month": local.month}
        day: dict[str, object] = {part: self.say(f"{part}.{number}", {}) for part, number in words.items()}
        day |= {"year": local.year, "day": local.day, "time": f"{local:%H:%M}"}
        return {
            "name": name,
            "version": self.rules.charter.version,
            "versions": len(community.rulebook.versions),
            "facts": f"{community.facts.count:,}",
            "refused": community.refused,
            "city": self._city(),
            **day,
        }

    def _city(self) -> str:
        """Return what people call the charter's time zone."""
        zone: str = self.rules.charter.timezone
        return catalogue(self.language).get(f"code.zone.{zone}", zone.rpartition("/")[2].replace("_", " "))

    def dependence(self) -> Iterator[tuple[str, Params]]:
        """How dependent are we? The largest group's share, and what would change the light."""
        share = self.value(TOP1)
        if share is None:
            return
        wired = (
            self.read("view.wired").group_by("group").agg(pl.col("amount_minor").sum()).sort("amount_minor", "group")
        )
        group, most = wired.row(-1)
        total = int(wired["amount_minor"].sum())
        lights = self.read("view.indicator").filter(pl.col("metric") == TOP1)
        state = lights["state"].to_list()[0] if lights.height else None
        params = {"share": _percent(share), "wired": self.money(total), "group": self._group(group)}
        yield "one", params | {"state": self.say(f"state.{state}", {}) if state else ""}
        result, goal = self._result_on(TOP1), self.key_result(TOP1)
        alert = next((one for one in self.decided("risk", "alert") if one.measures[0].id == TOP1), None)
        red = next((one.red for one in self.rules.risk.indicators if one.metric == TOP1), None)
        if result is None or result.cure is None or alert is None or alert.cure is None or red is None:
            return
        limit = Fraction(str(red))
        more = (limit * total - most) / (1 - limit)
        yield (
            "one.how",
            {
                "target": f"{float(goal.target) * HUNDRED:.0f} %",
                "met": self.amount(result.cure.value or "0"),
                "green": self.amount(alert.cure.value or "0"),
                "red": self.money(int(more), rounding=ROUND_FLOOR),
            },
        )

    def _group(self, group: str) -> str:
        rows = self.read("view.group").filter(pl.col("group") == group).sort("party")
        parties = rows["party"].to_list() or [group]
        return " + ".join(self.names.get(party, party) for party in parties)

    def _result_on(self, metric: str) -> Decision | None:
        found = (one for one in self.decided("goals", "key_result") if any(ref.id == metric for ref in one.measures))
        return next(found, None)

    def today(self) -> Iterator[tuple[str, Params]]:
        """Whom to talk to today? The first of the day's list about deals in progress and questions due."""
        deals = {row["party"]: row for row in self.read("view.deal").filter("open").iter_rows(named=True)}
        effects = {one.subject: one for one in self.decided("goals", "deal_effect")}
        asked = {one.subject: one for one in self.decided("interaction", "question_unanswered")}
        named: set[str] = set()
        for card in today(self.cycle):
            party = card.subject.partition("/")[0]
            if party in named or len(named) == SHOWN:
                continue
            effect = effects.get(deals[party]["opportunity"]) if party in deals else None
            minutes = {"minutes": card.message.params.get("minutes", "")}
            if effect is not None:
                yield "two" if not named else "two.more", minutes | self._deal(deals[party], effect)
                named.add(party)
            elif party in asked:
                about = {"party": self.names[party], "asked": asked[party].message.params["asked"]}
                yield "two.question", minutes | about
                named.add(party)

    def _deal(self, row: Mapping[str, Any], effect: Decision) -> dict[str, object]:
        """Return what one deal would change."""
        goal = self.rules.goals.stages[self.rules.community.current_stage].raise_
        minor = (goal.minimum_close or goal.target).minor(self.rules.currencies)
        return {
            "party": self.names[row["party"]],
            "amount": self.money(row["amount_minor"]),
            "stage": self.label(self.rules.goals.funnel.stages, row["stage"]),
            "open": self._conditions(row["opportunity"]),
            "goal": self.money(minor),
            "now": _percent(effect.value, 0),
            "wired": _percent(effect.high, 0),
            "lost": _percent(effect.low, 0),
        }

    def _conditions(self, opportunity: str) -> str:
        rows = self.read("view.promise").filter(
            pl.col("opportunity") == opportunity, pl.col("source_kind") == "condition"
        )
        waiting = rows.filter(pl.col("state").is_in(["open", "late", "delivered", "rejected"])).height
        return self.say("two.conditions", {"open": waiting, "all": rows.height}) if rows.height else ""

    def promises(self) -> Iterator[tuple[str, Params]]:
        """Who kept their word? Members together, and the company to them."""
        rows = self.read("inc.kept_rate")
        both = {row["subject"]: row for row in rows.iter_rows(named=True)}
        members, ours = both.get(COMMUNITY), both.get(self.rules.community.project or "")
        if members is None or members["value"] is None:
            return
        excused = self.read("view.promise").filter(
            pl.col("state") == "excused", pl.col("promisor") != self.rules.community.project, in_last(YEAR, "due_on")
        )
        params = {
            "kept": round(members["value"] * members["n"]),
            "due": members["n"],
            "share": _percent(members["value"]),
        }
        ours_share = _percent(ours["value"], 0) if ours is not None and ours["value"] is not None else "–"
        yield "three", params | {"excused": excused.height, "ours": ours_share}

    def pools(self) -> Iterator[tuple[str, Params]]:
        """Who earned what? The newest pool by points."""
        pool = self._pool()
        if pool is None:
            return
        rows = self.read("pool.shares").filter(pl.col("pool") == pool.subject)
        most = rows.filter("capped")["paid"].to_list()
        params: dict[str, object] = {**pool.message.params, "name": self._period(pool.subject)}
        params |= {"amount": _grouped(pool.value), "most": _grouped(from_minor(max(most), 2)) if most else "–"}
        yield "four", params

    def _pool(self) -> Decision | None:
        ends = dict(self.read("pool.terms").filter("has_pool").select("pool", "period_end").iter_rows())
        found = [one for one in self.decided("distribution", "pool") if one.subject in ends]
        return max(found, key=lambda one: ends[one.subject], default=None)

    def _period(self, pool: str) -> str:
        row = self.read("pool.terms").filter(pl.col("pool") == pool).row(0, named=True)
        start, end = row["period_start"], row["period_end"]
        half = (start.month == 1 and end.month == 6) or (start.month == 7 and end.month == 12)
        return self.say(f"half.{1 if start.month == 1 else 2}", {"year": start.year}) if half else pool

    def change(self, folder: str) -> Iterator[tuple[str, Params]]:
        """What breaks if the rule changed? The same pool under the changed charter, person by person."""
        pool = self._pool()
        if self.changed is None or pool is None:
            return
        board = self.changed.board(self.cycle.moment)
        moved = [one.moved for one in changes(self.cycle.board, board, pool.subject)]
        caps = [rules.distribution.caps.member_share for rules in (self.rules, board.main[0])]
        yield (
            "five",
            {
                "cap": f"{float(caps[0] or 1) * HUNDRED:.0f}",
                "other_cap": f"{float(caps[1] or 1) * HUNDRED:.0f} %",
                "losers": sum(one < 0 for one in moved),
                "gainers": sum(one > 0 for one in moved),
                "moved": _grouped(from_minor(-sum(one for one in moved if one < 0), 2)),
                "folder": folder,
            },
        )

    # ---- the ten ------------------------------------------------------------------------------------------------

    def standing(self, mechanism: str) -> Line:
        """Return how one of the ten stands; None where there is nothing to say."""
        line: Line = self.offers() if mechanism == "value" else getattr(self, mechanism)()
        return line

    def goals(self) -> Line:
        """How far the stage has come, and the need that it hands to screening."""
        stage = next(iter(self.decided("goals", "stage")), None)
        if stage is None:
            return None
        need = next(iter(self.decided("goals", "need")), None)
        label = self.label(self.rules.screening.needs, need.subject) if need else ""
        state = self.say(f"pace.{stage.message.id.rpartition('.')[2]}", {})
        params = stage.message.params
        return "goals", {"score": params["score"], "gone": params["gone"], "state": state, "need": label}

    def screening(self) -> Line:
        """Coverage against its goal, and who would add most."""
        coverage, goal = self.value(COVERAGE), self.key_result(COVERAGE)
        gains = sorted(self.decided("screening", "set_gain"), key=lambda one: -float(one.value or 0))
        if coverage is None or goal is None or not gains:
            return None
        best = gains[0]
        params = {"coverage": _ratio(coverage), "target": _ratio(goal.target), "party": self.names[best.subject]}
        return "screening", params | {"gain": f"{float(best.value or 0):.2f}"}

    @cached_property
    def stage_start(self) -> Moment | None:
        """The moment at which the stage's round was opened, with what was known then."""
        stage = next(iter(self.decided("goals", "stage")), None)
        rows = self.facts.rows("rounds").filter(pl.col("fact") == stage.since) if stage else None
        if rows is None or rows.is_empty():
            return None
        at = rows["occurred_at"][0]
        return Moment(at, at)

    def offers(self) -> Line:
        """Offers on time: the one that stood worst when the stage began."""
        if self.stage_start is None:
            return None
        board = self.cycle.community.board(self.stage_start).compute(only=[ONTIME])
        then = board.results[ONTIME].filter(pl.col("end") == board.ends.main).select("subject", before="value")
        both = self.read(ONTIME).join(then, on="subject").filter(pl.col("value") != pl.col("before"))
        ranked = both.sort("before", "subject")
        if ranked.is_empty():
            return None
        row = ranked.row(0, named=True)
        offer = self.label(self.rules.value.offers, row["subject"])
        return "value", {"offer": offer, "before": _ratio(row["before"]), "now": _ratio(row["value"])}

    def interaction(self) -> Line:
        """Relations that cool."""
        return "interaction", {"cooling": len(self.decided("interaction", "cooling"))}

    def incentives(self) -> Line:
        """Promises that are open, appeals that were granted in a year."""
        promises = self.read("view.promise").filter(pl.col("source") == "commitment", pl.col("state") == "open")
        inside = self.read("view.member").select(promisor="party").unique()
        lately = in_last(YEAR, today=pl.lit(self.facts.ends["today"][0]))
        granted = self.read("view.appeal").filter(pl.col("state") == "reversed", pl.col("refused").is_null(), lately)
        theirs = promises.join(inside, on="promisor", how="semi").height
        return "incentives", {"open": theirs, "reversed": granted.height}

    def distribution(self) -> Line:
        """The newest pool is computed, and what rounding carries."""
        pool = self._pool()
        if pool is None:
            return None
        rows = self.read("pool.shares").filter(pl.col("pool") == pool.subject, pl.col("points") > 0)
        points, paid = (dict(rows.select("party", name).iter_rows()) for name in ("points", "paid"))
        share = self.cycle.community.rulebook.judging(self.cycle.moment.as_of).distribution.caps.member_share
        amount = int(rows["amount"][0])
        caps = dict.fromkeys(points, int(amount * share)) if share else {}
        exact = capped_entitlements(amount, points, caps=caps, groups=()).exact
        carry = max((abs(exact[party] - paid[party]) for party in points), default=Fraction(0))
        return "distribution", {
            "name": self._period(pool.subject),
            "carry": max(1, -(-carry.numerator // carry.denominator)),
        }

    def risk(self) -> Line:
        """The lights."""
        states = self.read("view.indicator")["state"].to_list()
        return "risk", {"amber": states.count("amber"), "red": states.count("red"), "unknown": states.count(None)}

    def adjustment(self) -> Line:
        """A charter that was drafted and simulated and waits for its vote."""
        rows = self.facts.now("proposals").filter(pl.col("body") == "charter", pl.col("state") == "simulated")
        found = rows.sort("proposal")["subject"].to_list()
        return ("adjustment", {"proposal": self.names.get(found[-1], found[-1])}) if found else None

    def insight(self) -> Line:
        """Records that may be the same."""
        duplicates = self.value("ins.duplicates") if "ins.duplicates" in self.cycle.board.results else None
        return ("insight", {"duplicates": f"{duplicates:.0f}"}) if duplicates is not None else None

    def culture(self) -> Line:
        """Who comes without being asked, since the goal was set."""
        share, goal = self.value(INBOUND), self.key_result(INBOUND)
        if share is None or goal is None:
            return None
        return "culture", {"before": _ratio(goal.baseline), "now": _ratio(share)}


def _percent(value: object, digits: int = 1) -> str:
    return f"{HUNDRED * float(str(value)):.{digits}f} %"


def _ratio(value: object) -> str:
    """Write a ratio below one as the eye reads it: .77."""
    return f"{float(str(value)):.2f}".removeprefix("0")


def _grouped(amount: object) -> str:
    """Write a decimal with thousands marks: 1200000.00 → 1,200,000.00."""
    return f"{Decimal(str(amount)):,}"
