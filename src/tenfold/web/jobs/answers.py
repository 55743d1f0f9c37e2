"""What pages ask of an engine beside its numbers: why a value is what it is, what a rule would do, who votes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tenfold.charter.document import Charter
from tenfold.charter.load import NEWEST, read_charter
from tenfold.charter.rewriting import rewritten
from tenfold.engine.cycle import Cycle, run
from tenfold.engine.explain import explain
from tenfold.engine.registry import registry
from tenfold.engine.thread import thread
from tenfold.engine.ties import ties
from tenfold.engine.trial import trial
from tenfold.mechanisms.adjustment.grounds import AdjustmentGrounds
from tenfold.mechanisms.adjustment.voting import voices
from tenfold.web.store.charters import rulebook_of, rulebook_with, text_of
from tenfold.web.store.communities import Community

Params = Mapping[str, Any]


def _explain(community: Community, now: Cycle, params: Params) -> Any:
    return explain(now, params["id"], params.get("page", 1))


def _thread(community: Community, now: Cycle, params: Params) -> Any:
    return thread(now, params["id"])


def _ties(community: Community, now: Cycle, params: Params) -> Any:
    return ties(now)


def _trial(community: Community, now: Cycle, params: Params) -> Any:
    """Compare a tried charter, given as its whole text, with the newest; what both have in common stands.

    What happened is judged by each as if it held today: a version of a day to come would judge none of it.
    """
    holding = now.community.rulebook.judging(now.moment.as_of)
    newest = rulebook_of(community).newest.version
    waits = newest > holding.version
    before = _instead(community, now, text_of(community, newest), holding) if waits else now
    return trial(before, _instead(community, now, params["charter"].encode(), holding)).as_dict()


def _instead(community: Community, now: Cycle, text: bytes, holding: Charter) -> Cycle:
    """Return the cycle of now under another charter in the place of the one in force. Raises Refused."""
    measures = {spec.id: spec for spec in registry().measures}
    place = {"/charter/version": str(holding.version), "/charter/effective_from": str(holding.charter.effective_from)}
    if read_charter(text, NEWEST).charter.supersedes is not None:
        place = {"/charter/supersedes": str(holding.version - 1)} | place
    rulebook = rulebook_with(community, rewritten(text, NEWEST, place), measures)
    return run(replace(now.community, rulebook=rulebook), now.moment)


def _voices(community: Community, now: Cycle, params: Params) -> Any:
    """Return party → its voice and that voice's weight, of all who may vote on a proposal."""
    rules, ends = now.board.main
    return voices(AdjustmentGrounds(now.board.window(ends), rules, ends), params["proposal"])


ANSWERS: Mapping[str, Callable[[Community, Cycle, Params], Any]] = MappingProxyType(
    {"explain": _explain, "thread": _thread, "ties": _ties, "trial": _trial, "voices": _voices}
)
