"""Who is tied to whom: reciprocity, assortativity, rich clubs, and standing that flows along ties."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from tenfold.methods.graphs import Network

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

V = TypeVar("V")

DAMPING = 0.85


def reciprocity(net: Network[Any]) -> float | None:
    """Share of directed ties that are returned; None without ties.

    >>> from tenfold.methods.graphs import network
    >>> reciprocity(network([(1, 2), (2, 1)], directed=True))
    1.0
    """
    return float(net.simple.reciprocity()) if net.simple.ecount() else None


def reciprocity_by_member(net: Network[Any]) -> dict[Any, float | None]:
    """For each member 2 × (those tied both ways) ÷ (outgoing + incoming ties); None for a member without ties."""
    shares: dict[Any, float | None] = {}
    for index, name in enumerate(net.names):
        to, of = set(net.simple.successors(index)), set(net.simple.predecessors(index))
        shares[name] = 2 * len(to & of) / (len(to) + len(of)) if to or of else None
    return shares


def degree_assortativity(net: Network[Any]) -> float | None:
    """Correlate the degrees at the two ends of a tie: do the well connected meet the well connected?

    Pearson's r over ties; undirected ties count in both directions; a directed tie pairs the out-degree of its source
    with the in-degree of its target. Tie weights, where they differ, make degrees into strengths. None where all
    degrees are equal.

    Source: Newman 2003, Phys. Rev. E 67, 026126.
    """
    import numpy as np

    graph = net.simple
    ends = np.array(graph.get_edgelist(), dtype=np.int64).reshape(-1, 2)
    source = np.array(graph.strength(mode="out", weights="weight"), dtype=np.float64)[ends[:, 0]]
    target = np.array(graph.strength(mode="in", weights="weight"), dtype=np.float64)[ends[:, 1]]
    if not net.directed:
        source, target = np.concatenate([source, target]), np.concatenate([target, source])
    if len(ends) == 0 or np.ptp(source) == 0 or np.ptp(target) == 0:
        return None
    return float(np.corrcoef(source, target)[0, 1])


def attribute_assortativity(mixing: Sequence[Sequence[float]]) -> float | None:
    """Return r = (Σeᵢᵢ − Σaᵢbᵢ) ÷ (1 − Σaᵢbᵢ) of a mixing matrix, normalised to sum 1 first.

    1 when ties stay within groups, 0 by chance. None for an empty matrix or a single group.

    >>> attribute_assortativity([[2, 0], [0, 2]])
    1.0

    Source: Newman 2003 (whose printed matrix sums to 0.997: unnormalised input gives another digit).
    """
    import numpy as np

    matrix = np.array(mixing, dtype=np.float64)
    if matrix.sum() == 0:
        return None
    shares = matrix / matrix.sum()
    chance = float(shares.sum(axis=0) @ shares.sum(axis=1))
    return (float(np.trace(shares)) - chance) / (1 - chance) if chance < 1 else None


def rich_club(net: Network[Any]) -> dict[int, float]:
    """Density among the members with more than k ties, for every k that leaves at least two of them."""
    graph, degrees = net.simple.as_undirected(), net.simple.as_undirected().degree()
    clubs: dict[int, float] = {}
    for k in range(max(degrees, default=0)):
        inside = [index for index, degree in enumerate(degrees) if degree > k]
        if len(inside) < 2:
            break
        clubs[k] = 2 * graph.induced_subgraph(inside).ecount() / (len(inside) * (len(inside) - 1))
    return clubs


def density(net: Network[Any]) -> float | None:
    """Ties ÷ possible ties; None below two members."""
    return float(net.simple.density()) if len(net.names) > 1 else None


def pagerank(net: Network[Any], *, damping: float = DAMPING) -> dict[Any, float]:
    """Standing as the share of time of a walker who follows a tie with probability `damping`, else restarts anywhere.

    A member without outgoing ties passes its standing on to everybody alike. Σ = 1.

    Source: Langville & Meyer 2005.
    """
    return net.named(net.simple.pagerank(damping=damping))


def eigentrust(
    opinions: Sequence[tuple[V, V, float]], pre_trust: Mapping[V, float], *, weight: float = 0.5
) -> dict[V, float]:
    """Trust from opinions, anchored at members trusted beforehand.

    t = (1 − a)·Cᵀt + a·p; rows of C are a member's opinions over their sum; a member without opinions adopts p. Solved
    as a linear system, so nothing depends on when an iteration stops. Where nobody is trusted beforehand, everybody is,
    alike: then a group that praises itself is not held back.

    opinions    (from, to, value ≥ 0); pre_trust member → weight, normalised to p; weight a in (0, 1]
    returns     member → trust in rising order of members, Σ = 1

    Source: Kamvar, Schlosser & Garcia-Molina 2003.
    """
    import numpy as np

    found: list[Any] = [*{*pre_trust, *(end for row in opinions for end in row[:2])}]
    names = sorted(found)
    at = {name: index for index, name in enumerate(names)}
    prior = np.array([pre_trust.get(name, 0.0) for name in names], dtype=np.float64)
    prior = prior / prior.sum() if prior.any() else np.full(len(names), 1 / max(1, len(names)))
    local = np.zeros((len(names), len(names)))
    for one, two, value in opinions:
        local[at[one], at[two]] += value
    trust = np.linalg.solve(np.eye(len(names)) - (1 - weight) * _rows(local, prior).T, weight * prior)
    return dict(zip(names, (float(value) for value in trust), strict=True))


def _rows(local: "NDArray[np.float64]", prior: "NDArray[np.float64]") -> "NDArray[np.float64]":
    import numpy as np

    sums = local.sum(axis=1, keepdims=True)
    return np.asarray(np.where(sums > 0, local / np.where(sums > 0, sums, 1), prior))
