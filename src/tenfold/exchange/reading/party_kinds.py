"""Whether the names of a column are of people or of organisations: its header says so, its cells do, or it is asked."""

from collections.abc import Sequence

from tenfold.exchange.reading.columns import EITHER, Candidate
from tenfold.exchange.reading.model import Asking, Option, Question, Seen, told
from tenfold.exchange.reading.values import is_organisation, is_person
from tenfold.terms.listed import Listed

PERSON, ORGANISATION = "person", "organisation"
EACH, REST = "each", "*"  # an answer: by each name; any name that is not listed
SHOWN = 3  # names that the question shows

Kinds = str | dict[str, str]  # one for all, or cell → kind


def kind_of(asking: Asking, slot: str, column: Candidate, cells: Sequence[Seen], beside_people: bool) -> Kinds:
    """Return what the names of a column are: one kind for all, or the kind of each cell.

    Parameters
    ----------
    slot
        What the column fills; `person` and `organisation` say it already, unless its header says either.
    beside_people
        Whether another column names people: then this one rather names where they belong.
    """
    named = _by_header(slot, column)
    if named is not None:
        return named
    people = [cell for cell in cells if is_person(cell.text)]
    firms = [cell for cell in cells if is_organisation(cell.text)]
    alone = _of_one_sort(slot, column, len(people), len(firms), len(cells))
    if alone is not None:
        return alone
    if len(people) + len(firms) == len(cells) and firms:
        return _each(slot, people, firms)
    most_people = not beside_people and len(people) * 2 >= len(cells)
    proposed = PERSON if most_people else ORGANISATION
    proposed = EACH if slot == PERSON or (most_people and firms) else proposed
    answer = asking.ask(_question(column.name, proposed, (people or firms)[:SHOWN])) or proposed
    return _each(slot, people, firms) if answer == EACH else answer


def _of_one_sort(slot: str, column: Candidate, people: int, firms: int, cells: int) -> str | None:
    """Return what all names are; None where some look like people and some like firms."""
    if firms == cells:
        return ORGANISATION
    if slot == PERSON:
        return None if firms else PERSON
    says_either = firms and column.by_header.issuperset(EITHER)
    return None if people or says_either else ORGANISATION


def _by_header(slot: str, column: Candidate) -> str | None:
    """Return what the slot or the header says; nothing where the header may mean either."""
    if column.by_header.issuperset(EITHER):
        return None
    if slot in EITHER:
        return slot
    return next((kind for kind in (ORGANISATION, PERSON) if kind in column.by_header), None)


def _each(slot: str, people: Sequence[Seen], firms: Sequence[Seen]) -> dict[str, str]:
    """Return the kind of each name; of a name that looks like neither, what the column holds otherwise."""
    if slot == PERSON:
        return {**{cell.text: ORGANISATION for cell in firms}, REST: PERSON}
    return {**{cell.text: PERSON for cell in people}, REST: ORGANISATION}


def _question(column: str, proposed: str, shown: Sequence[Seen]) -> Question:
    return Question(
        f"party.{column}",
        told("reading.ask.party", column=column, cells=Listed(cell.text for cell in shown)),
        tuple(Option(kind, told(f"reading.party.{kind}")) for kind in (ORGANISATION, PERSON, EACH)),
        proposed,
        told(f"reading.party.why_{proposed}"),
        column,
        tuple(shown),
    )
