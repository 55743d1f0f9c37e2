"""Letters: what the application writes to people, in their language, from the one catalogue."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage

from tenfold.report.words import say

LOG = logging.getLogger(__name__)


def post(to: str, language: str, id: str, **params: object) -> bool:
    """Send a letter; return whether the mail server took it. A server that fails stops nobody's act.

    id   `letter.ID.subject` and `letter.ID.body` of the catalogue
    """
    subject, body = (say(language, f"letter.{id}.{part}", params) for part in ("subject", "body"))
    one_line = " ".join(subject.split())  # a name with a line break adds no header
    try:
        return bool(EmailMessage(one_line, body, to=[to]).send())
    except (OSError, SMTPException) as error:
        LOG.error("a letter was not sent: %s", type(error).__name__)
        return False
