"""Who is whom, as questions: a name in the file beside one that is known, and what makes them likely one."""

from collections.abc import Iterator, Mapping, Sequence

from tenfold.exchange.reading.model import Option, Question, Seen, Side, told
from tenfold.facts.maps.who import NEW, Likely, Mention, People
from tenfold.terms.listed import BETWEEN, Listed

ASKED_AT_MOST = 60  # pairs that are asked about one by one; further ones are taken as two


def questions_of(likely: Sequence[Likely], names: Mapping[str, str], same: Mapping[str, str]) -> Iterator[Question]:
    """Yield a question for each mention that may be somebody known, or somebody else in the file."""
    by_mention: dict[str, list[Likely]] = {}
    for pair in likely:
        if pair.mention.digest not in same:
            by_mention.setdefault(pair.mention.digest, []).append(pair)
    for digest, pairs in list(by_mention.items())[:ASKED_AT_MOST]:
        yield _question(digest, pairs, names)


def _question(digest: str, pairs: Sequence[Likely], names: Mapping[str, str]) -> Question:
    mention = pairs[0].mention
    others: dict[str, Likely] = {}  # somebody whom several columns name is one answer
    for pair in pairs:
        others.setdefault(pair.other.digest or pair.other.party, pair)
    listed = [Option(one, told("reading.same.one", name=_called(pair, names))) for one, pair in others.items()]
    proposed = next((pair.other.digest or pair.other.party for pair in pairs if pair.proposed), None)
    several = any(pair.why == "several" for pair in pairs)
    return Question(
        f"same.{digest}",
        told(
            "reading.ask.same",
            name=mention.name,
            row=mention.row,
            others=Listed(_called(pair, names) for pair in others.values()),
        ),
        (*listed, Option(NEW, told("reading.same.new", name=mention.name))),
        None if several else proposed or NEW,
        told(f"reading.same.why_{pairs[0].why}"),
        None,
        (Seen(mention.row, mention.name),),
        sides=tuple(_side(one, names) for one in (mention, *(pair.other for pair in others.values()))),
    )


def _side(one: Mention, names: Mapping[str, str]) -> Side:
    """Return what is known of somebody: from the file, where a row of it names them, else from the community."""
    told_of = {
        "name": one.name,
        "organisation": names.get(one.organisation, ""),
        "email": one.email,
        "phone": one.phone,
        "registration": one.registration,
    }
    return Side(one.row or None, {name: text for name, text in told_of.items() if text})


def _called(pair: Likely, names: Mapping[str, str]) -> str:
    """Return how the other is told: by name, and by what else is known."""
    other = pair.other
    organisation = names.get(other.organisation, "")
    return BETWEEN.join(part for part in (other.name, organisation, other.phone, other.email) if part)


def answered(same: Mapping[str, str], people: People) -> dict[str, str]:
    """Return the answers with the parties that they turned out to mean, for they outlive the file."""
    return {digest: people.chosen.get(answer, answer) for digest, answer in same.items()}
