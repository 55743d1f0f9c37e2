"""Drawings by Vega-Lite as static SVG, of which the bytes do not depend on the machine.

Sizes and margins are fixed and nothing is laid out by the width of a word, so fonts do not matter; colours are told in
the table beside a drawing, not in a legend.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

# Told apart by people who do not see all colours, and by lightness (after Okabe and Ito).
COLOURS = ("#0b5c7a", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f4f24", "#4b4e6d", "#9a9a9a")
INK, GRID = "#1b2733", "#d5dae0"
FONT = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
WIDTH, LEFT, RIGHT, TOP, BOTTOM, STEP = 640, 205, 20, 10, 30, 30
LABEL = 26  # narrow letters that fit beside a bar
WIDE_FROM = 0x2E80
QUARTERS = [0, 0.25, 0.5, 0.75, 1]
Spec = Mapping[str, Any]
AXIS = {
    "title": None,
    "labelLimit": 0,
    "labelFontSize": 14,
    "labelColor": INK,
    "labelOverlap": False,
    "domain": False,
    "ticks": False,
    "gridColor": GRID,
}


def drawn(height: int, layers: Sequence[Spec]) -> Markup:
    """Return layers of marks as SVG of fixed size."""
    import vl_convert

    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "autosize": "none",
        "background": None,
        "width": WIDTH - LEFT - RIGHT,
        "height": height,
        "padding": {"left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM},
        "layer": list(layers),
        "config": {
            "aria": False,
            "font": FONT,
            "view": {"stroke": None},
            "axis": AXIS,
            "axisY": {"grid": False, "labelPadding": 8},
        },
    }
    svg = Markup(vl_convert.vegalite_to_svg(spec))
    box = Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" aria-hidden="true">')
    return box.format(WIDTH, height + TOP + BOTTOM) + svg[svg.index(">") + 1 :]


def layer(values: Sequence[Spec], mark: Spec, **encoding: Spec) -> Spec:
    """Return one layer of marks over its own values."""
    return {"data": {"values": list(values)}, "mark": dict(mark), "encoding": encoding}


def names(field: str, order: Sequence[str]) -> Spec:
    """Encode a field of labels in their order."""
    return {"field": field, "type": "nominal", "sort": list(order), "axis": {"title": None}}


def share(field: str) -> Spec:
    """Encode a share from nothing to all."""
    scale = {"domain": [0, 1], "nice": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": {"format": ".0%", "values": QUARTERS}}


def coloured(field: str, domain: Sequence[Any], colours: Sequence[str]) -> Spec:
    """Encode a field by colours, without a legend."""
    return {
        "field": field,
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(domain), "range": list(colours)},
    }


def labels(called: Sequence[str]) -> list[str]:
    """Return labels that fit beside a bar, wide letters counting for two, each different from the others."""
    return [f"{_short(text)}{' ' * place}" for place, text in enumerate(called)]


def _short(text: str) -> str:
    used, kept = 0, ""
    for letter in text:
        used += 2 if ord(letter) >= WIDE_FROM else 1
        if used >= LABEL:
            return f"{kept}…"
        kept += letter
    return kept
