"""The network of ties: who talks with whom, as a picture of at most so many and as a table beside it.

Ties are those of the numbers: substantive contact of the last year between two parties, the project left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tenfold.methods.graphs import Network, articulation_points, components, network
from tenfold.report.phrases import Phrases
from tenfold.web.rights import explaining
from tenfold.web.rights.policies import Data, Sight
from tenfold.web.rights.viewers import Viewer, posts_of
from tenfold.web.store.work import ask

MOST = 150  # parties in the picture, and in the table beside it
NAMED = 6  # whom somebody has ties with, by name
SMALL, LARGE = 8, 26  # of a circle in the picture

Tie = tuple[str, str, int]  # two parties, and their contacts


@dataclass(frozen=True, slots=True)
class Tied:
    """Somebody in the network.

    ties    with how many others; `contacts` how many talks that were
    among   some of them by name, the most talks first; `more` how many beside these
    cuts    whether without them the network would fall apart
    """

    party: str
    name: str
    posts: str
    ties: int
    contacts: int
    among: tuple[tuple[str, str], ...]
    more: int
    cuts: bool


@dataclass(frozen=True, slots=True)
class Ties:
    """The network, or the part of it that is shown.

    parties   how many the whole network has; fewer are shown where it has more than a picture holds
    around    the name of whoever it is shown around
    """

    shown: tuple[Tied, ...]
    parties: int
    around: str
    chart: Mapping[str, Any]


def ties(viewer: Viewer, around: str = "") -> Ties | None:
    """Return the network, around somebody where a key is given; None while the engine has not answered yet.

    Around whoever has no tie that the viewer may see there is nobody, whether they exist or not.
    """
    asked = ask(viewer.community, "ties", {}, explaining.WAIT)
    if asked.answered_at is None:
        return None
    seen = list(_seen(viewer, (tuple(one) for one in asked.answer or ())))
    everybody = {party for tie in seen for party in tie[:2]}
    if around and around not in everybody:
        return _told(viewer, seen, set(), "", len(everybody))
    kept = set(nearest(seen, around, MOST) if around else largest(seen, MOST))
    return _told(viewer, seen, kept, around, len(everybody))


def nearest(ties: Sequence[Tie], start: str, most: int) -> list[str]:
    """Return somebody and whoever is nearest, at most so many: fewer steps first, then more talks, then by key.

    >>> nearest([("a", "b", 1), ("b", "c", 5), ("b", "d", 9)], "a", 3)
    ['a', 'b', 'd']
    """
    beside = _beside(ties)
    found, front = [start], [start]
    while front and len(found) < most:
        talks: dict[str, int] = {}
        for party in front:
            for other, n in beside.get(party, {}).items():
                if other not in found:
                    talks[other] = max(talks.get(other, 0), n)
        front = sorted(talks, key=lambda one: (-talks[one], one))
        found += front
    return found[:most]


def largest(ties: Sequence[Tie], most: int) -> list[str]:
    """Return the parties of the largest connected parts, at most so many.

    A part that does not fit is shown around whoever in it talks most, and ends the list.

    >>> largest([("a", "b", 1), ("b", "c", 1), ("x", "y", 9)], 4)
    ['a', 'b', 'c', 'x']
    """
    beside = _beside(ties)
    net: Network[str] = network(ties)
    found: list[str] = []
    for part in sorted(components(net), key=lambda one: (-len(one), one)):
        room = most - len(found)
        if len(part) <= room:
            found += part
            continue
        if room > 0:
            busiest = max(part, key=lambda one: (sum(beside[one].values()), one))
            found += nearest(ties, busiest, room)
        break
    return found


def _beside(ties: Iterable[Tie]) -> dict[str, dict[str, int]]:
    """Return party → whom it has a tie with → their contacts."""
    found: dict[str, dict[str, int]] = {}
    for a, b, n in ties:
        found.setdefault(a, {})[b] = n
        found.setdefault(b, {})[a] = n
    return found


def _seen(viewer: Viewer, ties: Iterable[Any]) -> Iterator[Tie]:
    """Yield the ties that the viewer may see: all, or their own."""
    whole = viewer.sees(Data.INTERACTIONS) - {Sight.OWN}
    for a, b, n in ties:
        if whole or a in viewer.own or b in viewer.own:
            yield a, b, n


def _told(viewer: Viewer, ties: Sequence[Tie], kept: set[str], around: str, parties: int) -> Ties:
    drawn = [tie for tie in ties if tie[0] in kept and tie[1] in kept]
    posts = posts_of(viewer.community, kept)
    speech = viewer.phrases(parties=[*kept])
    net: Network[str] = network(ties)
    cuts = set(articulation_points(net))
    beside = _beside(drawn)
    told = [_tied(speech, party, beside.get(party, {}), posts[party], party in cuts) for party in kept]
    shown = sorted(told, key=lambda one: (-one.ties, -one.contacts, one.name, one.party))
    name = speech.named(around) if around else ""
    return Ties(tuple(shown), parties, name, _chart(speech, shown, drawn, posts))


def _tied(speech: Phrases, party: str, beside: Mapping[str, int], posts: Iterable[str], cuts: bool) -> Tied:
    among = sorted(beside, key=lambda one: (-beside[one], one))
    return Tied(
        party=party,
        name=speech.named(party),
        posts=speech.listed(speech.word("role", one) for one in sorted(posts)),
        ties=len(beside),
        contacts=sum(beside.values()),
        among=tuple((one, speech.named(one)) for one in among[:NAMED]),
        more=max(0, len(among) - NAMED),
        cuts=cuts,
    )


def _chart(
    speech: Phrases, shown: Sequence[Tied], ties: Sequence[Tie], posts: Mapping[str, frozenset[str]]
) -> dict[str, Any]:
    """Return the picture as `assets/charts.js` draws it: members in the accent's colour, others grey."""
    at = {one.party: place for place, one in enumerate(shown)}
    most = max((one.ties for one in shown), default=1)
    return {
        "kind": "network",
        "title": speech.words["network.chart"],
        "nodes": [
            {
                "id": str(place),
                "name": one.name,
                "size": SMALL + (LARGE - SMALL) * one.ties / most,
                "member": bool(posts[one.party]),
                "cuts": one.cuts,
            }
            for place, one in enumerate(shown)
        ],
        "ties": [[str(at[a]), str(at[b]), n] for a, b, n in ties],
    }
