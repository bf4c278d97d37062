"""Set when a rep works (F5)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from config.live import announce
from routing.actions.availability.calendars import request_fetch
from routing.actions.availability.holidays import sync_holidays
from routing.models import CalendarFeed, Rep
from routing.signals import rep_available


@transaction.atomic
def set_hours(rep: Rep, *, own_hours: Mapping[str, list], time_zone: str, by, at: datetime) -> bool:
    """The own week and time zone, in which public holidays are days too; empty means as the team. Whoever is at work by
    it is served at once (F6). Returns whether anything changed."""
    rep = Rep.objects.select_for_update().get(pk=rep.pk)
    if (rep.own_hours, rep.time_zone) == (own_hours, time_zone):
        return False
    rep.own_hours, rep.time_zone = own_hours, time_zone
    rep._history_user = by
    rep.save(update_fields=["own_hours", "time_zone"])
    sync_holidays([rep.pk], at=at)
    for feed in CalendarFeed.objects.filter(rep=rep).select_related("rep").order_by("pk"):
        request_fetch(feed, at=at)  # its days begin elsewhere now
    announce(f"holder-{rep.user_id}", "people")
    rep_available.send(Rep, rep=rep, at=at)
    return True
