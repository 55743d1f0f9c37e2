"""Files that are too large for a page: one after the other, each in a process of its own that says how far it is."""

import logging
import subprocess
from datetime import UTC, datetime
from functools import partial
from threading import Event

from tenfold.terms.errors import Complaint, Refused
from tenfold.web.jobs.engine import BROKEN
from tenfold.web.jobs.processes import started
from tenfold.web.jobs.renewing import renewed
from tenfold.web.rights.importing import DIED
from tenfold.web.rights.viewers import NotHere, viewer
from tenfold.web.services.importing import Errand, run
from tenfold.web.store import uploads
from tenfold.web.store.accounts import Account
from tenfold.web.store.communities import Community
from tenfold.web.store.complaints import kept
from tenfold.web.store.requests import Asked, asking
from tenfold.web.store.work import WAITING, Question, claim, renew, sheets, silent, tell

LOG = logging.getLogger(__name__)
GONE = Complaint("importing.gone")


def read_sheet(question: Question) -> None:
    """Do what is asked about a file, for whoever asks and with their rights; write down what came of it."""
    try:
        asked = None if question.request is None else Asked(**question.request)
        with asking(asked), renewed(partial(renew, question), Event()):
            question.answer = _answer(question)
    except Refused as refused:
        question.error = kept(refused.complaints)
    except NotHere:  # shut out meanwhile
        question.error = kept([GONE])
    except Exception:
        LOG.exception("a file of community %s was not read", question.community_id)
        question.error = kept([BROKEN])
    _answered(question)


def _answer(question: Question) -> dict[str, object]:
    asked = question.params
    account = Account.objects.get(pk=asked["account"])
    seen = viewer(account, question.community.name, asked["language"])
    path = uploads.find(question.community, account, asked["upload"])
    if path is None:
        raise Refused([GONE])
    return run(seen, path, Errand(**asked["errand"]), partial(tell, question))


def _died(question: Question) -> None:
    question.error = kept([Complaint(DIED)])
    _answered(question)


def _answered(question: Question) -> None:
    question.answered_at = datetime.now(UTC)
    question.save(update_fields=["answer", "error", "answered_at"])


class Reader:
    """Reads what waits, one file at a time: a large one may fill the memory that there is."""

    def __init__(self) -> None:
        self._at: tuple[Question, subprocess.Popen[bytes]] | None = None

    def look(self) -> None:
        """Begin with the oldest file that waits, unless one is being read."""
        if self._lives():
            return
        for community in Community.objects.order_by("pk"):
            for unheard in silent(community):  # whoever began it is dead, too
                LOG.warning("nothing was heard any more of a file of community %s", community.pk)
                _died(unheard)
            question = sheets(community).filter(step=WAITING, answered_at=None).first()
            if question is not None and claim(question):
                self._at = question, started("tenfold.web.jobs", community.name, str(question.pk))
                return

    def _lives(self) -> bool:
        """Whether a file is being read; one whose process died without a word says so."""
        if self._at is None:
            return False
        question, process = self._at
        if process.poll() is None:
            return True
        self._at = None
        if sheets(question.community).filter(pk=question.pk, answered_at=None).exists():
            LOG.warning(
                "the reading of a file of community %s ended with %s", question.community_id, process.returncode
            )
            _died(question)
        return False

    def stop(self) -> None:
        """End the reading; the file waits for whoever comes next."""
        if self._at is None:
            return
        question, process = self._at
        process.terminate()
        process.wait()
        sheets(question.community).filter(pk=question.pk, answered_at=None).update(step=WAITING)
