"""What a community keeps of its readings: the map of each shape of file, found again whatever the file is called."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tenfold.exchange.reading import lexicon
from tenfold.facts.maps.language import ORIGIN_AT_MOST, MapFile, read_maps
from tenfold.report.words import LANGUAGES, say
from tenfold.terms.errors import Refused

FOLDER = "maps"
SUFFIX = ".yaml"


@dataclass(frozen=True)
class Kept:
    """The reading of a shape of file that somebody confirmed."""

    origin: str
    answers: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shelf:
    """The kept maps of a community."""

    maps: tuple[MapFile, ...] = ()

    @classmethod
    def of(cls, folder: Path) -> "Shelf":
        """Read the maps of a community folder; one that somebody broke is left alone."""
        found = []
        for path in sorted((folder / FOLDER).glob(f"*{SUFFIX}")):
            try:
                found.append(read_maps(path))
            except Refused:
                continue
        return cls(tuple(found))

    def find(self, columns: Sequence[str]) -> Kept | None:
        """Return what was confirmed of a file with these columns; None for a shape that nobody knows."""
        shape = _shape(columns)
        for one in self.maps:
            reading = one.content.reading
            if reading is not None and _shape(reading.columns) == shape:
                return Kept(one.origin, reading.answers, one.content.same)
        return None

    def free_name(self, wanted: str) -> str:
        """Return a name for a new map: as wanted, with a number where that is taken."""
        bare = re.sub(r"[^\w.-]+", "-", wanted).strip("-.") or "sheet"
        bare = bare[: ORIGIN_AT_MOST - 4]
        taken = {one.origin for one in self.maps}
        number, name = 1, bare
        while name in taken:
            number += 1
            name = f"{bare}-{number}"
        return name


def _shape(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the plain names of a file's columns; the column of reasons in a parked copy is none of them."""
    reasons = {lexicon.plain(say(language, "maps.reason_header")) for language in LANGUAGES}
    return tuple(name for name in map(lexicon.plain, columns) if name not in reasons)


def map_text(content: Mapping[str, Any], head: str) -> str:
    """Write a map file: every scalar is text, as the reader of maps takes it."""
    yaml = YAML(typ="rt")
    yaml.width = 110
    yaml.allow_unicode = True
    yaml.representer.ignore_aliases = lambda *_: True
    buffer = StringIO()
    yaml.dump(_plain(content), buffer)
    return f"# {head}\n{buffer.getvalue()}"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return str(value)


def place_of(origin: str) -> str:
    """Return where in a community the map of a source lies."""
    return f"{FOLDER}/{origin}{SUFFIX}"
