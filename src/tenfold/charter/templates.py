"""Charters to begin with: four kinds, three sizes, complete and commented, assembled from data (`templates/`).

A template is the text of a charter with `{{names}}`; `sizes.json` says what stands there for each size, and which part
of the raise's target the other amounts are. Same choices, same bytes.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tenfold.terms.clauses import Named
from tenfold.terms.durations import add_months

FOLDER = Path(__file__).parent / "templates"
KINDS = ("venture", "infrastructure", "open-community", "blank")
SIZES = ("small", "medium", "large")
MONTHS_TO_CLOSE = 12
_NAME = re.compile(r"\{\{([a-z_0-9]+)\}\}")
_NEEDS = re.compile(r"^  needs:.*?(?=^  gates:)", re.MULTILINE | re.DOTALL)


class Need(NamedTuple):
    """Something that a project lacks: its name in both languages, its weight in points, how many sources are wanted."""

    id: str
    zh: str
    en: str
    weight: int
    redundancy: int


def render_template(
    kind: str,
    size: str,
    *,
    effective_from: date,
    id: str = "my-community",
    title: Mapping[str, str] | None = None,
    project: str = "project",
    currency: str | None = None,
    timezone: str | None = None,
    jurisdiction: Sequence[str] | None = None,
    languages: Sequence[str] = ("zh-Hans", "en"),
    target: int | None = None,
    stage: str | None = None,
    close_by: date | None = None,
    needs: Sequence[Need] | None = None,
) -> str:
    """Return the text of a complete charter.yaml; what is not chosen comes from the kind.

    kind, size      one of KINDS and of SIZES (up to 15 members, up to 60, more); KeyError for another
    effective_from  the first day of the charter
    title           words by language, `{"zh": …, "en": …}`
    project         key of the project's own party: money paid to it is money raised
    target          amount of the first raise, in whole units of the currency
    stage           one of `stages_of(kind)`; the first where none is chosen
    close_by        when the first raise closes; twelve months after the first day where nothing is chosen
    needs           what the project lacks, instead of what such a project mostly lacks

    The working calendar follows the jurisdiction: CN under a Chinese profile, else none. Whether the choices make sense
    is the loader's question, which names the line.
    """
    sizes = _sizes()[kind]
    defaults = sizes["defaults"]
    profiles = defaults["jurisdiction"] if jurisdiction is None else jurisdiction
    begun = stage or stages_of(kind)[0]
    values = {
        **sizes[size],
        **_amounts(sizes["parts"], sizes[size]["target"] if target is None else target),
        "id": id,
        "title": json.dumps(dict(title or {"zh": defaults["zh"], "en": defaults["en"]}), ensure_ascii=False),
        "effective_from": effective_from.isoformat(),
        "close_by": (close_by or add_months(effective_from, MONTHS_TO_CLOSE)).isoformat(),
        "stage": begun,
        "purpose": json.dumps(sizes["stages"][begun], ensure_ascii=False),
        "jurisdiction": f"[{', '.join(profiles)}]",
        "currency": currency or defaults["currency"],
        "timezone": timezone or defaults["timezone"],
        "calendar": "CN" if any(profile.startswith("cn-") for profile in profiles) else "null",
        "languages": f"[{', '.join(languages)}]",
        "project": project,
    }
    text = _NAME.sub(lambda match: str(values[match[1]]), (FOLDER / f"{kind}.yaml").read_text(encoding="utf-8"))
    return text if needs is None else _with_needs(text, needs)


def stages_of(kind: str) -> tuple[str, ...]:
    """Return the stages in which a kind of community can begin, the usual one first."""
    return tuple(_sizes()[kind]["stages"])


def defaults_of(kind: str, size: str) -> Mapping[str, Any]:
    """Return what a kind takes where nothing is chosen: currency, zone, law, target (0 without a raise)."""
    sizes = _sizes()[kind]
    return {**sizes["defaults"], "target": sizes[size]["target"] if sizes["parts"] else 0}


@cache
def common_needs() -> tuple[Named, ...]:
    """Return what projects often lack, in the order in which it is offered."""
    rows = json.loads((FOLDER / "needs.json").read_text(encoding="utf-8"))
    return tuple(Named(**row) for row in rows)


def timezone_of(kind: str) -> str:
    """Return the time zone of a kind of template where none is chosen."""
    return str(_sizes()[kind]["defaults"]["timezone"])


def _with_needs(text: str, needs: Sequence[Need]) -> str:
    """Return a charter's text with other needs: one a line, as templates write them."""
    lines = "".join(f"    - {json.dumps(one._asdict(), ensure_ascii=False)}\n" for one in needs)
    return _NEEDS.sub(lambda match: f"  needs:\n{lines}" if needs else "  needs: []\n", text, count=1)


def _amounts(parts: Mapping[str, str], target: int) -> dict[str, int]:
    return {"target": target} | {name: max(1, int(target * Fraction(part))) for name, part in parts.items()}


@cache
def _sizes() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / "sizes.json").read_text(encoding="utf-8"))
    return content
