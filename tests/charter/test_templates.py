"""Templates: complete charters that load, warn of nothing and are the same every time."""

from collections.abc import Mapping
from datetime import date

import pytest

from tenfold.charter.document import TEN, Rulebook
from tenfold.charter.lint import lint
from tenfold.charter.load import read_charter
from tenfold.charter.templates import KINDS, SIZES, render_template
from tenfold.terms.clauses import Named
from tenfold.terms.errors import Refused

from .charter_sample import BEGIN

EVERY = [(kind, size) for kind in KINDS for size in SIZES]


@pytest.mark.parametrize(("kind", "size"), EVERY)
def test_every_template_loads_and_warns_of_nothing(kind, size):
    charter = read_charter(render_template(kind, size, effective_from=BEGIN).encode(), "charter.yaml")
    assert lint(Rulebook([charter]), BEGIN) == []


@pytest.mark.parametrize(("kind", "size"), EVERY)
def test_what_a_template_names_has_its_name_in_both_languages(kind, size):
    charter = read_charter(render_template(kind, size, effective_from=BEGIN).encode(), "charter.yaml")
    named = list(_named([getattr(charter, section) for section in ("community", *TEN)]))
    assert named
    assert [one.id for one in named if not (one.zh and one.en)] == []


def _named(node):
    if isinstance(node, Named):
        yield node
    if isinstance(node, Mapping):
        node = list(node.values())
    elif hasattr(type(node), "model_fields"):
        node = [getattr(node, name) for name in type(node).model_fields]
    for part in node if isinstance(node, list | tuple) else ():
        yield from _named(part)


@pytest.mark.parametrize(("kind", "size"), EVERY)
def test_every_template_is_complete_commented_and_the_same_twice(kind, size):
    text = render_template(kind, size, effective_from=BEGIN)
    assert text == render_template(kind, size, effective_from=BEGIN)
    assert "{{" not in text
    comments = [line for line in text.splitlines() if line.startswith("# ") and "──" in line]
    assert [section for line, section in zip(comments, TEN, strict=True) if f"· {section}" in line] == list(TEN)


def test_sizes_differ_and_a_council_fits_its_community():
    seats = [
        read_charter(render_template("venture", size, effective_from=BEGIN).encode(), "c").community for size in SIZES
    ]
    counts = [next(role.seats for role in community.roles if role.id == "council") for community in seats]
    assert counts == sorted(set(counts))


def test_choices_stand_in_the_charter():
    text = render_template(
        "venture", "small", effective_from=date(2026, 2, 28), id="kiln", title={"en": 'A "hot" kiln: ours'},
        project="kiln-ltd", currency="USD", timezone="Europe/Berlin", jurisdiction=["us-506b"],
        languages=["en"], target=1000,
    )  # fmt: skip
    charter = read_charter(text.encode(), "charter.yaml")
    assert charter.charter.title.en == 'A "hot" kiln: ours'
    assert (charter.charter.id, charter.community.project, charter.charter.calendar) == ("kiln", "kiln-ltd", None)
    raised = charter.goals.stages["seed"].raise_
    assert (str(raised.target), str(raised.minimum_close), raised.close_by) == (
        "1000 USD",
        "750 USD",
        date(2027, 2, 28),
    )


def test_a_choice_that_makes_no_sense_is_refused_by_the_loader_with_its_line():
    text = render_template("blank", "small", effective_from=BEGIN, timezone="Moon/Base")
    with pytest.raises(Refused) as caught:
        read_charter(text.encode(), "charter.yaml")
    assert caught.value.complaints[0].place.line == 11
