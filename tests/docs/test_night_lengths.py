"""Laws are longer at night: none of them has a length of its own that `make night` could not change."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
FIXED = re.compile(r"max_examples=\d+\b(?! if NIGHT)")


def test_every_law_that_says_how_many_examples_it_draws_draws_more_at_night() -> None:
    profiles = TESTS / "conftest.py"  # which itself says what night means
    others = (path for path in sorted(TESTS.rglob("*.py")) if path != profiles)
    assert [path.name for path in others if FIXED.search(path.read_text("utf-8"))] == []
