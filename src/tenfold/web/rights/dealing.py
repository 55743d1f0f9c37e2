"""What one may do with deals: open one, move one, record its money; what the forms for that offer."""

from dataclasses import dataclass

from tenfold.facts.declaration import TABLES
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.lookup import Named
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import Viewer

WIRED = "wired"
ENDED = ("declined", "lapsed")
SOURCES = TABLES["opportunities"].columns["source"].values


@dataclass(frozen=True, slots=True)
class Moving:
    """What a deal may be moved to, and the papers that prove something, each by key and name."""

    stages: tuple[Named, ...]
    papers: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class NewDeal:
    """What the form for a new deal offers: open rounds, the stages of the funnel, where deals come from."""

    rounds: tuple[Named, ...]
    stages: tuple[Named, ...]
    sources: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Dealing:
    """What the viewer may do with one deal: move it from its stage, record its money."""

    key: str
    stage: str
    moves: bool
    pays: bool


def moving(viewer: Viewer) -> Moving:
    """Return the stages of the funnel and the ends of a deal, and the papers that the funnel asks for."""
    speech = viewer.phrases()
    stages = speech.rules.goals.funnel.stages
    kinds = dict.fromkeys(kind for stage in stages for kind in stage.evidence)
    return Moving(
        stages=tuple((id, speech.word("stage", id)) for id in (*(stage.id for stage in stages), *ENDED)),
        papers=tuple((kind, speech.word("kinds", kind)) for kind in kinds),
    )


def new_deal(viewer: Viewer) -> NewDeal | None:
    """Return what the form for a new deal offers; nothing where the viewer may open none, or no round is open."""
    if not may(viewer, Act.MOVE_DEAL):
        return None
    rounds = [row["round"] for row in current_rows(viewer, "rounds") if row["state"] == "open"]
    if not rounds:
        return None
    speech = viewer.phrases([{"rounds": rounds}])
    return NewDeal(
        rounds=tuple((key, speech.named(key)) for key in rounds),
        stages=tuple((stage.id, speech.word("stage", stage.id)) for stage in speech.rules.goals.funnel.stages),
        sources=tuple((id, speech.word("source", id)) for id in SOURCES),
    )


def dealing(viewer: Viewer, key: str) -> Dealing | None:
    """Return what the viewer may do with a deal; nothing where there is nothing, or no such deal for the viewer."""
    found = current_rows(viewer, "opportunities", opportunity=[key])
    if not found:
        return None
    stage = found[0]["stage"]
    moves = may(viewer, Act.MOVE_DEAL) and stage != WIRED
    pays = may(viewer, Act.RECORD_MONEY)
    return Dealing(key, stage, moves, pays) if moves or pays else None
