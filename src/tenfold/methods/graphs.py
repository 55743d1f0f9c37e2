"""Structure of a network of ties: who cuts it, who bridges it, how closed it is.

Conventions: self-ties are dropped; what has no meaning is None (the constraint of a member without ties), never 0 or 1;
undirected betweenness counts a pair once; closeness after Wasserman & Faust; modularity at resolution 1. Results are
dicts in vertex order. The work is done by igraph.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any, Generic, TypeVar

V = TypeVar("V", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Network(Generic[V]):
    """Named vertices in order and an igraph graph over their indices.

    `ties` keeps parallel ties; `simple` has each tie once with the sum of the weights.
    """

    names: tuple[V, ...]
    ties: Any
    simple: Any

    @property
    def directed(self) -> bool:
        """Whether ties have a direction."""
        return bool(self.ties.is_directed())

    def named(self, values: Iterable[float]) -> dict[V, float]:
        """Join values in vertex order to their names."""
        return dict(zip(self.names, values, strict=True))


def network(edges: Iterable[Sequence[Any]], vertices: Iterable[V] = (), *, directed: bool = False) -> Network[V]:
    """Build a network from ties (a, b) or (a, b, weight); vertices without ties are named in `vertices`.

    Vertices are put in rising order, so that the order of input rows never shows. Self-ties are dropped, their ends
    stay.

    >>> network([("b", "a"), ("a", "a")], ["c"]).names
    ('a', 'b', 'c')
    """
    import igraph

    rows = [(row[0], row[1], row[2] if len(row) > 2 else 1) for row in edges]
    found: set[Any] = {*vertices, *(end for row in rows for end in row[:2])}
    names: tuple[Any, ...] = tuple(sorted(found))
    at = {name: index for index, name in enumerate(names)}
    kept = sorted((at[a], at[b], weight) for a, b, weight in rows if a != b)
    ties = igraph.Graph(n=len(names), edges=[row[:2] for row in kept], directed=directed)
    ties.es["weight"] = [row[2] for row in kept]
    simple = ties.copy()
    simple.simplify(combine_edges={"weight": "sum"})
    return Network(names, ties, simple)


def articulation_points(net: Network[V]) -> list[V]:
    """Members whose removal cuts their part of the network in two, each named once, in vertex order.

    >>> articulation_points(network([("a", "b"), ("b", "c")]))
    ['b']

    Source: Hopcroft & Tarjan 1973.
    """
    return [net.names[index] for index in sorted(net.ties.as_undirected().articulation_points())]


def bridges(net: Network[V]) -> list[tuple[V, V]]:
    """Ties whose removal cuts the network; a tie that exists twice is none.

    >>> bridges(network([(1, 2), (2, 3), (2, 3)]))
    [(1, 2)]
    """
    graph = net.ties.as_undirected(mode="each")
    ends = sorted(tuple(sorted(graph.es[index].tuple)) for index in graph.bridges())
    return [(net.names[a], net.names[b]) for a, b in ends]


def biconnected_groups(net: Network[V]) -> list[list[V]]:
    """Largest groups that stay connected when any one member leaves, ordered by their members."""
    return sorted(
        [net.names[index] for index in sorted(part)] for part in net.ties.as_undirected().biconnected_components()
    )


def hanging(net: Network[V], inside: Collection[V], on: Collection[V]) -> set[V]:
    """Members of the network that one of `on` cuts off from all of `inside`, or that nothing leads to anyway.

    Without any `on` nothing hangs. A path from all of `inside` at once runs through blocks that no single loss parts,
    from one to the next over the vertex that they share: what lies behind a vertex of `on` hangs on it.

    >>> sorted(hanging(network([("a", "b"), ("b", "c"), ("a", "d"), ("d", "e"), ("e", "a")]), {"a"}, {"a", "b"}))
    ['b', 'c', 'd', 'e']
    >>> sorted(hanging(network([("a", "b"), ("b", "c")]), {"a"}, {"b"}))
    ['c']
    """
    if not on:
        return set()
    graph = net.simple.as_undirected()
    origin = graph.add_vertex().index
    graph.add_edges([(origin, place) for place, name in enumerate(net.names) if name in inside])
    blocks = [list(block) for block in graph.biconnected_components()]
    of: dict[int, list[int]] = {}
    for number, block in enumerate(blocks):
        for vertex in block:
            of.setdefault(vertex, []).append(number)
    cutting = {place for place, name in enumerate(net.names) if name in on}
    free = {origin}
    waiting, seen = [origin], set[int]()
    while waiting:
        vertex = waiting.pop()
        for number in of.get(vertex, ()):
            if vertex not in cutting and number not in seen:
                seen.add(number)
                free.update(blocks[number])
                waiting += blocks[number]
    return {name for place, name in enumerate(net.names) if place not in free}


def components(net: Network[V]) -> list[list[V]]:
    """Parts of the network between which there is no path (directions ignored), ordered by their first member."""
    return [[net.names[index] for index in part] for part in net.ties.connected_components(mode="weak")]


def betweenness(net: Network[V], *, normalised: bool = False) -> dict[V, float]:
    """How many shortest paths between others run through a member, each pair shared among its shortest paths.

    An undirected pair counts once; normalised divides by the number of pairs of others, (n−1)(n−2)÷2 or, directed,
    (n−1)(n−2). Ties count alike whatever their weight.

    >>> betweenness(network([("a", "b"), ("b", "c")]))
    {'a': 0.0, 'b': 1.0, 'c': 0.0}

    Source: Freeman 1977; Brandes 2001.
    """
    n = len(net.names)
    pairs = (n - 1) * (n - 2) / (1 if net.directed else 2) if normalised else 1
    return net.named(value / pairs if pairs > 0 else 0.0 for value in net.simple.betweenness())


def closeness(net: Network[V]) -> dict[V, float | None]:
    """How near a member is to all others, by the formula of Wasserman & Faust for networks that fall apart.

    C(v) = (r ÷ (n − 1)) · (r ÷ Σd) with r members that can reach v and their distances d; 0 for a member without ties.
    Without the first factor the middle of a tiny island would look most central. None in a network of one.

    >>> closeness(network([("a", "b"), ("b", "c")]))["b"]
    1.0

    Source: Wasserman & Faust 1994, ch. 5.
    """
    n = len(net.names)
    if n < 2:
        return dict.fromkeys(net.names)
    reach = [size - 1 for size in net.simple.neighborhood_size(order=n, mode="in")]
    within = net.simple.closeness(mode="in")
    return {
        name: r / (n - 1) * near if r else 0.0
        for name, r, near in zip(net.names, reach, (_of(x, r) for x, r in zip(within, reach, strict=True)), strict=True)
    }


def _of(closeness_of_reached: float, reached: int) -> float:
    """Return r ÷ Σd from igraph's closeness, which is the mean of reached vertices' inverse mean distance."""
    return 0.0 if not reached or isnan(closeness_of_reached) else closeness_of_reached


def constraint(net: Network[V]) -> dict[V, float | None]:
    """Burt's constraint: how far a member's ties all lead to the same people.

    cᵢ = Σⱼ (pᵢⱼ + Σ_q pᵢ_q·p_qⱼ)² over neighbours j; p = share of i's tie weight, both directions added. May exceed 1
    in small networks and is not cut. None for a member without ties.

    >>> constraint(network([("a", "b")], ["c"]))
    {'a': 1.0, 'b': 1.0, 'c': None}

    Source: Burt 1992, Structural Holes.
    """
    values = net.simple.constraint(weights="weight") if net.simple.ecount() else []
    degrees = net.simple.degree()
    return {name: values[index] if degrees[index] else None for index, name in enumerate(net.names)}


def effective_size(net: Network[V]) -> dict[V, float | None]:
    """Burt's effective size: ties less their redundancy.

    Σⱼ (1 − Σ_q pᵢ_q·mⱼ_q) over neighbours j; mⱼ_q = weight of j–q ÷ j's strongest tie, both directions added. For
    equal undirected ties: degree − mean degree inside the neighbourhood. None for a member without ties.

    >>> effective_size(network([("a", "b"), ("a", "c"), ("b", "c")]))["a"]
    1.0

    Source: Burt 1992; Borgatti 1997.
    """
    import numpy as np
    from scipy import sparse

    n, rows = len(net.names), net.simple.get_edgelist()
    one, two = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    once = sparse.csr_array((np.array(net.simple.es["weight"], dtype=np.float64), (one, two)), shape=(n, n))
    both = (once + once.T).tocsr()
    total, strongest = np.asarray(both.sum(axis=1)).ravel(), both.max(axis=1).toarray().ravel()
    total[total == 0] = strongest[strongest == 0] = 1.0
    shared = (sparse.diags_array(1 / total) @ both) @ (sparse.diags_array(1 / strongest) @ both).T
    tied = (both > 0).astype(np.float64)
    degree = np.asarray(tied.sum(axis=1)).ravel()
    lost = np.asarray((tied * shared).sum(axis=1)).ravel()
    return {name: float(degree[i] - lost[i]) if degree[i] else None for i, name in enumerate(net.names)}


def transitivity(net: Network[V]) -> float | None:
    """Closure: 3 × triangles ÷ paths of two ties; None where there is no such path.

    >>> transitivity(network([(1, 2), (2, 3), (1, 3)])), transitivity(network([(1, 2)]))
    (1.0, None)
    """
    value = net.simple.as_undirected().transitivity_undirected(mode="nan")
    return None if isnan(value) else float(value)


def local_clustering(net: Network[V]) -> dict[V, float | None]:
    """Share of a member's pairs of neighbours that are tied; None below two neighbours."""
    values = net.simple.as_undirected().transitivity_local_undirected(mode="nan")
    return {name: None if isnan(value) else value for name, value in zip(net.names, values, strict=True)}


def triangles(net: Network[V]) -> dict[V, int]:
    """Count the triangles that each member is part of."""
    counts = Counter(index for triangle in net.simple.as_undirected().list_triangles() for index in triangle)
    return {name: counts[index] for index, name in enumerate(net.names)}


def modularity(net: Network[V], groups: Mapping[V, Hashable], *, weighted: bool = False) -> float | None:
    """How much more ties stay inside the given groups than by chance: Σ (inside ÷ m − (degrees ÷ 2m)²), resolution 1.

    None without ties.

    Source: Newman & Girvan 2004.
    """
    if not net.simple.ecount():
        return None
    labels: dict[Hashable, int] = {}
    membership = [labels.setdefault(groups[name], len(labels)) for name in net.names]
    return float(net.simple.modularity(membership, weights="weight" if weighted else None))


def core_numbers(net: Network[V]) -> dict[V, int]:
    """Largest k such that the member belongs to a part in which everybody has at least k ties (k-core).

    >>> core_numbers(network([(1, 2), (2, 3), (1, 3), (3, 4)]))
    {1: 2, 2: 2, 3: 2, 4: 1}

    Source: Batagelj & Zaversnik 2003.
    """
    return dict(zip(net.names, net.simple.as_undirected().coreness(), strict=True))
