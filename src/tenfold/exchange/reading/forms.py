"""Columns of a form: which are questions, and which tell who answered, how and from where."""

import re

from tenfold.exchange.reading import lexicon
from tenfold.exchange.reading.table import Table
from tenfold.exchange.reading.values import profile

FORM = (
    "survey_meta", "source", "person", "first_name", "last_name", "alias", "group_name", "phone", "email", "wechat",
    "id_number", "birthday", "address", "number", "record_id", "respondent", "submitted_on",
)  # fmt: skip
SHORT, HALF = 8, 0.5  # letters of a header that asks for no more than a name or a number; share of such cells
_NUMBERED = re.compile(r"^Q?\d{1,3}\s*[、.．:：]\s*", re.IGNORECASE)


def is_no_question(table: Table, name: str) -> bool:
    """Whether a column of a form tells who answered, or how and from where: none of that is kept as an answer."""
    word = lexicon.header_of(_NUMBERED.sub("", name)).word
    meanings = lexicon.meanings(word)
    if any(one.role in FORM for one in meanings if one.sure == lexicon.WHOLE or len(word) <= SHORT):
        return True
    looked = profile(table.rows[name])
    return max(looked.of("email"), looked.of("phone")) >= HALF
