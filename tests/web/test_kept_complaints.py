"""What was wrong with a file or a cycle is kept in the database until a page says it."""

import json

from tenfold.report.words import say
from tenfold.terms.errors import Complaint
from tenfold.terms.listed import Listed
from tenfold.web.store.complaints import complaints_of, kept


def test_a_list_is_still_one_when_it_comes_back() -> None:
    wrong = Complaint("reading.answer", params={"seen": "x", "expected": Listed(["a", "b, c"]), "question": "q"})
    (read,) = complaints_of(json.loads(json.dumps(kept([wrong]))))
    assert say("zh-Hans", read.id, read.params) == say("zh-Hans", wrong.id, wrong.params)
    assert "a、b, c" in say("zh-Hans", read.id, read.params)
