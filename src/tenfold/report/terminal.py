"""How the terminal speaks: the names and words of the page, as plain text, with keys for those who ask for them.

Only the screen is written here: the files of a cycle and `--json` keep keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup, escape

from tenfold.charter.diff import word_at
from tenfold.charter.pointers import leaves, steps
from tenfold.engine.explain import BELOW
from tenfold.report.amounts import PLAIN, Way, exact, size
from tenfold.report.cards import Card, card
from tenfold.report.speech import COMMUNITY, NO_CURE, Speech, asked_for, unit_of
from tenfold.report.words import say
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

    def size(self, text: str, *, money: bool = False, way: Way = PLAIN) -> Markup:
        """Write a number with at most three decimals, money to its last digit."""
        return escape(exact(text.removeprefix("-"))) if money else size(text, zh=False, money=False, way=way)

    def told(self, reason: Reason) -> str:
        """Return a reason in words, as plain text."""
        return self.sentence(reason).striptags()

    def written(self, text: str | None, unit: str | None) -> str:
        """Return a value with its unit, as plain text."""
        return self.value(text, unit).striptags()

    def subject(self, key: str, *, ids: bool) -> str:
        """Return what a number is about: the community, or a name, where asked for with its key in brackets."""
        if key == COMMUNITY:
            return self.words["report.community"]
        name = self.named(key)
        return f"{name} ({key})" if ids and name != key else name


def acts(speech: Spoken, decisions: Sequence[Mapping[str, Any]], day: date) -> Rows:
    """Yield the rows of the day's list, as its cards say them: number, whom, what to do, why now, minutes.

    decisions   as `decisions.jsonl` writes them; day: the community's own
    """
    for number, one in enumerate(decisions, start=1):
        told = card(speech, one, day)
        what = say(speech.language, "cli.today.act", {"verb": speech.say(told.verb), "what": told.what.striptags()})
        yield str(number), told.whom, what, _why(speech, told), str(told.minutes or "")


def _why(speech: Spoken, told: Card) -> str:
    """Return why an act is worth doing today: its reasons, then what it would change, a line each."""
    lines = [" · ".join(reason.text.striptags() for reason in told.reasons)]
    if effect := told.effect:
        params = {"now": effect.now_said.value, "wired": effect.won_said, "lost": effect.lost_said}
        lines.append(say(speech.language, "card.effect", params))
    return "\n".join(line for line in lines if line)


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


def tree(speech: Spoken, node: Mapping[str, Any], *, ids: bool = False) -> Iterator[str]:
    """Yield the lines of an explanation: what it is worth, its rule, its facts, then the numbers below it.

    Nothing is unfolded twice, and of the numbers below another only the first few, as in the report.
    ids   whether keys stand beside names, and places in the charter beside its words
    """
    yield from _Unfolding(speech, ids).lines(node, "")


@dataclass
class _Unfolding:
    """What of an explanation was said already: definitions, and numbers with all that is below them."""

    speech: Spoken
    ids: bool
    defined: set[str] = field(default_factory=set)
    unfolded: set[str] = field(default_factory=set)

    def lines(self, node: Mapping[str, Any], indent: str) -> Iterator[str]:
        """Yield the lines of a decision or a number and of what is below it."""
        asked, again = _asked(node), _asked(node) in self.unfolded
        self.unfolded.add(asked)
        key = f"  [{asked}]" if self.ids else ""
        yield f"{indent}{self._headline(node)}{key}{self.speech.words['cli.explain.above'] if again else ''}"
        if again:
            return
        yield from (f"{indent}  {line}" for line in self._further(node))
        if (how := node.get("how")) is not None:
            yield f"{indent}  {self.speech.told(Reason(how['id'], how['params']))}"
        if node["id"] not in self.defined:
            self.defined.add(node["id"])
            yield from (f"{indent}  {line}" for line in self._rule(node))
        counted = {"count": node["facts"]["count"], "sha256": node["facts"]["sha256"][:SHOWN_OF_SHA256]}
        many = "cli.explain.facts" if self.ids else "cli.explain.counted"
        yield f"{indent}  {say(self.speech.language, many, counted)}"
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
        where = "cli.explain.rule" if rule["pointer"] and self.ids else "cli.explain.rule.none"
        yield f"{meaning}{say(self.speech.language, where, rule)}"
        for name, value, pointer in _says(self.speech, rule.get("says", {})):
            said = say(self.speech.language, "cli.explain.says", {"name": name, "value": value})
            yield f"  {said}  [{pointer}]" if self.ids else f"  {said}"


def _says(speech: Spoken, places: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what the charter says at places that hold a value or a few of them: name, value, place; not of sections.

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
                yield name, speech.word(way[-1], str(leaf)), pointer


def values(speech: Spoken, rows: Sequence[Mapping[str, Any]], *, ids: bool = False) -> Rows:
    """Yield the rows of a measure: whose, day, value with its band, sample."""
    for row in rows:
        unit = unit_of(row["id"], row["unit"])
        value = speech.written(row["value"], unit)
        band = [speech.written(row[end], unit) for end in ("low", "high") if row[end] is not None]
        text = f"{value} [{' – '.join(band)}]" if band else value
        day = speech.day(datetime.fromisoformat(row["end"]))
        yield speech.subject(row["subject"], ids=ids), day, text, str(row["n"] or "")


def _asked(node: Mapping[str, Any]) -> str:
    """Return what one types to unfold a decision or a number by itself."""
    id: str = node["id"]
    return id if "mechanism" in node else asked_for(id, node["subject"])


def facts(speech: Spoken, evidence: "Evidence", found: Mapping[str, Any], *, ids: bool = False) -> Rows:
    """Yield the rows of facts: day, what happened in words, where asked for with the fact's id below.

    What was corrected stands among them, with the day from which it no longer counts.
    """
    corrected = {row["fact"]: row for row in found["corrected"]}
    listed = [*(row["fact"] for row in found["rows"]), *corrected]
    evidence.learn(listed)
    for id in sorted(listed, key=lambda one: (evidence.facts[one].at, one)):
        table, day, cells = speech.fact(evidence.facts[id])
        until = f"\n{_until(speech, corrected[id])}" if id in corrected else ""
        by = corrected.get(id, {}).get("corrected_by")
        yield day, f"{table} · {cells}{until}{_keys(ids, id, by)}"


def _keys(asked: bool, *keys: str | None) -> str:
    """Return keys on a line of their own, where somebody asked for them."""
    return f"\n[{' → '.join(key for key in keys if key)}]" if asked else ""


def _until(speech: Spoken, row: Mapping[str, Any]) -> str:
    """Return from when a fact no longer counts, and whether another counts in its place."""
    day = speech.day(datetime.fromisoformat(row["corrected_at"]))
    id = "cli.fact.withdrawn" if row["corrected_by"] is None else "cli.fact.corrected"
    return say(speech.language, id, {"day": day})


def stations(speech: Spoken, evidence: "Evidence", told: Sequence[Mapping[str, Any]], *, ids: bool = False) -> Rows:
    """Yield the rows of a thread: day, days since the station before, what; where asked for with its id below."""
    evidence.learn([one["id"] for one in told])
    for one in told:
        day = speech.day(datetime.fromisoformat(one["recorded_at"])) if one["recorded_at"] else ""
        days = "" if one["days"] is None else f"+{one['days']}"
        yield day, days, f"{_station(speech, evidence, one)}{_keys(ids, one['id'], one.get('corrects'))}"


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
    return speech.words["cli.fact.withdraws" if one.get("withdraws") else "cli.fact.replaces"]


def changed(speech: Spoken, moved: Sequence["Change"]) -> Rows:
    """Yield the rows of a tried charter: whom, what a pool pays before and after, and the difference with its sign."""
    for one in moved:
        digits = speech.board.digits_of(one.currency)
        amounts = (one.before, one.after, abs(one.moved))
        before, after, moved_by = (speech.money(from_minor(amount, digits), one.currency) for amount in amounts)
        sign = "+" if one.moved > 0 else "−" if one.moved else ""
        yield speech.named(one.party), before, after, sign + moved_by
