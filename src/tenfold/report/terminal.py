"""How the terminal speaks: the names and words of the page, as plain text, with the key where one may ask for it.

Only the screen is written here: the files of a cycle and `--json` keep keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup, escape

from tenfold.charter.diff import word_at
from tenfold.charter.pointers import leaves, steps
from tenfold.engine.explain import BELOW
from tenfold.report.speech import COMMUNITY, NO_CURE, Speech, asked_for, exact, size, unit_of
from tenfold.report.words import say
from tenfold.terms.decision import Decision
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason

if TYPE_CHECKING:
    from tenfold.engine.changes import Change
    from tenfold.report.evidence import Evidence

SHOWN_OF_SHA256 = 12
NAMING = frozenset({"id", "zh", "en"})  # keys of the charter that name a thing
Rows = Iterator[Sequence[str]]


class Spoken(Speech):
    """A speech without marks. Nothing unfolds on hover here, so that amounts are written to their last digit."""

    def size(self, text: str, *, money: bool = False, up: bool = False) -> Markup:
        """Write a number with at most three decimals, money to its last digit."""
        return escape(exact(text.removeprefix("-"))) if money else size(text, zh=False, money=False, up=up)

    def told(self, reason: Reason) -> str:
        """Return a reason in words, as plain text."""
        return self.sentence(reason).striptags()

    def written(self, text: str | None, unit: str | None) -> str:
        """Return a value with its unit, as plain text."""
        return self.value(text, unit).striptags()

    def subject(self, key: str) -> str:
        """Return what a number or decision is about: the community, or a name with its key in brackets."""
        if key == COMMUNITY:
            return self.words["report.community"]
        name = self.named(key)
        return name if name == key else f"{name} ({key})"


def acts(speech: Spoken, decisions: Sequence[Decision]) -> Rows:
    """Yield the rows of the day's list: number, whom, what and why, minutes."""
    for number, one in enumerate(decisions, start=1):
        whom = speech.named(one.subject.partition("/")[0])
        yield str(number), whom, speech.told(one.message), str(one.message.params.get("minutes", ""))


def unproven(speech: Spoken) -> Mapping[str, str] | None:
    """Return how many open deals claim a stage that no paper proves, and what those with a known worth come to.

    None without any. Deals whose money is in the books already stand on more than word.
    """
    board = speech.board
    deals = board.results["view.deal"].filter(pl.col("end") == board.ends.main)
    ahead = deals.filter("claim_ahead", ~pl.col("said_received"))
    if ahead.is_empty():
        return None
    currency, known = board.main[0].charter.currency, ahead["amount_minor"].drop_nulls()
    worth = from_minor(int(known.sum()), board.digits_of(currency))
    return {"n": str(ahead.height), "worth": speech.money(worth, currency), "known": str(known.len())}


