from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import rfm


def months(then, now):
    (m1, y1), (m2, y2) = ((int(part) for part in text.split("/")) for text in (then, now))
    return 12 * (y2 - y1) + m2 - m1


def test_the_charters_bins_are_followed_and_fifths_are_the_default(case):
    published = case("B45")
    scheme, expect = published["inputs"]["scheme"], published["expected"]
    customers = published["inputs"]["customers"]
    frequency = [(bound + (score == 5), score) for bound, score in scheme["frequency"]]  # 40 still lies in 30-40 there
    for name, (last, times, money) in customers.items():
        recency = rfm.by_bins(months(last, published["inputs"]["now"]), scheme["recency_months"], low_is_good=True)
        code = f"{recency}{rfm.by_bins(times, frequency)}{rfm.by_bins(money, scheme['money_k'])}"
        assert code == expect["by_rule"][name]
        assert code != expect["printed_otherwise"].get(name)
    ours = rfm.fifths([row[1] for row in customers.values()])
    assert ours != [int(code[1]) for code in expect["by_rule"].values()]
    assert sorted(set(ours)) == [1, 2, 3, 4, 5]


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40))
def test_fifths_keep_the_order_and_tie_equals(values):
    scores = rfm.fifths(values)
    assert set(scores) <= {1, 2, 3, 4, 5}
    pairs = sorted(zip(values, scores, strict=True))
    assert [score for _, score in pairs] == sorted(scores)
    assert len({(value, score) for value, score in pairs}) == len(set(values))
