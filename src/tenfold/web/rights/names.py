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


def phrases(
    community: Community,
    rules: Any,
    language: str,
    said: Iterable[Mapping[str, Any]] = (),
    parties: Iterable[str] = (),
) -> Phrases:
    """Return how a page speaks by a charter.

    said      decisions, values or rows as they were kept, in which any text may be the key of something
    parties   keys of parties alone
    """
    keys = {key for one in said for key in _keys(one)}
    made, named = _things(community, keys)
    called = _parties(community, {*keys, *named, *parties}) | _pools(community, keys) | _texts(made)
    return Phrases(rules, language, called, made)


def in_one_language(speech: Phrases, text: str) -> str:
    """Return the half of a text written in both languages that a reader of this one wants; any other as it is."""
    both = in_both(text)
    return text if both is None else both[0 if speech.zh else 1]


def rules_of(community: Community) -> Any:
    """Return the charter that is in force."""
    return rulebook_of(community).judging(clock_of(community))


def community_named(community: Community, language: str) -> str:
    """Return what a community is called: its project, else its own name."""
    rules = rules_of(community)
    project = rules.community.project
    if not project:
        return community.name
    return phrases(community, rules, language, parties=[project]).named(project)


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


def _parties(community: Community, keys: Collection[str]) -> Called:
    """Return party → its name in either script."""
    called: Called = {}
    for row in current(community, "parties", ("name", "name_other"), party=keys):
        name = row["name"] or row["party"]
        called[row["party"]] = (name, row["name_other"] or name)
    return called


def _pools(community: Community, keys: Collection[str]) -> Called:
    """Return pool → its period in words, in either language."""
    rows = current(community, "pools", ("period_start", "period_end"), pool=keys)
    return {row["pool"]: (pool_name("zh-Hans", row), pool_name("en", row)) for row in rows}


def _texts(made: Made) -> Called:
    """Return the texts of names that are written in both languages → their two parts."""
    texts = {part for parts in made.values() for part in parts}
    return {text: both for text in texts if (both := in_both(text))}


def _things(community: Community, keys: Collection[str]) -> tuple[Made, set[str]]:
    """Return deal, promise, round, proposal and grant of units → what names them, and the parties among that."""
    deals = current(community, "opportunities", ("round", "party"), opportunity=keys)
    rounds = current(community, "rounds", ("stage",), round={*keys, *(deal["round"] for deal in deals)})
    alone = len({row["round"] for row in rounds}) == len({row["stage"] for row in rounds})
    made: Made = {row["round"]: (row["stage"],) if alone else (row["stage"], row["round"]) for row in rounds}
    made |= {deal["opportunity"]: (deal["party"], *made.get(deal["round"], (deal["round"],))) for deal in deals}
    promises = current(community, "commitments", ("party", "what"), commitment=keys)
    made |= {one["commitment"]: (one["party"], one["what"] or one["commitment"]) for one in promises}
    made |= {row["proposal"]: (row["subject"],) for row in current(community, "proposals", ("subject",), proposal=keys)}
    grants = current(community, "vesting_grants", ("party", "start"), fact=keys)
    made |= {one["fact"]: (one["party"], one["start"].isoformat()) for one in grants}
    return made, {row["party"] for row in (*deals, *promises, *grants)}
