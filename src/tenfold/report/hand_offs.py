"""The picture of the ten: each mechanism on a ring, an arrow for each hand-off of the house (DOMAIN §2.11).

An arrow is drawn full, with a number, when decisions that hand on along it are open now; else dashed: the way is there,
nothing is on it. A mechanism whose section of the charter is empty is drawn pale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import Any

from markupsafe import Markup
from pydantic import BaseModel

from tenfold.engine.cycle import Cycle
from tenfold.engine.registry import TEN
from tenfold.report.words import say
from tenfold.terms.decision import Decision

ALL = "all"
ASKED = "interaction.ask_in_passing"


@dataclass(frozen=True, slots=True)
class HandOff:
    """One row of the hand-offs: `word` names it in the catalogue; `kinds` are the decisions that go along it."""

    source: str
    target: str
    word: str
    kinds: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()  # where named, the decision counts only when it proposes a fact of one of these


HAND_OFFS = (
    HandOff("goals", "screening", "need", ("goals.need",)),
    HandOff("risk", "screening", "redundancy", ("risk.alert",), ("needs",)),
    HandOff("culture", "screening", "candidate", ("culture.new_candidate",)),
    HandOff("screening", "value", "offers", ("screening.promise_offer",)),
    HandOff("screening", "incentives", "first_promise", ("screening.first_promise",)),
    HandOff("interaction", "goals", "stale", ("goals.stale_deal",)),
    HandOff("incentives", "goals", "slip", ("incentives.condition_slip",)),
    HandOff("incentives", "distribution", "points", ("incentives.reward", "incentives.reduction")),
    HandOff("value", "incentives", "late_offer", ("incentives.project_step",)),
    HandOff("risk", "insight", "alert", ("risk.alert",)),
    HandOff("insight", "interaction", "card", ("insight.next_best_action",)),
    HandOff("interaction", "value", "answer", (ASKED,), ("survey_answers",)),
    HandOff("interaction", "screening", "claim", (ASKED,), ("capabilities", "gate_checks")),
    HandOff("incentives", "adjustment", "exit", ("adjustment.exit",)),
    HandOff("adjustment", "screening", "reopen", ("adjustment.reopen_need",)),
    HandOff("adjustment", "distribution", "settle", ("adjustment.settle_vesting",)),
    HandOff("adjustment", "value", "stop", ("adjustment.stop_offers",)),
    HandOff("distribution", "culture", "thanks", ("culture.thanks_owed",)),
    HandOff("incentives", "culture", "help", ("culture.recognition",)),
    HandOff("culture", "goals", "qualified", ("culture.qualified",)),
    HandOff("adjustment", ALL, "version", ("adjustment.charter_change", "adjustment.vote_open")),
)
OPEN = frozenset({"proposed", "confirmed"})

FONT = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
WIDTH, HEIGHT = 664, 608
RADIUS_X, RADIUS_Y = 253, 255
BOX_X, BOX_Y = 148, 54
ASIDE = 0.08  # of its length: how far an arrow bends, so that there and back do not cover each other
PULL = {1: -0.4, 2: 0.5, 3: 0.25}  # steps on the ring → towards its centre: around neighbours, inside boxes between
COUNT_AT, COUNT_RADIUS = 0.58, 11  # part of an arrow at which its number stands: there no two come near each other


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of the picture: of text, ways and boxes; of what has no rules or nothing on it; of the ground."""

    ink: str
    line: str
    box: str
    pale_ink: str
    pale_line: str
    pale_box: str
    ground: str


# Pages and the report have the tokens of `templates/tokens.css`, which follow light and dark; a file has none.
TOKENS = Palette(
    ink="var(--ink)",
    line="var(--accent)",
    box="var(--accent-soft)",
    pale_ink="var(--ink-2)",
    pale_line="var(--line-2)",
    pale_box="var(--shade)",
    ground="var(--sheet)",
)
FIXED = Palette(
    ink="#1b2733",
    line="#0b5c7a",
    box="#e8f2f6",
    pale_ink="#5b6570",
    pale_line="#8a94a0",
    pale_box="#f4f5f7",
    ground="#ffffff",
)


