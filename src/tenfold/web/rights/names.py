"""What parties and things are called, as far as one page needs it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from tenfold.report.names import in_both, pool_name
from tenfold.report.phrases import Phrases
from tenfold.report.speech import LIST, PARTS
from tenfold.terms.days import local_day
from tenfold.web.store.append import clock_of
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current

Called = dict[str, tuple[str, str]]
Made = dict[str, tuple[str, ...]]


def phrases(community: Community, language: str, said: Iterable[Mapping[str, Any]]) -> Phrases:
    """Return how a page speaks of results; `said` are decisions or values as they were kept."""
    keys = {key for one in said for key in _keys(one)}
    made, parties = _things(community, keys)
    return Phrases(rules_of(community), language, _called(community, keys | parties, made), made)


def in_one_language(speech: Phrases, text: str) -> str:
    """Return the half of a text written in both languages that a reader of this one wants; any other as it is."""
    both = in_both(text)
    return text if both is None else both[0 if speech.zh else 1]


def rules_of(community: Community) -> Any:
    """Return the charter that is in force."""
    return rulebook_of(community).judging(clock_of(community))


def community_named(community: Community, language: str) -> str:
    """Return what a community is called: its project, else its own name."""
    project = rules_of(community).community.project
    if not project:
        return community.name
    return phrases(community, language, [{"project": project}]).named(project)


def today_of(community: Community) -> date:
    """Return the local day in a community, by its own clock or the machine's."""
    return local_day(clock_of(community), rulebook_of(community).newest.charter.timezone)


def _keys(value: Any) -> Iterator[str]:
    """Yield every text within a value that may be a key."""
    match value:
        case str():
            for part in LIST.split(value):
                yield part
                yield from PARTS.split(part)
        case Mapping():
            for one in value.values():
                yield from _keys(one)
        case list() | tuple():
            for one in value:
                yield from _keys(one)


def _called(community: Community, keys: Collection[str], made: Made) -> Called:
    """Return party → its name in either script, and texts written in both → their two parts."""
    names: Called = {}
    for row in current(community, "parties", party=keys):
        name = row["name"] or row["party"]
        names[row["party"]] = (name, row["name_other"] or name)
    for row in current(community, "pools", pool=keys):
        names[row["pool"]] = (pool_name("zh-Hans", row), pool_name("en", row))
    texts = {part for parts in made.values() for part in parts}
    for text in texts:
        if both := in_both(text):
            names[text] = both
    return names


def _things(community: Community, keys: Collection[str]) -> tuple[Made, set[str]]:
    """Return deal, promise, round, proposal and grant of units → what names them, and the parties among that."""
    deals = current(community, "opportunities", opportunity=keys)
    rounds = current(community, "rounds", round={*keys, *(deal["round"] for deal in deals)})
    alone = len({row["round"] for row in rounds}) == len({row["stage"] for row in rounds})
    made: Made = {row["round"]: (row["stage"],) if alone else (row["stage"], row["round"]) for row in rounds}
    made |= {deal["opportunity"]: (deal["party"], *made.get(deal["round"], (deal["round"],))) for deal in deals}
    promises = current(community, "commitments", commitment=keys)
    made |= {one["commitment"]: (one["party"], one["what"] or one["commitment"]) for one in promises}
    made |= {one["proposal"]: (one["subject"],) for one in current(community, "proposals", proposal=keys)}
    grants = current(community, "vesting_grants", fact=keys)
    made |= {one["fact"]: (one["party"], one["start"].isoformat()) for one in grants}
    return made, {row["party"] for row in (*deals, *promises, *grants)}
