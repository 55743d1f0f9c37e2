"""Rules that run against the measure they name: a goal that is worse, an alarm when it is better, percent."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tenfold.charter.limits import size
from tenfold.charter.pointers import find

if TYPE_CHECKING:
    from tenfold.terms.measure import Spec

Found = Iterator[tuple[str, str, Mapping[str, object]]]
Tree = Mapping[str, Any]

RATIO_AT_MOST = 10  # a ratio beyond it was probably meant in percent
ALARMED = {"high": "up", "low": "down"}  # direction of an indicator → the measure's better side that it would punish
THRESHOLDS = {
    "/goals/stages/*/key_results/*": ("baseline", "target"),
    "/risk/indicators/*": ("amber", "red"),
    "/risk/covenants/*": ("lock_up", "default", "max", "min"),
    "/adjustment/gates/*/must/*": ("value",),
    "/adjustment/gates/*/should/*": ("value",),
    "/adjustment/exit/propose_if/*": ("value",),
    "/distribution/layers/*/tiers/*/if/*": ("value",),
}


def against_measures(charter: Tree, known: Mapping[str, "Spec"]) -> Found:
    """Yield rules of a charter (plain data) that run against the measures of a registry: id, place, parameters."""
    for pointer, result in find(charter, "/goals/stages/*/key_results/*"):
        better = known[result["metric"]].direction
        rising = _number(result["target"]) > _number(result["baseline"])
        if better in ("up", "down") and rising != (better == "up"):
            params = {key: result[key] for key in ("id", "metric", "baseline", "target")}
            yield "goal_backwards", f"{pointer}/target", params
    for pointer, indicator in find(charter, "/risk/indicators/*"):
        if known[indicator["metric"]].direction == ALARMED[indicator["direction"]]:
            other = "low" if indicator["direction"] == "high" else "high"
            params = {"id": indicator["id"], "metric": indicator["metric"], "other": other}
            yield "alarm_when_better", f"{pointer}/metric", params
    for pattern, keys in THRESHOLDS.items():
        for pointer, clause in find(charter, pattern):
            metric = clause.get("metric")
            for key in keys if metric is not None and known[metric].unit == "ratio" else ():
                if key in clause and abs(_number(clause[key])) > RATIO_AT_MOST:
                    yield "ratio_in_percent", f"{pointer}/{key}", {"seen": clause[key], "metric": metric}


def _number(value: object) -> Any:
    return size(str(value).split(" ", maxsplit=1)[0]) or 0