@dataclass(frozen=True, slots=True)
class Travelled:
    """A hand-off with the open decisions on it."""

    hand_off: HandOff
    decisions: Sequence[Decision]


def travelled(cycle: Cycle) -> list[Travelled]:
    """Return every hand-off with the open decisions that go along it, in the order of the house."""
    return [Travelled(one, [d for d in cycle.decisions if _on(d, one)]) for one in HAND_OFFS]


def _on(decision: Decision, one: HandOff) -> bool:
    return goes_along(one, f"{decision.mechanism}.{decision.kind}", decision.status, decision.proposes)


def goes_along(one: HandOff, kind: str, status: str, proposes: Mapping[str, Any] | None) -> bool:
    """Whether an open decision of a kind (`goals.need`) goes along a hand-off."""
    if kind not in one.kinds or status not in OPEN:
        return False
    return not one.tables or (proposes or {}).get("table") in one.tables


def ruled(cycle: Cycle) -> Mapping[str, bool]:
    """Return mechanism → whether the charter in force has any rule for it."""
    return ruled_by(cycle.board.main[0])


def ruled_by(rules: Any) -> Mapping[str, bool]:
    """Return mechanism → whether a charter has any rule for it."""
    return {name: _says_something(getattr(rules, name)) for name in TEN}


def _says_something(section: BaseModel) -> bool:
    """Whether a section differs from one left out. Not by a dump: it would build serializers that nobody else needs."""
    fields = type(section).model_fields.items()
    written = ((getattr(section, name), field.get_default(call_default_factory=True)) for name, field in fields)
    return any(value and value != default for value, default in written)


def picture(cycle: Cycle, languages: Sequence[str]) -> Markup:
    """Return the picture as SVG, with the names in one language, or in two above each other."""
    ways = [(way.hand_off, len(way.decisions)) for way in travelled(cycle)]
    open_now = {name: sum(d.mechanism == name and d.status in OPEN for d in cycle.decisions) for name in TEN}
    return drawn(ruled(cycle), ways, open_now, languages)


def drawn(
    has_rules: Mapping[str, bool],
    ways: Sequence[tuple[HandOff, int]],
    open_now: Mapping[str, int],
    languages: Sequence[str],
) -> Markup:
    """Draw the picture: `ways` are hand-offs with how many open decisions go along each."""
    alone = len(languages) > 1  # a file of its own: needs a ground and colours; a page gives its own
    palette = FIXED if alone else TOKENS
    opened = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" aria-label="{}" font-family="{}">'
    )
    parts = [opened.format(WIDTH, HEIGHT, _title(languages), FONT)]
    if alone:
        parts.append(Markup('<rect width="{}" height="{}" rx="12" fill="{}"/>').format(WIDTH, HEIGHT, palette.ground))
    between = [way for way in ways if way[0].target != ALL]
    parts += [_arrow(one, count, palette) for one, count in sorted(between, key=lambda way: bool(way[1]))]
    parts += [_node(name, languages, has_rules[name], open_now[name], palette) for name in TEN]
    parts += [_count(one, count, palette) for one, count in between if count]
    return Markup("").join([*parts, Markup("</svg>")])


def _title(languages: Sequence[str]) -> str:
    return " · ".join(say(language, "report.ten") for language in languages)


def _centre(name: str) -> tuple[float, float]:
    angle = 2 * pi * TEN.index(name) / len(TEN) - pi / 2
    return WIDTH / 2 + RADIUS_X * cos(angle), HEIGHT / 2 + RADIUS_Y * sin(angle)


def _edge(at: tuple[float, float], towards: tuple[float, float], gap: float) -> tuple[float, float]:
    """Return where the way from a box's centre leaves the box, `gap` beyond its side."""
    dx, dy = towards[0] - at[0], towards[1] - at[1]
    length = hypot(dx, dy)
    inside = min(
        (BOX_X / 2) / abs(dx) if abs(dx) > 1e-9 else 1.0,
        (BOX_Y / 2) / abs(dy) if abs(dy) > 1e-9 else 1.0,
    )
    share = inside + gap / length
    return at[0] + dx * share, at[1] + dy * share


