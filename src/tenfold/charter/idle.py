"""Rules of a charter that are sound in themselves and can never come to anything, for what another rule says."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from tenfold.charter.limits import size
from tenfold.charter.pointers import find, value_at
from tenfold.terms.scalars import read_money

Found = Iterator[tuple[str, str, Mapping[str, object]]]
Tree = Mapping[str, Any]


def idle(charter: Tree, earlier: Sequence[Tree] = ()) -> Found:
    """Yield the rules of a charter (plain data) that never do anything: id, place, parameters."""
    yield from _raises(charter, earlier)
    yield from _gain(charter)
    yield from _segments(charter)
    yield from _contacts(charter)
    yield from _appeals(charter)
    yield from _points(charter)


def said_from(charter: Tree, earlier: Sequence[Tree], place: str) -> str:
    """Return the day from which the charter says what it says at a place.

    A later version repeats the dates of the earlier ones; it is not to blame that some are over when it begins.
    """
    said = [value for _, value in find(charter, place)]
    since: str = next(
        value_at(version, "/charter/effective_from")
        for version in (*earlier, charter)
        if [value for _, value in find(version, place)] == said
    )
    return since


def _raises(charter: Tree, earlier: Sequence[Tree]) -> Found:
    current = value_at(charter, "/community/current_stage")
    pointer = f"/goals/stages/{current}/raise/close_by"
    closes, begins = value_at(charter, pointer), said_from(charter, earlier, pointer)
    if closes is not None and closes < begins:
        yield "close_before_start", pointer, {"stage": current, "close_by": closes, "start": begins}


def _gain(charter: Tree) -> Found:
    weights = sum(need["weight"] for _, need in find(charter, "/screening/needs/*"))
    pointer = "/screening/set_value/admit_if_gain_at_least"
    wanted = size(value_at(charter, pointer, 0))
    if weights and wanted is not None and wanted > weights:
        yield "gain_out_of_reach", pointer, {"wanted": value_at(charter, pointer), "most": weights}


def _segments(charter: Tree) -> Found:
    """The first segment that matches takes a member: one that lies within an earlier one stays empty."""
    shadowed = set()
    for (_, before), (pointer, segment) in combinations(find(charter, "/value/segments/*"), 2):
        if pointer not in shadowed and _within(segment["match"], before["match"]):
            shadowed.add(pointer)
            yield "segment_shadowed", f"{pointer}/match", {"segment": segment["id"], "before": before["id"]}


def _within(inner: Mapping[str, str], outer: Mapping[str, str]) -> bool:
    same = all(inner.get(key) == outer[key] for key in ("class", "capability") if key in outer)
    return same and _ticket(inner, outer, "ticket_at_least", 1) and _ticket(inner, outer, "ticket_below", -1)


def _ticket(inner: Mapping[str, str], outer: Mapping[str, str], key: str, sign: int) -> bool:
    if key not in outer:
        return True
    return key in inner and sign * read_money(inner[key]).value >= sign * read_money(outer[key]).value


def _contacts(charter: Tree) -> Found:
    cadence = value_at(charter, "/interaction/cadence", {})
    weights = value_at(charter, "/interaction/channel_weight", {})
    if cadence and not any(size(weight) for weight in weights.values()):
        yield "no_channel_counts", "/interaction/channel_weight", {}
    if cadence and not value_at(charter, "/interaction/substantive_if_any"):
        yield "nothing_substantive", "/interaction/cadence", {}
    cap = value_at(charter, "/interaction/fatigue_cap")
    for segment, gap in cadence.items():
        days, span = size(gap), size(cap["per"])
        if days and span and span / days > cap["contacts"]:
            params = {"segment": segment, "cadence": gap, "contacts": cap["contacts"], "per": cap["per"]}
            yield "cadence_beyond_cap", f"/interaction/cadence/{segment}", params


def _appeals(charter: Tree) -> Found:
    highest = max((step["level"] for _, step in find(charter, "/incentives/ladder/*")), default=0)
    pointer = "/incentives/appeals/stays_sanction_from_level"
    stays = value_at(charter, pointer, 0)
    if highest > 0 and stays > highest:
        yield "stay_never", pointer, {"level": stays, "highest": highest}


def _points(charter: Tree) -> Found:
    if value_at(charter, "/distribution/contribution_types", {}):
        return
    for pointer, layer in find(charter, "/distribution/layers/*"):
        if "points" in (layer.get("by"), *(tier.get("by") for tier in layer.get("tiers", ()))):
            yield "points_without_types", pointer, {"layer": layer["id"]}
            return
