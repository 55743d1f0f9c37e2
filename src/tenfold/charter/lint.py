"""Warnings about a charter that is allowed and yet probably not what its authors mean (DOMAIN §2.3, §2.5, §2.7, §14).

Nothing here refuses a charter. Each warning has its place, and says what would clear it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from tenfold.charter.calendar import calendar_of
from tenfold.charter.constitution import is_introduction
from tenfold.charter.contradictions import against_measures
from tenfold.charter.document import Rulebook
from tenfold.charter.idle import idle, said_from
from tenfold.charter.limits import size
from tenfold.charter.pointers import find, plain, steps, value_at
from tenfold.terms.errors import Complaint, Place

if TYPE_CHECKING:
    from tenfold.terms.measure import Spec

Found = Iterator[tuple[str, str, Mapping[str, object]]]
Tree = Mapping[str, Any]

WHOLE = 100
# Measures that turn into pay by a rule of the charter: as a key result too, they would be paid twice and gamed.
PAID_BY_TIME = frozenset({"inc.kept_rate", "inc.late_share", "inc.slip"})
PAID_BY_INTRODUCTION = frozenset({"brand.referral_share", "cul.r_referral"})
SOCIAL_CAPITAL = "sc."


def lint(
    rulebook: Rulebook,
    as_of: date | None = None,
    members: Mapping[str, int] | None = None,
    known: Mapping[str, "Spec"] | None = None,
) -> list[Complaint]:
    """Return the warnings about the newest version, each with its line, in the order of the file.

    as_of     the day of the check, to see whether its year's holidays are known
    members   active members by class, to hold the seats of the council against
    known     the measures of the registry, to see whether a rule runs against the one it names
    """
    newest = rulebook.newest
    *earlier, charter = (plain(version) for version in rulebook.charters)
    found = [newest.placed(warning) for warning in warnings(charter, as_of, members, known, earlier)]
    return sorted(found, key=lambda warning: (warning.place.line or 0, warning.place.position or 0, warning.id))


def warnings(
    charter: Tree,
    as_of: date | None = None,
    members: Mapping[str, int] | None = None,
    known: Mapping[str, "Spec"] | None = None,
    earlier: Sequence[Tree] = (),
) -> list[Complaint]:
    """Return warnings about a charter (plain data), section by section; parameters as in `lint`.

    earlier   the versions before it, oldest first
    """
    found = chain(
        _calendar(charter, as_of),
        _seats(charter, members),
        _stages(charter),
        _goals(charter, earlier),
        _funnel(charter),
        _screening(charter),
        _jobs(charter),
        _cadence(charter),
        _ladder(charter),
        _pay(charter),
        _indicators(charter),
        _size(charter),
        idle(charter, earlier),
        against_measures(charter, known) if known is not None else (),
    )
    return [Complaint(f"lint.{kind}", Place(pointer=at), params, warning=True) for kind, at, params in found]


def _calendar(charter: Tree, as_of: date | None) -> Found:
    name = value_at(charter, "/charter/calendar")
    if name is None:
        return
    begins = value_at(charter, "/charter/effective_from")
    years = {int(begins[:4])} | ({as_of.year} if as_of else set())
    for year in sorted(year for year in years if calendar_of(name).provisional(year)):
        yield "calendar_unpublished", "/charter/calendar", {"calendar": name, "year": year}


def _seats(charter: Tree, members: Mapping[str, int] | None) -> Found:
    roles = dict(find(charter, "/community/roles/*"))
    for pointer, role in roles.items():
        reserved = sum(role.get("reserve", {}).values())
        if role.get("seats", reserved) < reserved:
            yield (
                "seats_reserved",
                f"{pointer}/seats",
                {"role": role["id"], "seats": role["seats"], "reserved": reserved},
            )
        if members is not None:
            yield from _unfilled(pointer, role, members)
    ids = {role["id"] for role in roles.values()}
    if "operator" in ids and "compliance" not in ids:
        yield "no_compliance", "/community/roles", {}
    panel = next((role for role in roles.values() if role["id"] == "panel"), None)
    size_wanted = value_at(charter, "/incentives/appeals/panel_size", 0)
    if size_wanted and panel is None:
        yield "no_panel", "/incentives/appeals/panel_size", {"size": size_wanted}
    elif panel and panel.get("seats", size_wanted) < size_wanted:
        params = {"size": size_wanted, "seats": panel["seats"]}
        yield "panel_small", "/incentives/appeals/panel_size", params


def _unfilled(pointer: str, role: Mapping[str, Any], members: Mapping[str, int]) -> Found:
    for member_class, count in role.get("reserve", {}).items():
        if members.get(member_class, 0) < count:
            params = {
                "role": role["id"],
                "class": member_class,
                "seats": count,
                "members": members.get(member_class, 0),
            }
            yield "reserve_unfilled", f"{pointer}/reserve/{member_class}", params
    if role.get("seats", 0) > sum(members.values()):
        params = {"role": role["id"], "seats": role["seats"], "members": sum(members.values())}
        yield "seats_unfilled", f"{pointer}/seats", params


def _stages(charter: Tree) -> Found:
    stages: list[str] = value_at(charter, "/community/stages", [])
    gates: dict[str, Any] = value_at(charter, "/adjustment/gates", {})
    ways = {(before, after): f"{before}_to_{after}" for before in stages for after in stages if before != after}
    for name in gates:
        if name not in ways.values():
            yield "gate_stages", f"/adjustment/gates/{name}", {"gate": name}
    current = stages.index(value_at(charter, "/community/current_stage"))
    for number, after in enumerate(stages[1:], start=1):
        reached = any(way in gates for (_, to), way in ways.items() if to == after)
        if number > current and not reached:
            yield "stage_unreachable", f"/community/stages/{number}", {"stage": after}
    if stages[current] not in value_at(charter, "/goals/stages", {}):
        yield "stage_without_goals", "/community/current_stage", {"stage": stages[current]}


def _goals(charter: Tree, earlier: Sequence[Tree]) -> Found:
    for pointer, stage in find(charter, "/goals/stages/*"):
        results = stage.get("key_results", [])
        weight = sum(size(result["weight"]) or 0 for result in results)
        if results and weight != WHOLE:
            yield "weights", f"{pointer}/key_results", {"sum": str(weight), "expected": WHOLE}
        for number, result in enumerate(results):
            begins = said_from(charter, earlier, f"{pointer}/key_results/[id={result['id']}]/due")
            if result["due"] < begins:
                at = f"{pointer}/key_results/{number}/due"
                yield "due_before_start", at, {"id": result["id"], "due": result["due"], "start": begins}


def _funnel(charter: Tree) -> Found:
    stages = find(charter, "/goals/funnel/stages/*")
    for (_, before), (pointer, after) in pairwise(stages):
        if not (size(after["p_close"]) or 0) > (size(before["p_close"]) or 0):
            params = {"id": after["id"], "p": after["p_close"], "before": before["id"], "p_before": before["p_close"]}
            yield "p_not_rising", f"{pointer}/p_close", params
    if stages and size(stages[-1][1]["p_close"]) != 1:
        pointer, last = stages[-1]
        yield "last_not_certain", f"{pointer}/p_close", {"id": last["id"], "p": last["p_close"]}
    for pointer, stage in stages:
        if not stage.get("evidence"):
            yield "no_evidence", pointer, {"id": stage["id"]}


def _screening(charter: Tree) -> Found:
    cards = find(charter, "/screening/scorecards/*")
    for pointer, card in cards:
        points = sum(card["criteria"].values())
        if points != WHOLE:
            yield "scorecard", f"{pointer}/criteria", {"class": steps(pointer)[-1], "sum": points, "expected": WHOLE}
    raters = value_at(charter, "/screening/raters/min", 2)
    if cards and raters < 2:
        yield "one_rater", "/screening/raters/min", {"raters": raters}


def _jobs(charter: Tree) -> Found:
    served = {
        job
        for _, offer in find(charter, "/value/offers/*")
        for job, points in offer.get("serves", {}).items()
        if points
    }
    for pointer, job in find(charter, "/value/segments/*/jobs/*"):
        if job not in served:
            segment = value_at(charter, pointer.rsplit("/", 2)[0])
            yield "job_unserved", pointer, {"job": job, "segment": segment["id"]}
    for pointer, offer in find(charter, "/value/offers/*"):
        if not offer.get("entitles"):
            yield "offer_for_nobody", pointer, {"offer": offer["id"]}


def _cadence(charter: Tree) -> Found:
    cadence = value_at(charter, "/interaction/cadence", {})
    for pointer, segment in find(charter, "/value/segments/*"):
        if segment["id"] not in cadence:
            yield "no_cadence", pointer, {"segment": segment["id"]}


def _ladder(charter: Tree) -> Found:
    ladder = find(charter, "/incentives/ladder/*")
    below = -1 if ladder and ladder[0][1]["level"] == 0 else 0
    for pointer, step in ladder:
        if step["level"] > below + 1:
            yield "ladder_gap", f"{pointer}/level", {"level": step["level"], "missing": below + 1}
        below = step["level"]
    if ladder and value_at(charter, "/incentives/forgiveness") is None:
        yield "no_forgiveness", "/incentives/ladder", {}


def _pay(charter: Tree) -> Found:
    paid = dict(_paid_metrics(charter))
    for pointer, result in find(charter, "/goals/stages/*/key_results/*"):
        metric = result["metric"]
        if metric in paid or metric.startswith("dis."):
            yield "goal_is_pay", f"{pointer}/metric", {"metric": metric, "paid_at": paid.get(metric, "/distribution")}
    for pointer, condition in find(charter, "/distribution/layers/*/tiers/*/if/*"):
        if condition.get("metric", "").startswith(SOCIAL_CAPITAL):
            yield "social_capital_pays", f"{pointer}/metric", {"metric": condition["metric"]}
    member, group = (size(value_at(charter, f"/distribution/caps/{key}")) for key in ("member_share", "group_share"))
    if member is not None and group is not None and member > group:
        caps = value_at(charter, "/distribution/caps")
        params = {"member": caps["member_share"], "group": caps["group_share"]}
        yield "caps_crossed", "/distribution/caps/group_share", params


def _paid_metrics(charter: Tree) -> Iterator[tuple[str, str]]:
    for reward in ("early_per_week", "on_time"):
        pointer = f"/incentives/rewards/{reward}"
        if value_at(charter, pointer) is not None:
            yield from ((metric, pointer) for metric in sorted(PAID_BY_TIME))
    for pointer, kind in find(charter, "/distribution/contribution_types/*"):
        if is_introduction(pointer, kind):
            yield from ((metric, pointer) for metric in sorted(PAID_BY_INTRODUCTION))
    for pointer, condition in find(charter, "/distribution/layers/*/tiers/*/if/*"):
        if "metric" in condition:
            yield condition["metric"], pointer


def _indicators(charter: Tree) -> Found:
    for pointer, indicator in find(charter, "/risk/indicators/*"):
        if "owner" not in indicator:
            yield "no_owner", pointer, {"id": indicator["id"]}
        numbers = [_number(indicator[key]) for key in ("amber", "red", "band")]
        if None in numbers:
            continue
        amber, red, band = (number or 0 for number in numbers)
        if amber == red:
            yield "amber_is_red", f"{pointer}/red", {"id": indicator["id"], "value": indicator["red"]}
        elif band >= abs(red - amber):
            params = {"id": indicator["id"], "band": indicator["band"], "between": str(float(abs(red - amber)))}
            yield "band_wide", f"{pointer}/band", params


def _number(value: object) -> Any:
    return size(str(value).split(" ", maxsplit=1)[0])


def _size(charter: Tree) -> Found:
    for pointer, wanted in find(charter, "/adjustment/membership_by_stage/*"):
        least = sum(wanted.get("class_min", {}).values())
        most = wanted.get("target_size", [0, least])[1]
        if least > most:
            yield "size_crossed", f"{pointer}/class_min", {"least": least, "most": most}
