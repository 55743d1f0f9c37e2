"""A number as pages show it: in words, and with what its why is asked by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tenfold.report.speech import Speech, unit_of


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name, in words.

    known   whether it has a value that the viewer may see
    id      measure and subject, by which its why opens; nothing where there is no such number
    """

    name: str
    value: Markup
    known: bool
    id: str | None = None


def figure(speech: Speech, row: Mapping[str, Any], name: str = "") -> Figure:
    """Return a measure's row in words, named as the measure and its subject unless a name is given."""
    id, subject = row["id"], row["subject"]
    shown = speech.say("number.hidden") if row.get("hidden") else speech.value(row["value"], unit_of(id, row["unit"]))
    return Figure(name or speech.headline(id, subject), shown, row["value"] is not None, f"{id}:{subject}")


def missing(speech: Speech, id: str) -> Figure:
    """Return a measure that has no row for somebody: nothing that could be unfolded."""
    return Figure(speech.words.get(f"report.name.{id}", id), speech.value(None, None), known=False)


def band(speech: Speech, row: Mapping[str, Any]) -> Markup | None:
    """Return the two ends that a measure's row gives beside its value, in words; nothing where it gives none."""
    if row["low"] is None or row["high"] is None:
        return None
    unit = unit_of(row["id"], row["unit"])
    return Markup("{} – {}").format(speech.value(row["low"], unit), speech.value(row["high"], unit))
