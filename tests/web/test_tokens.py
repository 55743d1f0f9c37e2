"""Every text colour can be read on every ground, in light and in dark."""

import re
from itertools import product
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "src/tenfold/report/templates/tokens.css"
TEXTS = ("ink", "ink-2", "ink-3", "accent", "good", "warn", "bad")
GROUNDS = ("paper", "sheet", "shade", "accent-soft", "good-soft", "warn-soft", "bad-soft")
READABLE, SEEN = 4.5, 3.0  # WCAG 2.2 AA: 1.4.3 for text, 1.4.11 for the edges of what one types into or presses


def colours() -> dict[str, tuple[str, str]]:
    """Token → its colour in light and in dark."""
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS.read_text("utf-8"))
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of #rrggbb."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2), 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_texts_and_edges_have_the_contrast_that_people_need(theme):
    of = {name: pair[theme] for name, pair in colours().items()}
    pairs = [*product(TEXTS, GROUNDS), ("on-accent", "accent"), ("paper", "ink")]
    faint = [(text, ground) for text, ground in pairs if contrast(of[text], of[ground]) < READABLE]
    faint += [("line-2", ground) for ground in ("paper", "sheet") if contrast(of["line-2"], of[ground]) < SEEN]
    assert faint == []


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
