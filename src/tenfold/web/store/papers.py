"""The content of papers that were uploaded: private, in the database, so that it is backed up and restored with it.

A content belongs to the one fact that it came with. A fact that names the same hash, or the same paper, opens nothing.
"""

import hashlib
from collections.abc import Collection

from django.db import models

from tenfold.web.store.bound import Bound
from tenfold.web.store.communities import Community


class PaperContent(models.Model):
    """What a document holds, byte for byte; erased with the person whom alone it is about.

    fact     the row of `documents` that it came with
    ending   what kind of file it is, as `exchange.papers` knows it
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    fact = models.CharField(max_length=64)
    ending = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    content = models.BinaryField()

    rows = Bound["PaperContent"]()

    class Meta:
        db_table = "paper_content"
        constraints = [models.UniqueConstraint(fields=["community", "fact"], name="paper_content_fact")]


def digest(content: bytes) -> str:
    """Return the SHA-256 by which a fact names a content."""
    return hashlib.sha256(content).hexdigest()


def put(community: Community, fact: str, ending: str, content: bytes) -> None:
    """Keep the content of a paper."""
    PaperContent.rows.of(community).create(
        community=community, fact=fact, ending=ending, sha256=digest(content), size=len(content), content=content
    )


def sizes(community: Community, facts: Collection[str]) -> dict[str, int]:
    """Return fact → how many bytes of content are kept with it, of those that have some."""
    kept = PaperContent.rows.of(community).filter(fact__in=facts)
    return dict(kept.values_list("fact", "size"))


def get(community: Community, fact: str) -> tuple[str, bytes] | None:
    """Return the ending and the content of a paper; None where none is kept, or it is not what was uploaded."""
    kept = PaperContent.rows.of(community).filter(fact=fact).first()
    if kept is None:
        return None
    content = bytes(kept.content)
    return (kept.ending, content) if digest(content) == kept.sha256 else None


def forget(community: Community, facts: Collection[str]) -> None:
    """Erase the content of papers."""
    PaperContent.rows.of(community).filter(fact__in=facts).delete()
