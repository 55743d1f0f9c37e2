"""One community of an installation as a folder that others check without it: charter, facts, journal, signed heads."""

from collections import deque
from pathlib import Path
from tempfile import TemporaryDirectory

from tenfold.journal.check import FILE, entries
from tenfold.journal.entry import Entry
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.web.site.users import community_named
from tenfold.web.store.folders import write_folder

PRIVATE = 0o700  # it holds names and amounts


def archive(name: str, folder: Path) -> Entry:
    """Write a community as a folder, while people go on working; return the newest entry of its journal.

    Raises
    ------
    Refused   there is no such community; there is something of the folder's name already
    """
    community = community_named(name)
    if folder.exists():
        raise Refused([Complaint("archive.exists", Place(str(folder)))])
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".tenfold-", dir=folder.parent) as place:
        whole = Path(place) / folder.name
        whole.mkdir(PRIVATE)
        write_folder(community, whole)
        newest = _newest(whole)
        whole.rename(folder)  # only now is there a folder of that name: whole, or not at all
    return newest


def _newest(folder: Path) -> Entry:
    """Read a journal as its reader will: one that does not hold is not handed out. Return its newest entry."""
    with (folder / FILE).open("rb") as journal:
        return deque(entries(journal), maxlen=1).pop()
