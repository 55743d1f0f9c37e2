"""Whom a few letters mean: a name in either script, a surname with its title, pinyin, initials, or a part of these."""

from typing import Any

from django.db.models import QuerySet

from tenfold.exchange.line.people import folded
from tenfold.methods.pinyin import is_chinese
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.listed import Listed
from tenfold.web.rights.policies import Data, Sight
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.communities import Community
from tenfold.web.store.current import standing
from tenfold.web.store.party_keys import typed_as, typed_with

Named = tuple[str, str]  # key and name
SEVERAL = 5  # names that a refusal lists
SHORTEST = 2  # letters of a part: one letter is in most names, one Chinese sign is not


def parties_like(viewer: Viewer, text: str) -> list[str]:
    """Return the parties that a text may mean and that the viewer may see, those that it names whole first."""
    whole, part = _meant(viewer, text)
    return [*whole, *part]


def party_called(viewer: Viewer, text: str) -> str:
    """Return the one party that a typed text means: by its whole name, however typed, else by a part of it.

    Raises
    ------
    Refused   it means nobody whom the viewer may see, or several
    """
    whole, part = _meant(viewer, text)
    found = whole or part
    if not found:
        raise Refused([Complaint("acts.called_nobody", params={"seen": text})])
    if len(found) > 1:
        raise Refused([Complaint("acts.called_several", params={"seen": text, "parties": Listed(found[:SEVERAL])})])
    return found[0]


def called(viewer: Viewer, text: str, proposed: Named | None) -> str:
    """Return the party that a field means: whoever it proposed, where it is left empty or as it was.

    Raises
    ------
    Refused   it means nobody whom the viewer may see, or several
    """
    typed = text.strip()
    if proposed is not None and typed in ("", proposed[1]):
        return proposed[0]
    return party_called(viewer, typed)


def project_of(viewer: Viewer) -> Named | None:
    """Return the project's party and its name, where the community has one."""
    project = viewer.rules.community.project
    if not project:
        return None
    return project, viewer.phrases(parties=[project]).named(project)


def _meant(viewer: Viewer, text: str) -> tuple[list[str], list[str]]:
    """Return the parties that a text names whole, and those of whom it is a part, as far as the viewer may see them."""
    wanted = folded(text)
    whole, part = _like(viewer.community, wanted) if wanted else ([], [])
    if not (whole or part) or viewer.sees(Data.DIRECTORY) - {Sight.OWN}:
        return whole, part
    own = {row["party"] for row in current_rows(viewer, "parties", party=[*whole, *part])}
    return [party for party in whole if party in own], [party for party in part if party in own]


def long_enough(text: str) -> bool:
    """Whether a text is long enough to be looked for within others."""
    return len(text) >= SHORTEST or is_chinese(text)


def _like(community: Community, wanted: str) -> tuple[list[str], list[str]]:
    whole = list(named_in(community, typed_as(community, [wanted])))
    part = named_in(community, typed_with(community, wanted)) if long_enough(wanted) else ()
    return whole, [party for party in part if party not in set(whole)]


def named_in(community: Community, facts: "QuerySet[Any, str]") -> "QuerySet[Any, str]":
    """Return the parties that are called now as some rows of `parties` say."""
    rows = standing(community, "parties").filter(fact__in=facts, merged_into=None)
    return rows.order_by("party").values_list("party", flat=True)
