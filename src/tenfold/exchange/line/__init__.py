"""One line in, many facts out: what somebody types after a talk becomes who, when, how, what was promised and asked.

The grammar is deterministic, in 中文 and English, and works as one types: what it does not understand it leaves alone,
and who could be two people is a question. Nothing is stored here; the text itself is never kept.
"""

from tenfold.exchange.line.grammar import names_in, read_line
from tenfold.exchange.line.line import Known, Line, Person, Promise

__all__ = ["Known", "Line", "Person", "Promise", "names_in", "read_line"]
