from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import graphs, mixing
from tenfold.methods.graphs import network

EDGES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=25)


def close(found, expect, digits):
    for name, text in expect.items():
        key = name if name in found else int(name)
        assert found[key] == pytest.approx(float(Fraction(str(text))), abs=0.51 * 10**-digits), name


@pytest.mark.parametrize(("id", "digits"), [("N01", (3, 2)), ("N03", (3, 3)), ("N06", (6, 6))])
def test_published_constraint_and_effective_size(case, id, digits):
    published = case(id)
    net = network(published["inputs"]["edges"], directed=published["inputs"]["directed"])
    close(graphs.constraint(net), published["expected"]["constraint"], digits[0])
    close(graphs.effective_size(net), published["expected"]["effective_size"], digits[1])


def test_the_kite_counts_an_undirected_pair_once(case):
    published = case("N07")
    net = network(published["inputs"]["edges"])
    twice = published["expected"]["betweenness_ordered_pairs"]
    close(graphs.betweenness(net), {name: value / 2 for name, value in twice.items()}, 3)
    close(graphs.betweenness(net, normalised=True), published["expected"]["betweenness_normalised"], 3)
    close(graphs.closeness(net), published["expected"]["closeness_normalised"], 3)


def test_les_miserables(case):
    published = case("N09")
    net = network([edge[:2] for edge in published["inputs"]["edges"]])
    for name, values in published["expected"].items():
        method = graphs.closeness if "closeness" in name else lambda n: graphs.betweenness(n, normalised=True)
        close(method(net), values, 3)


def test_closeness_follows_wasserman_and_faust_not_the_component_alone(case):
    published = case("N10")
    found = graphs.closeness(network(published["inputs"]["edges"]))
    close(found, published["expected"]["wasserman_faust_scaled_by_reachable_share"], 3)
    assert found[5] != pytest.approx(published["expected"]["within_component_only"]["5"])


def test_cut_members_of_the_barbell(case):
    published = case("N11")
    edges, expect = published["inputs"]["edges"], published["expected"]
    assert graphs.articulation_points(network(edges)) == expect["articulation"]
    assert graphs.biconnected_groups(network(edges)) == sorted(sorted(group) for group in expect["biconnected_groups"])
    more = network([*edges, *published["inputs"]["then_add"]])
    assert graphs.articulation_points(more) == expect["articulation_after"]


def test_cut_members_and_bridges_of_small_networks(case):
    published = case("N12")
    for given_, expect in zip(published["inputs"], published["expected"], strict=True):
        net = network(given_["edges"])
        if "articulation" in expect:
            assert graphs.articulation_points(net) == expect["articulation"]
        if "biconnected" in expect:
            assert (len(graphs.biconnected_groups(net)) == 1) == expect["biconnected"]
        if "bridges" in expect:
            assert [list(bridge) for bridge in graphs.bridges(net)] == expect["bridges"]


def test_core_numbers_as_published(case):
    published = case("N14")
    found = graphs.core_numbers(network(published["inputs"]["edges"], published["inputs"]["nodes"]))
    for core, members in published["expected"].items():
        assert [member for member, number in found.items() if number == int(core)] == members


def test_triangles_and_closure(case):
    published = case("N17")
    for name, edges in published["inputs"].items():
        expect, net = published["expected"][name], network(edges)
        assert graphs.transitivity(net) == pytest.approx(float(Fraction(expect["transitivity"])))
        if "local" in expect:
            close(graphs.local_clustering(net), dict(enumerate(expect["local"])), 9)
            assert list(graphs.triangles(net).values()) == expect["triangles"]
    assert graphs.transitivity(network([])) is None


def test_degree_assortativity_as_published(case):
    published = case("N18")
    for name, edges in published["inputs"].items():
        found = mixing.degree_assortativity(network(edges, directed=name.startswith("directed")))
        assert found == pytest.approx(float(published["expected"][name]), abs=6e-5), name


def test_a_mixing_matrix_is_normalised_first(case):
    published = case("N19")
    found = mixing.attribute_assortativity(published["inputs"]["mixing"])
    assert f"{found:.3f}" == published["expected"]["recomputed_from_printed_matrix"]
    assert f"{found:.3f}" != published["expected"]["paper"]


