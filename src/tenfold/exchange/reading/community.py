"""What a reading must know of a community: its charter's words, its facts, and from when it looks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.charter.document import Charter
from tenfold.exchange.reading import lexicon
from tenfold.facts.context import Context
from tenfold.facts.maps.match import living, newest
from tenfold.facts.store import FactStore
from tenfold.methods.names import normal_name
from tenfold.methods.places import country_of
from tenfold.terms.days import local_day

if TYPE_CHECKING:
    from tenfold.engine.community import Community

OUTCOMES = ("declined", "lapsed")  # what a deal may come to besides the stages of the charter
CLOSED = ("signed", "wired")  # stages from which an investor is a member
USUAL_CHANNELS = ("call", "meeting", "message")  # the first that the charter knows stands where a sheet names none


@dataclass(frozen=True)
class Around:
    """The community that a file is read for."""

    charter: Charter
    context: Context
    store: FactStore
    now: datetime
    language: str

    @classmethod
    def of(cls, community: "Community", now: datetime, language: str) -> "Around":
        """Return what a reading must know of a community at a moment."""
        from tenfold.engine.community import fact_context

        context = fact_context(community.rulebook)
        return cls(community.rulebook.newest, context, community.facts, now, language)

    @cached_property
    def today(self) -> str:
        """The local day of the import."""
        return local_day(self.now, self.context.timezone).isoformat()

    @cached_property
    def country(self) -> str | None:
        """The country of the community's time zone."""
        return country_of(self.context.timezone)

    @property
    def currency(self) -> str:
        """The currency of the charter."""
        return str(self.charter.charter.currency)

    @property
    def project(self) -> str | None:
        """The party that money is paid to."""
        project = self.charter.community.project
        return None if project is None else str(project)

    @cached_property
    def project_names(self) -> frozenset[str]:
        """What the project is called, in normal form."""
        own = living(self.store.tables["parties"]).filter(pl.col("party") == self.project)
        listed = [name for column in ("name", "name_other") for name in own[column].drop_nulls().to_list()]
        return frozenset(map(normal_name, listed))

    @property
    def instrument(self) -> str:
        """What the charter raises money by at the stage that it is at."""
        plan = self.charter.goals.stages.get(str(self.charter.community.current_stage))
        return "equity" if plan is None or plan.raise_ is None else str(plan.raise_.instrument)

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """The stages of a deal, in their order, and what it may come to."""
        return (*(str(stage.id) for stage in self.charter.goals.funnel.stages), *OUTCOMES)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The classes of members."""
        return tuple(str(one.id) for one in self.charter.community.member_classes)

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """The channels of talks."""
        return tuple(map(str, self.charter.interaction.channel_weight))

    @property
    def usual_channel(self) -> str | None:
        """The channel of a talk that names none."""
        known = (channel for channel in USUAL_CHANNELS if channel in self.channels)
        return next(known, next(iter(self.channels), None))

    def stage_of(self, text: str) -> str | None:
        """Return the charter's stage that a word means; None for an unknown word."""
        named = _named(self.charter.goals.funnel.stages)
        return named.get(lexicon.plain(text)) or _first(lexicon.by_word("stages").get(lexicon.plain(text)), self.stages)

    def class_of(self, text: str) -> str | None:
        """Return the charter's class of members that a word means."""
        named = _named(self.charter.community.member_classes)
        known = lexicon.by_word("party_class").get(lexicon.plain(text))
        return named.get(lexicon.plain(text)) or _first(known, self.classes)

    def channel_of(self, text: str) -> str | None:
        """Return the charter's channel that a word means."""
        plain = lexicon.plain(text)
        own = {channel.casefold(): channel for channel in self.channels}
        return own.get(plain) or _first(lexicon.by_word("channels").get(plain), self.channels)

    @cached_property
    def rounds(self) -> pl.DataFrame:
        """The rounds that are open: round, stage."""
        rounds = newest(living(self.store.tables["rounds"]), "round")
        return rounds.filter(pl.col("state") == "open").select("round", "stage")

    @cached_property
    def called_rounds(self) -> Mapping[str, str]:
        """Open round → its stage, and its own key where two are at one stage."""
        stages = dict(self.rounds.iter_rows())
        several = self.rounds.filter(pl.col("stage").is_duplicated())["round"].to_list()
        return {key: f"{stage} · {key}" if key in several else stage for key, stage in stages.items()}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Party → name, by the newest row."""
        return dict(self._parties.select("party", "name").iter_rows())

    @cached_property
    def called(self) -> Mapping[str, str]:
        """Party → what whoever reads is told it is called, by the newest row."""
        return called(self._parties, self.language)

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """Party → type, by the newest row."""
        return dict(self._parties.select("party", "type").iter_rows())

    @cached_property
    def _parties(self) -> pl.DataFrame:
        return living(self.store.tables["parties"]).sort("occurred_at", "recorded_at", "fact")


def called(parties: pl.DataFrame, language: str) -> dict[str, str]:
    """Return party → its name for readers of Chinese, for others the other one where it has one; the last row counts.

    Parameters
    ----------
    parties
        Rows of the table of that name.
    """
    name = "name" if language.startswith("zh") else pl.coalesce("name_other", "name")
    return dict(parties.select("party", name).iter_rows())


def _named(items: Sequence[Any]) -> dict[str, str]:
    return {lexicon.plain(word): str(item.id) for item in items for word in _words(item)}


def _words(item: Any) -> Iterator[str]:
    yield from (str(word) for word in (item.id, item.zh, item.en) if word)


def _first(found: Sequence[str] | None, known: Sequence[str]) -> str | None:
    return next((one for one in found or () if one in known), None)
