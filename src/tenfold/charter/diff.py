"""What changes from one charter to another, in plain sentences (DOMAIN §2.8).

Items of a list are matched by their `id` (steps of a ladder by `level`), so that a new stage in the middle is one
change. The important rules have sentences of their own; every other place has the general one, with the names of its
fields. The same charter gives nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, get_args, get_origin

from tenfold.charter.document import Charter
from tenfold.charter.limits import size
from tenfold.charter.pointers import escaped, plain
from tenfold.charter.schema import word_id
from tenfold.terms.clauses import Clause
from tenfold.terms.durations import Duration
from tenfold.terms.listed import COMMA, Listed
from tenfold.terms.reason import Reason

KEYS = ("id", "level")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
MONEY = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z][A-Z0-9]*)")


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence to be: where (a pointer into the newer charter, or the older for what goes), message, parameters."""

    pointer: str
    id: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Step:
    """One step down a charter: what the pointer says, and a field's word or the id that the community chose."""

    key: str
    name: str
    free: bool


_Way = tuple[_Step, ...]

# Rules with a sentence of their own (`diff.NAME`), by the names on the way; and those that are shares of a whole.
SENTENCES: Mapping[tuple[str, ...], str] = {
    ("charter", "effective_from"): "effective_from",
    ("goals", "stages", "*", "raise", "target"): "raise_target",
    ("goals", "stages", "*", "raise", "minimum_close"): "raise_minimum",
    ("goals", "stages", "*", "raise", "close_by"): "raise_close_by",
    ("goals", "funnel", "stages", "*", "p_close"): "p_close",
    ("goals", "funnel", "stale_after"): "stale_after",
    ("screening", "scorecards", "*", "min_total"): "score_minimum",
    ("value", "offers", "*", "sla"): "offer_within",
    ("interaction", "half_life"): "contact_half_life",
    ("interaction", "cadence", "*"): "cadence",
    ("interaction", "respond_within", "question"): "question_within",
    ("incentives", "commitment_rules", "default_grace"): "promise_grace",
    ("incentives", "capital_call_default", "grace"): "capital_call_grace",
    ("incentives", "holdback", "pct"): "holdback",
    ("incentives", "appeals", "window"): "appeal_window",
    ("distribution", "contribution_types", "*", "rate"): "points_rate",
    ("distribution", "contribution_types", "*", "flat_points"): "points_flat",
    ("distribution", "caps", "member_share"): "member_cap",
    ("distribution", "caps", "group_share"): "group_cap",
    ("distribution", "layers", "*", "pool", "pct"): "pool_part",
    ("distribution", "attestation", "dispute_window"): "dispute_window",
    ("risk", "indicators", "*", "amber"): "amber",
    ("risk", "indicators", "*", "red"): "red",
    ("adjustment", "entry", "probation"): "probation",
    ("adjustment", "decisions", "*", "quorum"): "quorum",
    ("adjustment", "decisions", "*", "pass"): "majority",
    ("adjustment", "decisions", "*", "notice"): "notice",
}
SHARES = frozenset({"p_close", "member_cap", "group_cap", "quorum", "majority"})


def diff(before: Charter, after: Charter, language: str = "") -> list[Change]:
    """Return what changes from `before` to `after`, in the order of the newer charter; none for the same rules.

    In a `language` what the charters have labels for is called by them; without one it is called by its id.
    """
    return changes(plain(before), plain(after), language)


def changes(before: Mapping[str, Any], after: Mapping[str, Any], language: str = "") -> list[Change]:
    """Return what changes between two charters given as plain data."""
    found = list(_compare(before, after, "", ()))
    if not language:
        return found
    called = labels(before, language) | labels(after, language)
    return [Change(one.pointer, one.id, _labelled(one, called)) for one in found]


def labels(charter: Mapping[str, Any], language: str) -> dict[str, str | None]:
    """Return id → label of all that has one in `language` or the other; none where an id means different things."""
    found: dict[str, set[str]] = {}

    def visit(node: Any) -> None:
        if isinstance(node, Mapping):
            words = [node.get(name) for name in (("zh", "en") if language.startswith("zh") else ("en", "zh"))]
            if "id" in node and (label := words[0] or words[1]):
                found.setdefault(str(node["id"]), set()).add(str(label))
            for part in node.values():
                visit(part)
        elif isinstance(node, list):
            for part in node:
                visit(part)

    visit(charter)
    return {id: None if others else label for id, (label, *others) in found.items()}


