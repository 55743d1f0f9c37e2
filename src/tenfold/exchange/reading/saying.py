"""The sentences of a reading as people read them: the charter's ids and the codes of facts by their words."""

import re
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from tenfold.report.phrases import Phrases
from tenfold.report.words import say
from tenfold.terms.listed import Listed
from tenfold.terms.reason import Reason

CODE = re.compile(r"[a-z][a-z0-9_]*")
CHANGED = re.compile(r"^[a-z][a-z0-9_]*(?= → )|(?<= → )[a-z][a-z0-9_]*$")  # what something was and is: signed → wired
MEANT = re.compile(r"(?<= → )[a-z][a-z0-9_]*(?= · |$)")  # what a cell is taken for: 已打款 → wired
# Parameters that hold codes of what they are called.
CODED = frozenset({"class", "stage", "state", "channel", "purpose"})
# Codes of columns whose words are those of another one.
WORDS_OF: Mapping[str, str] = MappingProxyType({"agreement": "state", "attendance": "state"})
OF_A_DEAL = "reading.sample.opportunities."  # a change of a deal is one of its stage, any other one of a state


def said(speech: Phrases, reason: Reason) -> str:
    """Return a sentence of a reading in the words of a charter and a language."""
    worded = {name: _each_worded(speech, reason, name, value) for name, value in reason.params.items()}
    return say(speech.language, reason.id, worded)


def _each_worded(speech: Phrases, reason: Reason, name: str, value: str) -> str:
    if isinstance(value, Listed):
        return Listed(_worded(speech, reason, name, part) for part in value.parts)
    return _worded(speech, reason, name, str(value))


def _worded(speech: Phrases, reason: Reason, name: str, text: str) -> str:
    """Return a parameter with a word for each code that stands in it."""
    match name:
        case "code":
            return _word(speech, reason.id.rpartition(".")[2], text)
        case "pairs":
            return MEANT.sub(partial(_found, speech, reason.params.get("of", "")), text)
        case "was":
            return CHANGED.sub(partial(_found, speech, "stage" if reason.id.startswith(OF_A_DEAL) else "state"), text)
        case _ if name in CODED:
            return CODE.sub(partial(_found, speech, name), text)
        case _:
            return text


def _found(speech: Phrases, kind: str, code: re.Match[str]) -> str:
    return _word(speech, kind, code[0])


def _word(speech: Phrases, kind: str, code: str) -> str:
    return speech.word(WORDS_OF.get(kind, kind), code)
