"""The company of this installation: its time zone, holidays and language, for all who have none of their own (M1).

Every process keeps what it read for KEPT_SECONDS, so that pages pay no statement for it; a change is seen at once by
the process that saved it, and by the others when that time is over.
"""

import time
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from config.models import Company

KEPT_SECONDS = 5.0
_kept: tuple[Company, float] | None = None  # and until when, by time.monotonic()


def company(*, fresh: bool = False) -> Company:
    """The saved row, or an unsaved one; `fresh` reads it now, and keeps nothing."""
    if fresh:
        return _read()
    if _kept is None or _kept[1] < time.monotonic():
        keep(_read())
    return _kept[0] if _kept else Company(pk=1)


def _read() -> Company:
    return Company.objects.filter(pk=1).first() or Company(pk=1)


def keep(row: Company | None, *, seconds: float = KEPT_SECONDS) -> None:
    """Use this row for so long; None reads it again."""
    global _kept
    _kept = None if row is None else (row, time.monotonic() + seconds)


def company_zone(*, fresh: bool = False) -> ZoneInfo:
    return ZoneInfo(company(fresh=fresh).time_zone or settings.TIME_ZONE)


def company_holidays_of() -> str:
    """A country or region, "ID" or "DE-BY"; empty for no public holidays."""
    return company().holidays_of or settings.HOLIDAYS_OF


def company_language() -> str:
    return company().language or settings.LANGUAGE_CODE


def company_version() -> int:
    """Grows with each save; 0 before the first."""
    return Company.history.order_by("-pk").values_list("pk", flat=True).first() or 0


def forget() -> None:
    """After the row was saved, in its transaction."""
    keep(None)
    transaction.on_commit(partial(keep, None))  # another thread may have read the old row before that
