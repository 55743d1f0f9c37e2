"""What the command line prints: results for people or as JSON, complaints, and progress on long work."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tenfold.cli.folding import Folded
from tenfold.report.words import complaint, say
from tenfold.terms.errors import Complaint
from tenfold.terms.visible import escaped, visible

if TYPE_CHECKING:
    from tenfold.report.called import Called


@dataclass
class Output:
    """Prints in one language, for people or (`as_json`) for programs."""

    language: str
    as_json: bool = False
    console: Console = field(default_factory=lambda: Console(highlight=False, emoji=False, soft_wrap=True))
    errors: Console = field(default_factory=lambda: Console(stderr=True, highlight=False, emoji=False, soft_wrap=True))

    def say(self, message: str, **params: object) -> str:
        """Return a message in words."""
        return visible(say(self.language, message, params))

    def line(self, message: str, **params: object) -> None:
        """Print one message (people only)."""
        if not self.as_json:
            self.console.print(self.say(message, **params), markup=False)

    def hint(self, message: str, **params: object) -> None:
        """Print where one may look further, less loudly (people only)."""
        if not self.as_json:
            self.console.print(self.say(message, **params), style="dim", markup=False)

    def text(self, text: str) -> None:
        """Print text as it is (people only)."""
        if not self.as_json:
            self.console.print(visible(text), markup=False)

    def result(self, content: Any) -> None:
        """Print a result as JSON (programs only)."""
        if self.as_json:
            text = json.dumps(content, sort_keys=True, ensure_ascii=False, indent=2, default=str)
            sys.stdout.write(escaped(text) + "\n")

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], **params: object) -> None:
        """Print a table whose title and column names are message ids (people only)."""
        if self.as_json:
            return
        table = Table(title=Text(self.say(title, **params)), title_justify="left", box=SIMPLE_HEAD, show_edge=False)
        for column in columns:
            table.add_column(Folded(self.say(column)))
        for row in rows:
            table.add_row(*(Folded(visible(cell)) for cell in row))  # text, never markup: names come from anywhere
        self.console.print(table)

    def complaints(self, found: Iterable[Complaint], called: "Called | None" = None) -> None:
        """Print complaints, a line each: to programs as JSON on standard output, to people on standard error.

        called   what to call what they name, in sentences; without it by its id
        """
        listed = list(found)
        said = [called.complaint(one) if called else one for one in listed]
        texts = [complaint(self.language, one) for one in said]
        self.result({"complaints": [self._complaint(*both) for both in zip(listed, texts, strict=True)]})
        if not self.as_json:
            self.notes(said)

    def notes(self, found: Iterable[Complaint]) -> None:
        """Say on standard error, also beside a result for programs, what was found besides what was asked."""
        for one in found:
            self.errors.print(visible(complaint(self.language, one)), markup=False)

    def _complaint(self, one: Complaint, text: str) -> Mapping[str, Any]:
        place = {name: getattr(one.place, name) for name in one.place.__slots__}
        return {"id": one.id, "place": place, "params": dict(one.params), "warning": one.warning, "text": text}

    @contextmanager
    def working(self, message: str) -> Iterator[Callable[[str, int, int], None]]:
        """Show on a terminal what is being done while it lasts, and how far it is to whoever tells the watcher given.

        Elsewhere, and for programs, nothing is printed.
        """
        if self.as_json or not self.errors.is_terminal:
            yield lambda what, done, total: None
            return
        said = self.say(message)
        with self.errors.status(said) as status:
            yield lambda what, done, total: status.update(f"{said} {done}/{total}")