def _labelled(change: Change, called: Mapping[str, str | None]) -> Mapping[str, object]:
    """Return a change's parameters with labels for ids; values of rules stay as they are written."""
    listed = {"item"} if not change.id.startswith("diff.entry_") else set()
    listed |= {"after"} if change.id == "diff.order" else set()
    params = dict(change.params)
    for name in listed & set(params):
        several = params[name]
        parts = several.parts if isinstance(several, Listed) else [str(several)]
        params[name] = Listed(called.get(part) or part for part in parts)
    if isinstance(way := params.get("where"), tuple):
        params["where"] = tuple(called.get(part) or part if isinstance(part, str) else part for part in way)
    return params


def _compare(before: Any, after: Any, pointer: str, way: _Way) -> Iterator[Change]:
    if _same(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _mappings(before, after, pointer, way)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, pointer, way)
    else:
        yield _leaf(before, after, pointer, way)


def _same(before: Any, after: Any) -> bool:
    """Whether two values are one rule: 0.3 and 0.30 are, true and 1 are not."""
    if isinstance(before, bool) or isinstance(after, bool):
        return before is after
    if before == after:
        return True
    numbers = [isinstance(value, str | int) and NUMBER.fullmatch(str(value)) for value in (before, after)]
    return all(numbers) and Fraction(before) == Fraction(after)


def _mappings(before: Mapping[str, Any], after: Mapping[str, Any], pointer: str, way: _Way) -> Iterator[Change]:
    known = fields().get(tuple("*" if step.free else step.key for step in way), {})
    for key in [*after, *(key for key in before if key not in after)]:
        step = _Step(key, known.get(key, key), key not in known)
        at = f"{pointer}/{escaped(key)}"
        if key not in before:
            yield from _comes_or_goes("added", after[key], at, (*way, step))
        elif key not in after:
            yield from _comes_or_goes("removed", before[key], at, (*way, step))
        else:
            yield from _compare(before[key], after[key], at, (*way, step))


def _lists(before: list[Any], after: list[Any], pointer: str, way: _Way) -> Iterator[Change]:
    key = next((key for key in KEYS if all(isinstance(item, dict) and key in item for item in (*before, *after))), None)
    if key is not None:
        yield from _items(before, after, key, pointer, way)
    elif any(isinstance(item, dict | list) for item in (*before, *after)):
        yield from _entries(before, after, pointer, way)
    elif any(size(item) is not None for item in (*before, *after)):
        yield _leaf(before, after, pointer, way)
    else:
        yield from _words(before, after, pointer, way)


def _items(before: list[Any], after: list[Any], key: str, pointer: str, way: _Way) -> Iterator[Change]:
    older = {item[key]: (number, item) for number, item in enumerate(before)}
    newer = {item[key]: (number, item) for number, item in enumerate(after)}
    for name, (number, item) in newer.items():
        step = (*way, _Step(str(number), str(name), free=True))
        if name in older:
            yield from _compare(older[name][1], item, f"{pointer}/{number}", step)
        else:
            yield Change(f"{pointer}/{number}", "diff.item_added", {"where": _where(way), "item": str(name)})
    for name, (number, _) in older.items():
        if name not in newer:
            yield Change(f"{pointer}/{number}", "diff.item_removed", {"where": _where(way), "item": str(name)})
    kept = [name for name in newer if name in older]
    if kept != [name for name in older if name in newer]:
        yield Change(pointer, "diff.order", {"where": _where(way), "after": Listed(newer)})


def _entries(before: list[Any], after: list[Any], pointer: str, way: _Way) -> Iterator[Change]:
    for number, (old, new) in enumerate(zip(before, after, strict=False)):
        yield from _compare(old, new, f"{pointer}/{number}", (*way, _Step(str(number), str(number + 1), free=True)))
    for number in range(len(before), len(after)):
        yield Change(f"{pointer}/{number}", "diff.entry_added", {"where": _where(way), "item": _inline(after[number])})
    for number in range(len(after), len(before)):
        yield Change(
            f"{pointer}/{number}", "diff.entry_removed", {"where": _where(way), "item": _inline(before[number])}
        )


def _words(before: list[Any], after: list[Any], pointer: str, way: _Way) -> Iterator[Change]:
    for kind, one, other in (("item_added", after, before), ("item_removed", before, after)):
        new = [str(item) for item in one if item not in other]
        if new:
            yield Change(pointer, f"diff.{kind}", {"where": _where(way), "item": Listed(new)})
    if sorted(map(str, before)) == sorted(map(str, after)):
        yield Change(pointer, "diff.order", {"where": _where(way), "after": Listed(after)})


