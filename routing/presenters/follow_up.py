"""The next step with a lead in words: the times that are offered, and what is planned (C4)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.web.times import exact, when
from routing.decisions.follow_up import Preset, PresetCode, presets
from routing.models import Assignment
from routing.queries.availability.work_days import coming_work_days


@dataclass(frozen=True, slots=True)
class Step:
    """One choice of a form. `value` is the moment itself, so that a page that stays open over midnight means what it
    says; "in 1 h" counts from the press."""

    value: str
    label: str
    exact: str
    is_planned: bool = False  # it is planned already


def offered_steps(user: User, held: Assignment | None, *, at: datetime) -> list[Step]:
    """What this person may choose, in the current time zone; first what is planned, if that is still to come."""
    here = at.astimezone(timezone.get_current_timezone())
    found = [_step(each, here) for each in presets(here, works_on=coming_work_days(user, at=at))]
    planned = held.follow_up_at if held is not None else None
    if planned is None or planned <= at:
        return found
    label = _("Keep %(time)s") % {"time": when(planned, at)}
    kept = Step(planned.astimezone(here.tzinfo).isoformat(), label, exact(planned), is_planned=True)
    return [kept, *found]


def _step(preset: Preset, here: datetime) -> Step:
    if preset.code == PresetCode.HOUR:
        return Step(PresetCode.HOUR, _("In 1 h"), exact(preset.at))
    return Step(preset.at.isoformat(), _label(preset, here), exact(preset.at))


def _label(preset: Preset, here: datetime) -> str:
    days = (preset.at.date() - here.date()).days
    if days == 1:
        return _("Tomorrow 09:00")
    if preset.code == PresetCode.WEEK and days == 7:
        return _("Next week")
    return _("%(day)s 09:00") % {"day": date_format(preset.at, "l" if days < 7 else "D j M")}
