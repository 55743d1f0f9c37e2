"""Every table of the installation, where Django looks for them."""

from tenfold.web.store.accounts import Account, Invitation, Letter, Once, Seat
from tenfold.web.store.communities import Chain, CharterDraft, CharterText, Community, JournalEntry, PersonalCell
from tenfold.web.store.declared import MODELS
from tenfold.web.store.foundings import Founding
from tenfold.web.store.heads import DailyHead
from tenfold.web.store.looks import Look
from tenfold.web.store.papers import PaperContent
from tenfold.web.store.party_keys import PartyKey
from tenfold.web.store.requests import WritingRequest
from tenfold.web.store.results import Comparison, CycleRun, DecisionResult, MeasureResult
from tenfold.web.store.work import Lease, Question

__all__ = [
    "MODELS",
    "Account",
    "Chain",
    "CharterDraft",
    "CharterText",
    "Community",
    "Comparison",
    "CycleRun",
    "DailyHead",
    "DecisionResult",
    "Founding",
    "Invitation",
    "JournalEntry",
    "Lease",
    "Letter",
    "Look",
    "MeasureResult",
    "Once",
    "PaperContent",
    "PartyKey",
    "PersonalCell",
    "Question",
    "Seat",
    "WritingRequest",
]
