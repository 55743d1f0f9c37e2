"""A community's own clock, where it has one: the demo moves it on, a day at a time."""

from django.db import transaction

from tenfold.terms.days import days_later, instant_at, local_day, local_time
from tenfold.web.rights.names import rules_of
from tenfold.web.store.communities import Chain, Community


def next_day(community: Community) -> None:
    """Move a community's own clock to the same time of the next local day; one on the machine's clock stays there."""
    with transaction.atomic(durable=True):
        Chain.objects.select_for_update().get(pk=community.pk)  # nobody records while it moves
        now = Community.objects.get(pk=community.pk)
        if now.clock is None:
            return
        zone = rules_of(now).charter.timezone
        now.clock = instant_at(days_later(local_day(now.clock, zone), 1), local_time(now.clock, zone).time(), zone)
        now.save(update_fields=["clock"])