def _bend(one: HandOff) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Return start, control point and end of an arrow."""
    a, b = _centre(one.source), _centre(one.target)
    dx, dy = b[0] - a[0], b[1] - a[1]
    steps = abs(TEN.index(one.source) - TEN.index(one.target))
    pull = PULL.get(min(steps, len(TEN) - steps), 0.0)
    middle = (
        (a[0] + b[0]) / 2 * (1 - pull) + WIDTH / 2 * pull - dy * ASIDE,
        (a[1] + b[1]) / 2 * (1 - pull) + HEIGHT / 2 * pull + dx * ASIDE,
    )
    return _edge(a, middle, 2), middle, _edge(b, middle, 9)


def _arrow(one: HandOff, count: int, palette: Palette) -> Markup:
    (x1, y1), (cx, cy), (x2, y2) = _bend(one)
    full = bool(count)
    colour, width = (palette.line, "2.4") if full else (palette.pale_line, "1.4")
    dash = Markup("") if full else Markup(' stroke-dasharray="5 4"')
    length = hypot(x2 - cx, y2 - cy)
    ux, uy = (x2 - cx) / length, (y2 - cy) / length
    tip = (x2 + 7 * ux, y2 + 7 * uy)
    left, right = (x2 - 4.5 * uy, y2 + 4.5 * ux), (x2 + 4.5 * uy, y2 - 4.5 * ux)
    head = " ".join(f"{x:.1f},{y:.1f}" for x, y in (tip, left, right))
    way = f"M{x1:.1f} {y1:.1f}Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}"
    return Markup(
        '<path d="{way}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>'
        '<polygon points="{head}" fill="{colour}"/>'
    ).format(way=way, colour=colour, width=width, dash=dash, head=head)


def _count(one: HandOff, count: int, palette: Palette) -> Markup:
    (x1, y1), (cx, cy), (x2, y2) = _bend(one)
    before, between, after = (1 - COUNT_AT) ** 2, 2 * COUNT_AT * (1 - COUNT_AT), COUNT_AT**2
    x, y = before * x1 + between * cx + after * x2, before * y1 + between * cy + after * y2
    return Markup(
        '<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{ground}" stroke="{line}" stroke-width="1.5"/>'
        '<text x="{x:.1f}" y="{below:.1f}" text-anchor="middle" font-size="14" fill="{ink}">{count}</text>'
    ).format(
        x=x,
        y=y,
        radius=COUNT_RADIUS,
        ground=palette.ground,
        line=palette.line,
        below=y + 5,
        ink=palette.ink,
        count=count,
    )


def _node(name: str, languages: Sequence[str], has_rules: bool, open_now: int, palette: Palette) -> Markup:
    x, y = _centre(name)
    ink, line, ground = palette.ink, palette.line, palette.box
    if not has_rules:
        ink, line, ground = palette.pale_ink, palette.pale_line, palette.pale_box
    first = say(languages[0], f"report.ten.{name}")
    number = TEN.index(name) + 1
    below = (
        say(languages[1], f"report.ten.{name}")
        if len(languages) > 1
        else say(languages[0], "report.ten.open" if has_rules else "report.ten.no_rules", {"n": open_now})
    )
    box = Markup(
        '<rect x="{:.1f}" y="{:.1f}" width="{}" height="{}" rx="10" fill="{}" stroke="{}" stroke-width="1.5"/>'
    ).format(x - BOX_X / 2, y - BOX_Y / 2, BOX_X, BOX_Y, ground, line)
    title = Markup(
        '<text x="{:.1f}" y="{:.1f}" text-anchor="middle" font-size="16" font-weight="600" fill="{}">{} {}</text>'
    ).format(x, y - 3, ink, number, first)
    more = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="middle" font-size="14" fill="{}">{}</text>')
    return box + title + more.format(x, y + 17, ink, below)