def _comes_or_goes(kind: str, value: Any, pointer: str, way: _Way) -> Iterator[Change]:
    *outer, last = way
    if last.free:
        yield Change(pointer, f"diff.item_{kind}", {"where": _where(tuple(outer)), "item": last.name})
    else:
        yield Change(pointer, f"diff.{kind}", {"where": _where(way), "value": _inline(value)})


def _leaf(before: Any, after: Any, pointer: str, way: _Way) -> Change:
    sentence = SENTENCES.get(tuple("*" if step.free else step.key for step in way))
    if sentence is None or isinstance(before, list | dict) or isinstance(after, list | dict):
        return Change(
            pointer, "diff.changed", {"where": _where(way), "before": _inline(before), "after": _inline(after)}
        )
    show = _percent if sentence in SHARES else _inline
    item = next((step.name for step in reversed(way) if step.free), "")
    return Change(pointer, f"diff.{sentence}", {"item": item, "before": show(before), "after": show(after)})


@cache
def fields() -> Mapping[tuple[str, ...], Mapping[str, str]]:
    """Return the fields of the charter's clauses with the ids of their names, by the way to them.

    A way has `*` for an item of a list or an id that the community chose. A field that holds one clause is named as the
    clause is, unless its neighbours hold the same one.
    """
    found: dict[tuple[str, ...], dict[str, str]] = {}

    def visit(kind: Any, way: tuple[str, ...]) -> None:
        if isinstance(kind, type) and issubclass(kind, Clause):
            held = Counter(_clause(info.annotation) for info in kind.model_fields.values())
            for name, info in kind.model_fields.items():
                key = info.alias or name
                clause = _clause(info.annotation)
                alone = clause is not None and held[clause] == 1
                found.setdefault(way, {})[key] = clause.__name__ if clause and alone else word_id(kind, key)
                visit(info.annotation, (*way, key))
            visit(kind.__annotations__.get("__pydantic_extra__"), way)
            return
        many = get_origin(kind) in (dict, tuple)
        for inner in get_args(kind)[-1:] if get_origin(kind) is dict else get_args(kind):
            visit(inner, (*way, "*") if many else way)

    visit(Charter, ())
    return found


def word_at(way: Sequence[str]) -> str | None:
    """Return the id of the name of the field at a place of the charter; None where the community chose the key."""
    above: tuple[str, ...] = ()
    word = None
    for key in way:
        known = fields().get(above, {})
        word = known.get(key)
        above = (*above, key if word else "*")
    return word


def _clause(kind: Any) -> type[Clause] | None:
    """Return the clause that a field holds, if it holds one."""
    kinds = (kind, *(() if get_origin(kind) in (dict, tuple) else get_args(kind)))
    return next((part for part in kinds if isinstance(part, type) and issubclass(part, Clause)), None)


def _where(way: _Way) -> tuple[object, ...]:
    """Return the way as words: names of fields to be said, ids of the community as they are."""
    return tuple(step.name if step.free else Reason(step.name) for step in way)


def _percent(value: Any) -> object:
    share = size(value)
    if share is None or isinstance(value, int):
        return _inline(value)
    hundredths = Fraction(share) * 100
    text = f"{float(hundredths):.4f}".rstrip("0").rstrip(".")
    return Reason("diff.percent", {"number": text})


def _inline(value: Any) -> object:
    if isinstance(value, bool):
        return Reason("diff.yes" if value else "diff.no")
    if isinstance(value, Mapping):
        return Listed(f"{key}: {_plainly(part)}" for key, part in value.items()) if value else Reason("diff.nothing")
    if isinstance(value, list):
        return Listed(_plainly(part) for part in value) if value else Reason("diff.nothing")
    if isinstance(value, str) and (money := MONEY.fullmatch(value)):
        return Reason("diff.money", {"amount": f"{Decimal(money[1]):,f}", "currency": money[2]})
    return _duration(value) if isinstance(value, str) else str(value)


def _plainly(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + COMMA.join(f"{key}: {_plainly(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + COMMA.join(_plainly(part) for part in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _duration(text: str) -> object:
    try:
        duration = Duration.parse(text)
    except ValueError:
        return text
    return Reason(f"diff.unit_{duration.unit}", {"count": str(duration.count)})
