"""What the round may bring, and what each open deal changes of it: from the numbers of the last cycle, nothing stored.

The distribution is made of the same amounts and chances as `fund.forecast`; where it does not give the cycle's own
median and chances again (a currency without a rate, more deals than are shown one by one), no curve is drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from tenfold.mechanisms.goals.measures.rounds import target_minor
from tenfold.methods.forecast import Distribution, forecast
from tenfold.report.amounts import scale_of
from tenfold.report.figures import Figure
from tenfold.report.phrases import Phrases
from tenfold.report.words import say
from tenfold.terms.money import from_minor
from tenfold.web.rights.results import Result, Results

WON, LOST = "won", "lost"
CLOSE = Decimal("0.000002")  # chances are kept with six digits
POINTS = 160  # of the curve; beyond, steps cannot be told apart
LEVELS = ("0.9", "0.8", "0.7", "0.6", "0.5", "0.4", "0.3", "0.2", "0.1")


@dataclass(frozen=True, slots=True)
class Weight:
    """What one deal weighs: the chance of the round's goal now, if its money comes and if it is lost (0 to 1).

    amount   in words; nothing where the viewer sees no amounts
    """

    deal: str
    party: tuple[str, str]
    amount: Markup | None
    chance: Figure | None
    now: float
    won: float
    lost: float
    won_said: str
    lost_said: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """The distribution in words, as it is and as it would be.

    rows    chance → the amount that is reached with it, the table beside the curve
    chart   the curve as `assets/charts.js` draws it
    tried   name → (now, then), where somebody tries what a deal would change
    """

    rows: tuple[tuple[str, Markup], ...]
    chart: Mapping[str, Any]
    tried: tuple[tuple[str, Markup, Markup], ...]


@dataclass(frozen=True, slots=True)
class Open:
    """An open deal: minor units, chance."""

    deal: str
    amount: int
    p: float


def weights(results: Results, speech: Phrases, chances: Mapping[str, Figure]) -> list[Weight]:
    """Return what each open deal weighs, the heaviest first."""
    return sorted((_weight(one, speech, chances) for one in effects(results)), key=_reach, reverse=True)


def effects(results: Results) -> list[Result]:
    """Return the decisions that say what a deal changes."""
    return results.decisions(kind="deal_effect", mechanism="goals")


def _reach(one: Weight) -> tuple[float, str]:
    return one.won - one.lost, one.deal


def _weight(decision: Result, speech: Phrases, chances: Mapping[str, Figure]) -> Weight:
    params, deal = decision["message"]["params"], decision["subject"]
    amount = params.get("amount", "")
    shown = amount[:1].isdigit()
    return Weight(
        deal=deal,
        party=(params["party"], speech.named(params["party"])),
        amount=speech.value(amount, params["currency"]) if shown else None,
        chance=chances.get(deal),
        now=float(decision["value"] or 0),
        won=float(decision["high"] or 0),
        lost=float(decision["low"] or 0),
        won_said=params.get("wired", ""),
        lost_said=params.get("lost", ""),
    )


class Round:
    """The current round's numbers, for whoever sees their amounts."""

    def __init__(self, results: Results, speech: Phrases, key: str) -> None:
        self.results, self.speech, self.key = results, speech, key
        self.currency = speech.rules.charter.currency
        self.digits = speech.rules.currencies.digits(self.currency) or 0

    def outlook(self, ifs: Mapping[str, str]) -> Outlook | None:
        """Return the curve, and what would change if some deals were won or lost; none where it would not be true."""
        deals = self._open()
        base = self._minor("fund.wired")
        if deals is None or base is None:
            return None
        now = forecast(base, [(one.amount, one.p) for one in deals])
        if not self._is_true(now, len(deals)):
            return None
        then = self._tried(base, deals, ifs) if ifs else None
        return Outlook(
            rows=tuple(
                (f"{Decimal(level) * 100:.0f} %", self._said(now.quantile(1 - float(level)))) for level in LEVELS
            ),
            chart=self._chart(now if then is None else then),
            tried=() if then is None else tuple(self._compared(now, then)),
        )

    def _open(self) -> list[Open] | None:
        """Return the open active deals; none where one of their amounts cannot be had."""
        chances = {row["subject"]: row["value"] for row in self.results.measures(measure="fund.p_close")}
        found: list[Open] = []
        for one in effects(self.results):
            params = one["message"]["params"]
            chance = chances.get(one["subject"])
            if params.get("currency") != self.currency or chance is None or not params["amount"][:1].isdigit():
                return None
            found.append(Open(one["subject"], self._whole(params["amount"]), float(chance)))
        return found

    def _minor(self, measure: str) -> int | None:
        rows = self.results.measures(measure=measure, subject=self.key)
        value = rows[0]["value"] if rows else None
        return None if value is None else self._whole(value)

    def _whole(self, amount: str) -> int:
        """Return an amount of the charter's currency in minor units."""
        return int(Decimal(amount).scaleb(self.digits))

    def _is_true(self, found: Distribution, deals: int) -> bool:
        """Whether a distribution gives what the cycle measured."""
        rows = {row["id"]: row for row in self.results.measures(measure__startswith="fund.", subject=self.key)}
        measured = rows.get("fund.forecast")
        if measured is None or measured["n"] != deals or self._minor("fund.forecast") != found.quantile(0.5):
            return False
        goals = (("fund.p_target", self.goal("target")), ("fund.p_minimum", self.goal("minimum_close")))
        asked = [(rows[id]["value"], goal) for id, goal in goals if goal is not None and id in rows]
        near = (
            abs(Decimal(value) - Decimal(found.at_least(goal))) <= CLOSE for value, goal in asked if value is not None
        )
        return all(near)

    def goal(self, name: str) -> int | None:
        """Return what the round is to reach, in minor units of the charter's currency."""
        return target_minor(self.speech.rules, name)

    def _tried(self, base: int, deals: Sequence[Open], ifs: Mapping[str, str]) -> Distribution:
        won = sum(one.amount for one in deals if ifs.get(one.deal) == WON)
        return forecast(base + won, [(one.amount, one.p) for one in deals if one.deal not in ifs])

    def _compared(self, now: Distribution, then: Distribution) -> list[tuple[str, Markup, Markup]]:
        found = []
        for id, name in (("fund.p_minimum", "minimum_close"), ("fund.p_target", "target")):
            goal = self.goal(name)
            if goal is not None:
                before, after = (self._chance(one.at_least(goal)) for one in (now, then))
                found.append((self.speech.words[f"report.name.{id}"], before, after))
        return [
            *found,
            (self.speech.words["funding.median"], self._said(now.quantile(0.5)), self._said(then.quantile(0.5))),
        ]

    def _chance(self, p: float) -> Markup:
        return self.speech.value(f"{p:.6f}", "probability")

    def _chart(self, found: Distribution) -> dict[str, Any]:
        amounts, at_least = found.amounts.tolist(), found.probabilities[::-1].cumsum()[::-1].tolist()
        every = max(1, -(-len(amounts) // POINTS))
        marks = [("funding.mark.minimum", "minimum_close", "--warn"), ("funding.mark.target", "target", "--accent")]
        known = [(id, goal, colour) for id, name, colour in marks if (goal := self.goal(name)) is not None]
        largest = max(amounts[-1], *(goal for _, goal, _ in known))
        scale, mark = scale_of(Decimal(from_minor(largest, self.digits)), self.speech.zh)
        points = [[self._scaled(a, scale), round(100 * p, 2)] for a, p in zip(amounts, at_least, strict=True)]
        kept = [*points[::every], points[-1]]
        end = self._scaled(largest, scale)
        unit = self.speech.word("currency", self.currency)
        return {
            "kind": "curve",
            "title": self.speech.words["funding.curve"],
            "unit": say(self.speech.language, "funding.axis", {"currency": unit, "mark": mark}).strip(),
            "from": kept[0][0],
            "to": end,
            "points": [*kept, [end, 0]] if kept[-1][0] < end else kept,
            "marks": [
                {"at": self._scaled(goal, scale), "name": self._mark(id, found.at_least(goal)), "colour": colour}
                for id, goal, colour in known
            ],
        }

    def _mark(self, id: str, chance: float) -> str:
        return say(self.speech.language, id, {"chance": f"{100 * chance:.0f} %"})

    def _scaled(self, minor: int, scale: Decimal) -> float:
        return float(round(Decimal(minor) / scale / 10**self.digits, 4))

    def _said(self, minor: int) -> Markup:
        return self.speech.value(from_minor(minor, self.digits), self.currency)
