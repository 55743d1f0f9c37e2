"""Speaking of results that were kept, without the board that they were computed on."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from tenfold.report.speech import NO_CURE, Speech
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

    @property
    def both(self) -> Mapping[str, tuple[str, str]]:
        """Party → its name for readers of Chinese, and for everybody else."""
        return self._called_as

    @property
    def things(self) -> Mapping[str, tuple[str, ...]]:
        """Deal, promise, round → what its name is made of."""
        return self._made

    def turned(self, cure: Mapping[str, Any] | None) -> Markup | None:
        """Return what would turn a decision good, as it was kept; nothing where no such change was computed."""
        told = None if cure is None else cure["message"]
        return None if told is None or told["id"] == NO_CURE else self.message(told)

    def message(self, kept: Mapping[str, Any]) -> Markup:
        """Return a message as it was kept (`id`, `params`), in words."""
        return self.sentence(Reason(kept["id"], kept["params"]))
