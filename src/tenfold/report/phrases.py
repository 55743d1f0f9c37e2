"""Speaking of results that were kept, without the board that they were computed on."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from markupsafe import Markup

from tenfold.report.speech import Speech
from tenfold.report.words import catalogue
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules


class Phrases(Speech):
    """One language over a charter, and over the names that its readers may see.

    called   party → its name in both scripts, as `report.names.names` gives it
    made     deal, promise, round → what its name is made of
    """

    def __init__(
        self,
        rules: Rules,
        language: str,
        called: Mapping[str, tuple[str, str]],
        made: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.language = language
        self.words = catalogue(language)
        self.zh = language.startswith("zh")
        self._known = {}
        self._rules, self._called_as, self._made = rules, called, made

    @property
    def rules(self) -> Rules:
        """The charter in force."""
        return self._rules

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Party → its name, in the other script for readers of the other language."""
        place = 0 if self.zh else 1
        return {party: both[place] for party, both in self._called_as.items()}

    @property
    def things(self) -> Mapping[str, tuple[str, ...]]:
        """Deal, promise, round → what its name is made of."""
        return self._made

    def message(self, kept: Mapping[str, Any]) -> Markup:
        """Return a message as it was kept (`id`, `params`), in words."""
        return self.sentence(Reason(kept["id"], kept["params"]))

    def listed(self, words: Iterable[str]) -> str:
        """Return words as a list within a sentence."""
        return ("、" if self.zh else ", ").join(words)
