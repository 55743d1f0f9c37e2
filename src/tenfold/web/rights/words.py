"""Why an act was refused, in the viewer's language."""

from collections.abc import Iterable
from types import MappingProxyType

from markupsafe import Markup, escape

from tenfold.facts.declaration import TABLES, title_of
from tenfold.report.phrases import Phrases
from tenfold.terms.errors import Complaint
from tenfold.terms.listed import COMMA
from tenfold.web.rights.viewers import Viewer

# Parameters that list words, with what each of their words is.
LISTS = MappingProxyType({"who": "who", "offices": "role", "steps": "step", "states": "state", "acts": "act"})


def sentences(viewer: Viewer, complaints: Iterable[Complaint]) -> list[Markup]:
    """Return complaints in words, each once, with names for keys."""
    wrong = list(complaints)
    speech = viewer.phrases([dict(one.params) for one in wrong])
    return list(dict.fromkeys(speech.say(one.id, **_shown(speech, one)) for one in wrong))


def _shown(speech: Phrases, complaint: Complaint) -> dict[str, object]:
    return {name: _listed(speech, name, value) for name, value in complaint.params.items()}


def _listed(speech: Phrases, name: str, value: object) -> object:
    if name == "table" and value in TABLES:
        return title_of(str(value), TABLES[str(value)].label, speech.language)
    if name not in LISTS:
        return value
    return escape(speech.listed(speech.word(LISTS[name], part) for part in str(value).split(COMMA)))
