"""People as address cards (vCard 3.0, RFC 2426): what every telephone and mail program takes."""

from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

from tenfold.exchange.lists.held import Held
from tenfold.exchange.lists.tables import Listing

COMPANY = "X-ABSHOWAS"  # by which telephones tell the card of an organisation


def cards_of(listing: Listing, held: Held, language: str) -> bytes:
    """Return a card for each person and each organisation; of several posts of a person, the first."""
    first: dict[str, Mapping[str, str]] = {}
    for row in listing.plain(held):
        first.setdefault(row["party"], row)
    return "".join(map(_card, first.values())).encode()


def _card(row: Mapping[str, str]) -> str:
    import vobject
    from vobject.vcard import Address, Name

    card = vobject.vCard()
    name = row["person"] or row["organisation"]
    card.add("uid").value = str(uuid5(NAMESPACE_URL, f"tenfold:{row['party']}"))
    card.add("fn").value = name
    card.add("n").value = Name(given=row["person"])
    if not row["person"]:
        card.add(COMPANY).value = "COMPANY"
    if row["organisation"]:
        card.add("org").value = [row["organisation"]]
    for property, column in (("title", "title"), ("email", "email"), ("tel", "phone")):
        if row[column]:
            card.add(property).value = row[column]
    if row["region"] or row["country"]:
        card.add("adr").value = Address(city=row["region"], country=row["country"])
    text: str = card.serialize()
    return text
