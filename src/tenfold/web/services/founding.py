"""Making a community out of answers: its charter, its project, whoever makes it and the offices that they hold."""

import re
from datetime import UTC, datetime

from django.db import transaction

from tenfold.charter.answers import PROJECT, Answers, begins_on, charter_of, stage_of
from tenfold.charter.document import Charter
from tenfold.charter.load import NEWEST, read_charter
from tenfold.engine.registry import registry
from tenfold.methods.pinyin import latin
from tenfold.terms.days import local_day
from tenfold.terms.durations import add_months
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.services.invitations import Wanted, begin, invited
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.append import Author, Writer, open_chain, within
from tenfold.web.store.communities import Community
from tenfold.web.store.foundings import Founding

MAKER = "p000001"
# Which class of members carries the project, and which offices one person can hold: never compliance beside operation.
CARRIES = {"venture": "founder", "infrastructure": "sponsor", "open-community": "core", "blank": "member"}
OFFICES = ("operator", "finance", "council")
TERM = 12  # months of an office of which the charter says nothing
LONGEST = 40  # characters of a community's address
PLAIN = "community"


def first_account(email: str, password: str, language: str) -> Account:
    """Make the first account of an installation, as if the machine had invited it."""
    _, token = invited(Wanted(email, language))
    return begin(token, password)


def found(account: Account, answers: Answers) -> Community:
    """Make the community: all of it or nothing; the answers are then no longer kept.

    Raises
    ------
    Refused   the answers make no charter, or it was made already
    """
    if not answers.project or not answers.person:
        raise Refused([Complaint("founding.unnamed")])
    with transaction.atomic(durable=True):
        begun = Founding.objects.select_for_update().filter(account=account).first()
        if begun is None:
            raise Refused([Complaint("founding.done")])
        charter, content = first_charter(answers)
        community = Community.objects.create(name=address_of(answers.project))
        open_chain(community)
        with within(community, Author(MAKER)) as writer:
            writer.charter(charter.version, content)
        with within(community, Author(MAKER)) as writer:  # facts are checked against the charter, which stands by now
            _facts(writer, answers, charter)
        Seat.objects.create(account=account, community=community, party=MAKER)
        begun.delete()
    return community


def first_charter(answers: Answers) -> tuple[Charter, bytes]:
    """Return the charter that answers make today, with its text. Raises Refused."""
    content = charter_of(answers, begins_on(answers, datetime.now(UTC)))
    return read_charter(content, NEWEST, {spec.id: spec for spec in registry().measures}), content


def address_of(project: str) -> str:
    """Return a free address for a community, made of its project's name."""
    plain = re.sub(r"[^a-z0-9]+", "-", latin(project).lower()).strip("-")[:LONGEST].strip("-") or PLAIN
    taken = set(Community.objects.filter(name__startswith=plain).values_list("name", flat=True))
    number = 1
    while (name := plain if number == 1 else f"{plain}-{number}") in taken:
        number += 1
    return name


def _facts(writer: Writer, answers: Answers, charter: Charter) -> None:
    """Add what is known from the start: the project, its maker with class and offices, the round that is open."""
    writer.add("parties", party=PROJECT, type="organisation", name=answers.project)
    writer.add("parties", party=MAKER, type="person", name=answers.person)
    writer.add("memberships", **{"class": CARRIES[answers.kind]}, party=MAKER, state="active")
    terms = {role.id: None if role.term is None else role.term.months for role in charter.community.roles}
    today = local_day(writer.now, charter.charter.timezone)
    for office in OFFICES:
        writer.add("role_terms", party=MAKER, role=office, until=add_months(today, terms[office] or TERM))
    _round(writer, stage_of(answers), charter)


def _round(writer: Writer, stage: str, charter: Charter) -> None:
    raised = charter.goals.stages[stage].raise_
    if raised is None:
        return
    minimum = raised.minimum_close
    writer.add(
        "rounds",
        round=stage,
        stage=stage,
        instrument=raised.instrument,
        state="open",
        target_minor=raised.target.minor(charter.currencies),
        minimum_close_minor=None if minimum is None else minimum.minor(charter.currencies),
        currency=raised.target.currency,
        close_by=raised.close_by,
    )