def tree(speech: Spoken, node: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of an explanation: what it is worth, its rule, its facts, then the numbers below it.

    Nothing is unfolded twice, and of the numbers below another only the first few, as in the report.
    """
    yield from _Unfolding(speech).lines(node, "")


@dataclass
class _Unfolding:
    """What of an explanation was said already: definitions, and numbers with all that is below them."""

    speech: Spoken
    defined: set[str] = field(default_factory=set)
    unfolded: set[str] = field(default_factory=set)

    def lines(self, node: Mapping[str, Any], indent: str) -> Iterator[str]:
        """Yield the lines of a decision or a number and of what is below it."""
        asked, again = _asked(node), _asked(node) in self.unfolded
        self.unfolded.add(asked)
        yield f"{indent}{self._headline(node)}  [{asked}]{self.speech.words['cli.explain.above'] if again else ''}"
        if again:
            return
        yield from (f"{indent}  {line}" for line in self._further(node))
        if (how := node.get("how")) is not None:
            yield f"{indent}  {self.speech.told(Reason(how['id'], how['params']))}"
        if node["id"] not in self.defined:
            self.defined.add(node["id"])
            yield from (f"{indent}  {line}" for line in self._rule(node))
        counted = {"count": node["facts"]["count"], "sha256": node["facts"]["sha256"][:SHOWN_OF_SHA256]}
        yield f"{indent}  {say(self.speech.language, 'cli.explain.facts', counted)}"
        for below in node["measures"][:BELOW]:
            yield from self.lines(below, f"{indent}  ")
        if more := node["measures"][BELOW:]:
            yield f"{indent}  {say(self.speech.language, 'report.more', {'n': len(more)})}"

    def _further(self, node: Mapping[str, Any]) -> Iterator[str]:
        """Yield what would turn a decision good, and until when one may appeal against it."""
        cure, appeal = node.get("cure"), node.get("appeal")
        told = {"cure": cure and cure["message"], "appeal": appeal}
        for name, message in told.items():
            if message is not None and message["id"] != NO_CURE:
                words = self.speech.told(Reason(message["id"], message["params"]))
                yield f"{self.speech.words[f'report.{name}']}{self.speech.words['report.colon']}{words}"

    def _headline(self, node: Mapping[str, Any]) -> str:
        if "mechanism" in node:
            return self.speech.told(Reason(node["message"]["id"], node["message"]["params"]))
        worth = self.speech.worth(node["value"], unit_of(node["id"], node["unit"])).striptags()
        return f"{self.speech.headline(node['id'], node['subject'])} = {worth}"

    def _rule(self, node: Mapping[str, Any]) -> Iterator[str]:
        rule = node["rule"]
        meaning = self.speech.words["cli.explain.decided" if "mechanism" in node else rule["text"]]
        where = "cli.explain.rule" if rule["pointer"] else "cli.explain.rule.none"
        yield f"{meaning}{say(self.speech.language, where, rule)}"
        yield from (f"  {said}" for said in _says(self.speech, rule.get("says", {})))


def _says(speech: Spoken, places: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the charter says at places that hold a value or a few of them; whole sections stand there.

    What a thing is called is left out: its name stands wherever it is spoken of.
    """
    for place, value in places.items():
        below = dict(leaves(value, place))
        if isinstance(value, list) or any(len(steps(pointer)) > len(steps(place)) + 1 for pointer in below):
            continue
        for pointer, leaf in below.items():
            way = steps(pointer)
            if way[-1] not in NAMING and leaf not in ([], {}, "", None):
                word = word_at(way)
                name = speech.named(way[-1]) if word is None else speech.words[word]
                params = {"name": name, "value": speech.word(way[-1], str(leaf)), "pointer": pointer}
                yield say(speech.language, "cli.explain.says", params)


def values(speech: Spoken, rows: Sequence[Mapping[str, Any]]) -> Rows:
    """Yield the rows of a measure: whose, day, value with its band, sample, facts."""
    for row in rows:
        unit = unit_of(row["id"], row["unit"])
        value = speech.written(row["value"], unit)
        band = [speech.written(row[end], unit) for end in ("low", "high") if row[end] is not None]
        text = f"{value} [{' – '.join(band)}]" if band else value
        day = speech.day(datetime.fromisoformat(row["end"]))
        yield speech.subject(row["subject"]), day, text, str(row["n"] or ""), "\n".join(row["because"])


def _asked(node: Mapping[str, Any]) -> str:
    """Return what one types to unfold a decision or a number by itself."""
    id: str = node["id"]
    return id if "mechanism" in node else asked_for(id, node["subject"])


def facts(speech: Spoken, evidence: "Evidence", found: Mapping[str, Any]) -> Rows:
    """Yield the rows of facts: day, what happened in words with the fact's id below.

    What was corrected stands among them, with the day from which it no longer counts.
    """
    corrected = {row["fact"]: row for row in found["corrected"]}
    ids = [*(row["fact"] for row in found["rows"]), *corrected]
    evidence.learn(ids)
    for id in sorted(ids, key=lambda one: (evidence.facts[one].at, one)):
        table, day, cells = speech.fact(evidence.facts[id])
        until = f"\n{_until(speech, corrected[id])}" if id in corrected else ""
        yield day, f"{table} · {cells}{until}\n[{id}]"


def _until(speech: Spoken, row: Mapping[str, Any]) -> str:
    """Return from when a fact no longer counts, and what counts in its place."""
    day = speech.day(datetime.fromisoformat(row["corrected_at"]))
    if row["corrected_by"] is None:
        return say(speech.language, "cli.fact.withdrawn", {"day": day})
    return say(speech.language, "cli.fact.corrected", {"day": day, "by": row["corrected_by"]})


def stations(speech: Spoken, evidence: "Evidence", told: Sequence[Mapping[str, Any]]) -> Rows:
    """Yield the rows of a thread: day, days since the station before, what with its id below."""
    evidence.learn([one["id"] for one in told])
    for one in told:
        day = speech.day(datetime.fromisoformat(one["recorded_at"])) if one["recorded_at"] else ""
        days = "" if one["days"] is None else f"+{one['days']}"
        yield day, days, f"{_station(speech, evidence, one)}\n[{one['id']}]"


def _station(speech: Spoken, evidence: "Evidence", one: Mapping[str, Any]) -> str:
    if one["kind"] == "fact":
        table, _, cells = speech.fact(evidence.facts[one["id"]])
        return "\n".join(part for part in (f"{table} · {cells}", _replaces(speech, one)) if part)
    if "message" in one:
        return speech.told(Reason(one["message"]["id"], one["message"]["params"]))
    return speech.words["cli.thread.settled"]


def _replaces(speech: Spoken, one: Mapping[str, Any]) -> str:
    """Return which fact a correction replaces or withdraws; nothing for other facts."""
    if one["corrects"] is None:
        return ""
    id = "cli.fact.withdraws" if one.get("withdraws") else "cli.fact.replaces"
    return say(speech.language, id, {"fact": one["corrects"]})


def changed(speech: Spoken, moved: Sequence["Change"]) -> Rows:
    """Yield the rows of a tried charter: whom, what a pool pays before and after, and the difference with its sign."""
    for one in moved:
        digits = speech.board.digits_of(one.currency)
        amounts = (one.before, one.after, abs(one.moved))
        before, after, moved_by = (speech.money(from_minor(amount, digits), one.currency) for amount in amounts)
        sign = "+" if one.moved > 0 else "−" if one.moved else ""
        yield speech.named(one.party), before, after, sign + moved_by
