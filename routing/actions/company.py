"""Save whose installation this is (M1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from config.company import company_version, forget
from config.history_author import set_history_author
from config.live import announce
from config.models import Company
from routing.actions.availability.holidays import sync_in_background

OF_DAYS = ("time_zone", "holidays_of")  # by which holidays and clocks of people go


class CompanyChanged(Exception):
    """Somebody saved it since the page was opened: `by` in words, and when."""

    def __init__(self, by: str, at: datetime) -> None:
        super().__init__(by, at)
        self.by, self.at = by, at


@transaction.atomic
def save_company(values: Mapping[str, Any], *, by: User, at: datetime, seen: int | None = None) -> bool:
    """Returns whether anything changed. `seen` is the saved version that the person changes, as company_version gives
    it; raises CompanyChanged when there is a newer one with other values.

    Holidays and clocks follow a change of zone or holidays, in the background where there are many; kept figures follow
    with the next sweep, day by day.
    """
    row = locked_company()
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return False
    if seen is not None and seen != company_version():
        last = row.history.select_related("history_user").latest()
        raise CompanyChanged(last.history_user.get_full_name() if last.history_user else "", last.history_date)
    for name in changed:
        setattr(row, name, values[name])
    set_history_author(row, by)
    row.save()
    forget()
    if set(changed) & set(OF_DAYS):
        sync_in_background({}, name=row.name, by=by, at=at)
    announce("people")
    return True


def close_guide(*, at: datetime) -> None:
    """ "Get going" is done, or not wanted again: for the whole installation, which it is about."""
    _set_guide(at)


def open_guide() -> None:
    _set_guide(None)


@transaction.atomic
def _set_guide(closed_at: datetime | None) -> None:
    Company.objects.filter(pk=locked_company().pk).update(guide_closed_at=closed_at)
    forget()


def locked_company() -> Company:
    """The one row, locked until the transaction ends."""
    Company.objects.bulk_create([Company(pk=1)], ignore_conflicts=True)
    return Company.objects.select_for_update().get(pk=1)
