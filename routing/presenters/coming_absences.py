"""Presents when everybody of a rotation will be absent, and what happens to leads then (F6, F11c)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.web.times import clock_time
from config.web.zones import differs
from routing.decisions.availability.everybody_absent import AllAbsent, LeadsThen
from routing.models import AbsenceWarning, Rotation

ONE_DAY = timedelta(days=1)
NEAR = 6  # days


@dataclass(frozen=True, slots=True)
class _Days:
    """Times in the rotation's zone."""

    zone: ZoneInfo
    at: datetime

    def day(self, on: date) -> str:
        """'today', 'tomorrow', 'Wed', or with its date."""
        days = (on - self.at.astimezone(self.zone).date()).days
        if days in (0, 1):
            return _("tomorrow") if days else _("today")
        return date_format(on, "D" if 0 < days <= NEAR else "D j M")

    def moment(self, then: datetime) -> str:
        local = then.astimezone(self.zone)
        return f"{self.day(local.date())} {clock_time(local)}"


def all_absent_sentence(name: str, span: AllAbsent, *, zone: ZoneInfo, fallback: str, at: datetime) -> str:
    """'SMB rotation: all absent tomorrow 09:00-12:00. Leads will wait.' Times are those of the rotation; its zone is
    named to readers in another one."""
    days = _Days(zone, at)
    words = {"name": name, "span": _span_text(span, days)}
    if span.ends_at <= at and not span.is_open:
        return _("%(name)s: all were absent %(span)s.") % words
    text = _("%(name)s: all absent %(span)s.") % words
    if differs(zone, span.starts_at):
        text = _("%(name)s: all absent %(span)s (%(zone)s).") % {**words, "zone": zone.key}
    return f"{text} {_leads_text(span.then, fallback)}"


def warning_sentences(rotation: Rotation, spans: Sequence[AllAbsent], *, at: datetime) -> list[str]:
    zone, fallback = ZoneInfo(rotation.time_zone), str(rotation.fallback or "")
    return [all_absent_sentence(rotation.name, each, zone=zone, fallback=fallback, at=at) for each in spans]


def told_sentences(rotations: QuerySet[Rotation] | Sequence[int], *, at: datetime) -> list[tuple[int, str]]:
    """What people were told of these rotations and is still to come, as (rotation, sentence); one query, for pages that
    refresh by themselves."""
    rows = AbsenceWarning.objects.filter(rotation__in=rotations, ends_at__gt=at)
    found = []
    for row in rows.select_related("rotation__fallback__user").order_by("starts_at", "pk"):
        span = AllAbsent(row.starts_at, row.ends_at, row.is_open, row.then)
        found += [(row.rotation_id, text) for text in warning_sentences(row.rotation, [span], at=at)]
    return found


def _span_text(span: AllAbsent, days: _Days) -> str:
    starts, ends = span.starts_at.astimezone(days.zone), span.ends_at.astimezone(days.zone)
    if span.starts_at <= days.at < span.ends_at:
        if span.is_open:
            return _("now, for more than four weeks")
        end = clock_time(ends) if ends.date() == days.at.astimezone(days.zone).date() else days.moment(span.ends_at)
        return _("now, until %(end)s") % {"end": end}
    if span.is_open:
        return _("from %(start)s on, for more than four weeks") % {"start": days.moment(span.starts_at)}
    if _is_midnight(starts) and _is_midnight(ends):
        first, last = starts.date(), ends.date() - ONE_DAY
        words = {"first": days.day(first), "last": days.day(last)}
        return (_("%(first)s, all day") if first == last else _("%(first)s to %(last)s, all day")) % words
    if starts.date() == ends.date():
        return f"{days.day(starts.date())} {clock_time(starts)}-{clock_time(ends)}"
    words = {"start": days.moment(span.starts_at), "end": days.moment(span.ends_at)}
    return _("from %(start)s to %(end)s") % words


def _leads_text(then: str, fallback: str) -> str:
    words = {"person": fallback or _("the fallback person")}
    texts: dict[str, str] = {
        LeadsThen.FALLBACK: _("Leads will go to %(person)s."),
        LeadsThen.PARTLY: _("Leads will go to %(person)s, and wait while this person is absent too."),
        LeadsThen.WAIT_TOO: _("Leads will wait: %(person)s, the fallback, is absent too."),
    }
    return texts.get(then, _("Leads will wait.")) % words


def _is_midnight(local: datetime) -> bool:
    return (local.hour, local.minute, local.second) == (0, 0, 0)
