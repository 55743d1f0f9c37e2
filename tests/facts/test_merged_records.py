"""Which record stands for a merged one, and that long chains cost no more than their length."""

from collections import Counter

import pytest

from tenfold.facts.views import standing_for


class Walked(dict[str, str]):
    """Merges that count how often each is looked at."""

    def __init__(self, pairs: dict[str, str]) -> None:
        super().__init__(pairs)
        self.seen: Counter[str] = Counter()

    def __getitem__(self, key: str) -> str:
        self.seen[key] += 1
        return super().__getitem__(key)


@pytest.mark.parametrize(
    ("into", "expected"),
    [
        ({}, {}),
        ({"a": "b"}, {"a": "b"}),
        ({"a": "b", "b": "c"}, {"a": "c", "b": "c"}),
        ({"b": "c", "a": "b"}, {"a": "c", "b": "c"}),
        ({"a": "a"}, {"a": "a"}),
        ({"y": "z", "z": "y", "x": "z"}, {"x": "y", "y": "y", "z": "y"}),
        ({"b": "a", "c": "b", "a": "c"}, {"a": "a", "b": "a", "c": "a"}),
    ],
)
def test_the_last_of_a_chain_stands_for_all_and_the_smallest_key_for_a_circle(
    into: dict[str, str], expected: dict[str, str]
) -> None:
    assert standing_for(into) == expected


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("backwards", [False, True])
def test_each_merge_of_a_long_chain_is_looked_at_once(closed: bool, backwards: bool) -> None:
    links = 10_000
    pairs = [(f"r{number:05}", f"r{number + 1:05}") for number in range(links)]
    pairs += [(f"r{links:05}", "r00000")] if closed else []
    into = Walked(dict(reversed(pairs) if backwards else pairs))
    assert set(standing_for(into).values()) == {"r00000" if closed else f"r{links:05}"}
    assert set(into.seen.values()) == {1}
