"""Text in the narrow columns of a terminal: lines end where people who read either language end them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.text import Text

HAN = r"\u3005-\u3007\u3400-\u9fff\uf900-\ufaff"
OPENS = "（“‘「『《〈【"
CLOSES = "，。、；：！？…）”’」』》〉】"
# What stays together: a Chinese character or a word, the number that counts it, the marks that hold on to either. A
# space at which no line ends is a character of its word.
PIECE = re.compile(rf"[{OPENS}]*(?:(?:\d[\d.,]* )?[{HAN}]|[^ {HAN}{OPENS}{CLOSES}]+)?[{CLOSES}]* *")


@dataclass(frozen=True, slots=True)
class Folded:
    """A cell of a table, folded to the width that it is given."""

    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Yield its lines."""
        yield from (Text(line) for line in folded(self.text, options.max_width))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return how narrow and how wide it may be."""
        least = max((cell_len(piece.rstrip(" ")) for piece in _pieces(self.text)), default=0)
        most = max((cell_len(line) for line in self.text.split("\n")), default=0)
        return Measurement(least, max(least, most)).with_maximum(options.max_width)


def folded(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width` columns; only what is wider than a line is broken within itself."""
    return [line for own in text.split("\n") for line in _filled(own, max(1, width))]


def _pieces(text: str) -> list[str]:
    return [piece for own in text.split("\n") for piece in PIECE.findall(own) if piece]


def _filled(text: str, width: int) -> list[str]:
    lines = [""]
    for piece in _pieces(text):
        if cell_len(lines[-1] + piece.rstrip(" ")) <= width:
            lines[-1] += piece
        else:
            lines += chop_cells(piece.rstrip(" "), width)
            lines[-1] += " " * (len(piece) - len(piece.rstrip(" ")))
    whole = [line.rstrip(" ") for line in lines]
    return whole if whole[0] or len(whole) == 1 else whole[1:]
