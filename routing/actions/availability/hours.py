"""Set the working hours of a rep (F5)."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from config.live import announce
from routing.actions.availability.calendars import read_again
from routing.actions.availability.clocks import sync_clocks
from routing.actions.availability.holidays import sync_holidays
from routing.models import Rep
from routing.signals import rep_available


@transaction.atomic
def set_hours(rep: Rep, *, own_hours: Mapping[str, list], time_zone: str, by: User | None, at: datetime) -> bool:
    """Set the rep's own week and time zone; empty means as the team. Public holidays are days in that time zone. A rep
    who is at work by this gets waiting leads at once (F6). Returns whether anything changed."""
    rep = Rep.objects.select_for_update(no_key=True).get(pk=rep.pk)  # who writes its days off need not wait
    if (rep.own_hours, rep.time_zone) == (own_hours, time_zone):
        return False
    rep.own_hours, rep.time_zone = own_hours, time_zone
    set_history_author(rep, by)
    rep.save(update_fields=["own_hours", "time_zone"])
    sync_holidays([rep.pk], at=at)
    sync_clocks({"reps": [rep.pk]}, name=str(rep), by=by, at=at)
    read_again(Rep.objects.filter(pk=rep.pk), at=at)  # days begin at other times now, and working time is another
    announce(f"holder-{rep.user_id}", "people")
    rep_available.send(Rep, rep=rep, at=at)
    return True