def test_pagerank_of_langville_and_meyer(case):
    published = case("N24")
    net = network(published["inputs"]["edges"], directed=True)
    found = mixing.pagerank(net, damping=published["inputs"]["alpha"])
    close(found, published["expected"]["pagerank"], 7)


def test_eigentrust_of_three_peers(case):
    published = case("N26")
    inputs = published["inputs"]
    found = mixing.eigentrust(
        [tuple(row) for row in inputs["local_trust"]], inputs["pre_trust"], weight=inputs["alpha"]
    )
    assert found == pytest.approx({name: float(text) for name, text in published["expected"].items()}, abs=1e-6)
    assert found["sd"] == pytest.approx(13 / 43)


def test_modularity_of_the_karate_club(case):
    published = case("N28")
    net = network(published["inputs"]["edges"])
    for split, expect in published["expected"].items():
        groups = dict(enumerate(published["inputs"][split]))
        assert graphs.modularity(net, groups) == pytest.approx(float(expect), abs=1e-7)


def test_reciprocity_as_published(case):
    published = case("N30")
    for given_, expect in zip(published["inputs"], published["expected"], strict=True):
        net = network(given_["edges"], directed=True)
        assert mixing.reciprocity(net) == pytest.approx(float(Fraction(expect["overall"])))
        close(mixing.reciprocity_by_member(net), expect.get("per_member", {}), 9)
    assert mixing.reciprocity_by_member(network([(1, 2)], [3], directed=True))[3] is None


def test_rich_clubs_of_the_karate_club(case):
    published = case("N31")
    clubs = mixing.rich_club(network(published["inputs"]["edges"]))
    for k, text in published["expected"].items():
        assert clubs[int(k)] == pytest.approx(float(Fraction(text)))


def test_a_member_without_ties_has_no_constraint_and_a_self_tie_is_none(case):
    edges = case("N01")["inputs"]["edges"]
    isolate = network(edges, ["Z"])
    alone = network([("A", "A")])
    for measure in (graphs.constraint, graphs.effective_size):
        assert measure(isolate)["Z"] is None
        assert measure(alone) == {"A": None}
        assert measure(isolate)["G"] == pytest.approx(measure(network(edges))["G"])


@given(EDGES)
def test_symmetric_ties_have_reciprocity_one(edges):
    both = network([*edges, *((b, a) for a, b in edges)], directed=True)
    assert mixing.reciprocity(both) in (None, 1.0)
    assert set(mixing.reciprocity_by_member(both).values()) <= {None, 1.0}


@given(EDGES, st.randoms(use_true_random=False))
def test_the_order_of_ties_changes_nothing(edges, random):
    mixed = [(b, a) if random.random() < 0.5 else (a, b) for a, b in edges]
    random.shuffle(mixed)
    for measure in (graphs.constraint, graphs.betweenness, graphs.closeness, graphs.core_numbers):
        assert measure(network(edges)) == pytest.approx(measure(network(mixed)))


@given(EDGES)
def test_removing_a_cut_member_leaves_more_parts(edges):
    net = network(edges, range(9))
    before = len(graphs.components(net))
    for cut in graphs.articulation_points(net):
        left = network([edge for edge in edges if cut not in edge], [v for v in range(9) if v != cut])
        assert len(graphs.components(left)) > before


@given(EDGES, st.sets(st.integers(0, 8)), st.sets(st.integers(0, 8)))
def test_who_hangs_on_one_is_in_a_part_without_those_inside_once_that_one_is_gone(edges, inside, on):
    anyway = [part for part in graphs.components(network(edges, range(9))) if not inside.intersection(part)]
    apart = {one for part in anyway for one in part} if on else set()
    for one in on:
        left = network([edge for edge in edges if one not in edge], [v for v in range(9) if v != one])
        apart.update(*(part for part in graphs.components(left) if not inside.intersection(part)))
    assert graphs.hanging(network(edges, range(9)), inside, on) == apart


def test_an_empty_network_has_no_numbers():
    empty = network([])
    assert graphs.modularity(empty, {}) is None
    assert mixing.reciprocity(empty) is None
    assert graphs.constraint(empty) == {}
    assert graphs.effective_size(network([], ["a"])) == {"a": None}
