"""Loads charters: bytes → strict YAML → rules → references; all that is wrong is said at once, each with its place."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from tenfold.charter import constitution, profiles, references, strict_yaml
from tenfold.charter.document import Charter, Rulebook
from tenfold.charter.pointers import plain
from tenfold.charter.problems import problems
from tenfold.charter.strict_yaml import BYTES_AT_MOST, Document, shorten
from tenfold.facts.files import file_bytes, is_there, must_be_folder
from tenfold.terms.clauses import Path as Steps
from tenfold.terms.clauses import Problem
from tenfold.terms.errors import LISTED_AT_MOST, Complaint, Place, Refused

if TYPE_CHECKING:
    from tenfold.terms.measure import Spec

NEWEST = "charter.yaml"
OLDER = "charters"
DRAFTS = "drafts"  # versions that somebody proposed, and nobody has adopted: no rulebook holds them
_OLDER_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*-v([1-9][0-9]*)\.yaml")


def load_charter(path: Path, known_measures: Mapping[str, "Spec"] | None = None) -> Charter:
    """Load one charter; without `known_measures` (id → registry row) measure ids are not checked.

    Raises
    ------
    Refused   with at most 100 complaints in the order of the file, then their count
    """
    return _within_limits(_load(path, path.name, known_measures))


def load_charters(folder: Path, known_measures: Mapping[str, "Spec"] | None = None) -> Rulebook:
    """Load `charter.yaml`, the newest, and the older versions `charters/NAME-vN.yaml` beside it.

    Raises
    ------
    Refused   a file cannot be loaded, versions or their dates do not ascend, or they are of different charters
    """
    files = {NEWEST: folder / NEWEST} | _written(folder, OLDER)
    return _together({name: partial(_load, path, name, known_measures) for name, path in files.items()})


def load_drafts(folder: Path) -> Mapping[str, Charter]:
    """Load the proposed versions `drafts/NAME.yaml` beside a charter, by the names of their files.

    Raises
    ------
    Refused   a file cannot be loaded
    """
    return {name: _within_limits(_load(path, name, None)) for name, path in _written(folder, DRAFTS).items()}


def _written(folder: Path, beside: str) -> dict[str, Path]:
    """Return the charters that lie in a folder beside the newest, by their names as complaints give them."""
    lies = folder / beside
    if not must_be_folder(lies, beside):
        return {}
    names = sorted(path.name for path in lies.iterdir() if path.suffix in {".yaml", ".yml"})
    return {f"{beside}/{name}": lies / name for name in names}


def read_charters(files: Mapping[str, bytes], known_measures: Mapping[str, "Spec"] | None = None) -> Rulebook:
    """Load all versions from their bytes by file name, as `load_charters` does from a folder. Raises Refused."""
    return _together({name: partial(_read, raw, name, known_measures) for name, raw in files.items()})


def _together(readers: Mapping[str, Callable[[], Charter]]) -> Rulebook:
    """Join versions to one rulebook; all that is wrong with any is said at once."""
    charters: list[Charter] = []
    complaints: list[Complaint] = []
    for read in readers.values():
        try:
            charters.append(read())
        except Refused as refused:
            complaints.extend(refused.complaints)
    complaints.extend(_check_versions(charters))
    complaints.extend(_check_limits(charters))
    if complaints:
        raise Refused(_listed(complaints))
    return Rulebook(_without_copies(charters))


def read_charter(raw: bytes, file: str, known_measures: Mapping[str, "Spec"] | None = None) -> Charter:
    """Load a charter from its bytes; `file` is the name that complaints give. Raises Refused."""
    return _within_limits(_read(raw, file, known_measures))


def _read(raw: bytes, file: str, known_measures: Mapping[str, "Spec"] | None) -> Charter:
    document = strict_yaml.read(raw, file)
    charter: Charter | None = None
    found: list[Complaint] = []
    if document.root is not None:
        charter, found = _build(document, known_measures)
    complaints = [*document.complaints, *found]
    if charter is None or complaints:
        raise Refused(_listed(sorted(complaints, key=_by_place)))
    charter._sha256 = hashlib.sha256(raw).hexdigest()
    charter._file = file
    charter._place = document.place_of
    return charter


def _within_limits(charter: Charter, until: date | None = None) -> Charter:
    """Return the charter, or refuse it for what it breaks of its jurisdiction profiles."""
    broken = [charter.placed(complaint) for complaint in profiles.check(plain(charter), until)]
    if broken:
        raise Refused(_listed(sorted(broken, key=_by_place)))
    return charter


def _load(path: Path, name: str, known_measures: Mapping[str, "Spec"] | None) -> Charter:
    if not is_there(path):
        raise Refused([Complaint("charter.not_found", Place(file=name), {"seen": name})])
    return _read(file_bytes(path, name, BYTES_AT_MOST + 1), name, known_measures)


def _build(document: Document, known: Mapping[str, "Spec"] | None) -> tuple[Charter | None, list[Complaint]]:
    if not isinstance(document.value, dict):
        seen = {"seen": shorten(document.value)}
        return None, [] if document.refused else [_complaint(document, Problem("mapping", (), seen))]
    try:
        charter = Charter.model_validate(document.value)
    except ValidationError as error:
        return None, [
            complaint
            for problem in problems(error, document)
            if not _refused_before(problem.at, document)
            for complaint in [_complaint(document, problem)]
        ]
    found = [*references.references(charter), *references.amounts(charter)]
    if known is not None:
        found.extend(references.measures(charter, known))
    unlawful = [document.placed(complaint) for complaint in constitution.check(plain(charter))]
    return charter, [*(_complaint(document, problem) for problem in found), *unlawful]


def _complaint(document: Document, problem: Problem) -> Complaint:
    return Complaint(f"charter.{problem.id}", document.place(problem.at, key=problem.key), problem.params)


def _refused_before(path: Steps, document: Document) -> bool:
    """Whether the value there, or around it, was refused already when it was read: once is enough."""
    return any(path[: len(refused)] == refused for refused in document.refused)


def _by_place(complaint: Complaint) -> tuple[int, int, str]:
    return complaint.place.line or 0, complaint.place.position or 0, complaint.id


def _listed(complaints: Sequence[Complaint]) -> list[Complaint]:
    if len(complaints) <= LISTED_AT_MOST:
        return list(complaints)
    place = Place(file=complaints[LISTED_AT_MOST].place.file)
    rest = Complaint("charter.more", place, {"count": len(complaints) - LISTED_AT_MOST})
    return [*complaints[:LISTED_AT_MOST], rest]


def _check_versions(charters: Sequence[Charter]) -> Iterable[Complaint]:
    for charter in charters:
        match = _OLDER_FORM.fullmatch(Path(charter.file).name)
        if charter.file != NEWEST and (match is None or int(match[1]) != charter.version):
            params = {"seen": charter.file, "expected": f"{OLDER}/{charter.charter.id}-v{charter.version}.yaml"}
            yield Complaint("charter.file_name", Place(file=charter.file), params)
    ordered = sorted(_without_copies(charters), key=lambda charter: charter.version)
    for before, after in pairwise(ordered):
        place = Place(file=before.file, pointer="/charter/version")
        if after.version == before.version:
            yield Complaint("charter.same_version", place, {"seen": before.version, "other": after.file})
        elif after.effective_from <= before.effective_from:
            params = {"seen": str(after.charter.effective_from), "before": str(before.charter.effective_from)}
            yield Complaint("charter.dates_descend", Place(file=after.file, pointer="/charter/effective_from"), params)
        if after.charter.id != before.charter.id:
            params = {"seen": before.charter.id, "other": after.charter.id}
            yield Complaint("charter.other_charter", Place(file=before.file, pointer="/charter/id"), params)
        yield from unlike(before, after)
    if ordered and ordered[-1].file != NEWEST and any(charter.file == NEWEST for charter in ordered):
        place = Place(file=NEWEST, pointer="/charter/version")
        yield Complaint("charter.not_newest", place, {"seen": ordered[-1].file, "version": ordered[-1].version})


def unlike(before: Charter, after: Charter) -> Iterator[Complaint]:
    """Yield what a later version may not change: the currency, the digits of a unit, the time zone.

    Amounts and days of the past are read in them; they would say something else from one version to the next.
    """
    for name in ("currency", "timezone"):
        was, now = (getattr(charter.charter, name) for charter in (before, after))
        if was != now:
            place = Place(file=after.file, pointer=f"/charter/{name}")
            yield after.placed(Complaint(f"charter.{name}_changed", place, {"seen": now, "before": was}))
    for code in sorted(before.charter.units.keys() & after.charter.units.keys()):
        was, now = (charter.charter.units[code].digits for charter in (before, after))
        if was != now:
            place = Place(file=after.file, pointer=f"/charter/units/{code}/digits")
            params = {"seen": now, "before": was, "unit": code}
            yield after.placed(Complaint("charter.digits_changed", place, params))


def _check_limits(charters: Sequence[Charter]) -> Iterable[Complaint]:
    """Yield what the versions break of their profiles; a law binds no version that was superseded before it."""
    ordered = sorted(_without_copies(charters), key=lambda charter: charter.version)
    for charter, after in zip_longest(ordered, ordered[1:]):
        until = after.charter.effective_from if after else None
        for complaint in profiles.check(plain(charter), until):
            yield charter.placed(complaint)


def _without_copies(charters: Sequence[Charter]) -> list[Charter]:
    """Leave out files whose bytes are those of another: the newest version may also lie among the older ones."""
    return list({charter.sha256: charter for charter in reversed(charters)}.values())[::-1]
