"""The charters of a community as the engine reads them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.charter.adoption import as_adopted
from tenfold.charter.document import Rulebook
from tenfold.charter.load import NEWEST, OLDER, read_charter, read_charters
from tenfold.engine.community import VERSIONS, fact_context
from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES
from tenfold.web.store.communities import CharterText, Community
from tenfold.web.store.declared import MODELS

if TYPE_CHECKING:
    from tenfold.terms.measure import Spec

Versions = tuple[tuple[int, str], ...]  # each with the SHA-256 of its text
KEPT = 16  # rulebooks in memory: reading one costs a third of a second


def rulebook_of(community: Community) -> Rulebook:
    """Return a community's charters, each in force from when it was adopted, as the engine has it.

    Each set of versions is read once in a process, and dated once for what is on record of their adoption.
    """
    versions = CharterText.rows.of(community).order_by("version").values_list("version", "sha256")
    adoptions = MODELS[VERSIONS].rows.of(community).order_by("sequence").values_list(*TABLES[VERSIONS].empty().columns)
    return _dated(community.pk, tuple(versions), tuple(_hashable(row) for row in adoptions))


def context_of(community: Community) -> Context:
    """Return what reading facts needs to know of a community's charters."""
    return _context(rulebook_of(community))


def charter_files(community: Community) -> dict[str, bytes]:
    """Return the charters by the names that they have in a folder, the newest first."""
    texts = CharterText.rows.of(community).order_by("-version").values_list("version", "content")
    files: dict[str, bytes] = {}
    for version, content in texts:
        files[f"{OLDER}/charter-v{version}.yaml" if files else NEWEST] = bytes(content)
    return files


def text_of(community: Community, version: int) -> bytes:
    """Return a version of the charter as it is written."""
    return bytes(CharterText.rows.of(community).get(version=version).content)


def rulebook_with(community: Community, tried: bytes, known_measures: "Mapping[str, Spec]") -> Rulebook:
    """Return a community's charters with another text in the place of its version and all after it. Raises Refused."""
    version = read_charter(tried, NEWEST, known_measures).version
    older = CharterText.rows.of(community).filter(version__lt=version).values_list("version", "content")
    files = {NEWEST: tried} | {f"{OLDER}/charter-v{number}.yaml": bytes(content) for number, content in older}
    return read_charters(files, known_measures)


def _hashable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row)


@lru_cache(maxsize=KEPT)
def _dated(community: int, versions: Versions, adoptions: tuple[tuple[Any, ...], ...]) -> Rulebook:
    charters = _rulebook(community, versions)
    if not adoptions:
        return charters
    return as_adopted(charters, pl.DataFrame(adoptions, TABLES[VERSIONS].schema, orient="row"))


@lru_cache(maxsize=KEPT)
def _rulebook(community: int, versions: Versions) -> Rulebook:
    """Read charters that were checked when they were written down: measures are not looked up again."""
    return read_charters(charter_files(Community.objects.get(pk=community)))


@lru_cache(maxsize=KEPT)
def _context(rulebook: Rulebook) -> Context:
    return fact_context(rulebook)
