"""Where mail goes while no mail server is named: into the database, for whoever sits at the machine."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from tenfold.web.store.accounts import Letter

PATH = f"{__name__}.Outbox"  # as the setting names it
KEPT = 50  # letters; older ones are forgotten


class Outbox(BaseEmailBackend):
    """Keeps messages instead of sending them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep messages; return how many."""
        for message in email_messages:
            Letter.objects.create(to=", ".join(message.to), subject=str(message.subject), body=str(message.body))
        kept = Letter.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT]
        Letter.objects.exclude(pk__in=list(kept)).delete()
        return len(email_messages)
