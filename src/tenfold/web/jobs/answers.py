"""What pages ask of an engine beside its numbers: why a value is what it is, what a rule would do, who votes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tenfold.engine.cycle import Cycle, run
from tenfold.engine.explain import explain
from tenfold.engine.registry import registry
from tenfold.engine.thread import thread
from tenfold.engine.ties import ties
from tenfold.engine.trial import trial
from tenfold.mechanisms.adjustment.grounds import AdjustmentGrounds
from tenfold.mechanisms.adjustment.voting import voices
from tenfold.web.store.charters import rulebook_with
from tenfold.web.store.communities import Community

Params = Mapping[str, Any]


def _explain(community: Community, now: Cycle, params: Params) -> Any:
    return explain(now, params["id"], params.get("page", 1))


def _thread(community: Community, now: Cycle, params: Params) -> Any:
    return thread(now, params["id"])


def _ties(community: Community, now: Cycle, params: Params) -> Any:
    return ties(now)


def _trial(community: Community, now: Cycle, params: Params) -> Any:
    """Compare a tried charter, given as its whole text, with the one in force; what both have in common stands."""
    measures = {spec.id: spec for spec in registry().measures}
    rulebook = rulebook_with(community, params["charter"].encode(), measures)
    other = replace(now.community, rulebook=rulebook)
    return trial(now, run(other, now.moment)).as_dict()


def _voices(community: Community, now: Cycle, params: Params) -> Any:
    """Return party → its voice and that voice's weight, of all who may vote on a proposal."""
    rules, ends = now.board.main
    return voices(AdjustmentGrounds(now.board.window(ends), rules, ends), params["proposal"])


ANSWERS: Mapping[str, Callable[[Community, Cycle, Params], Any]] = MappingProxyType(
    {"explain": _explain, "thread": _thread, "ties": _ties, "trial": _trial, "voices": _voices}
)
