"""Who hears of a lead that comes back, and who of them is not here (A3)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from leads.models import Lead
from routing.models import Assignment, Rep, TimeOff

DEALS = {Lead.Stage.CONVERTED: Assignment.Ended.CONVERTED, Lead.Stage.WON: Assignment.Ended.WON}
LEAVE = (TimeOff.Kind.LEAVE, TimeOff.Kind.SICK)
MOST_LETTERS = 280  # of a message within a message; the lead has all of it


def holders_of_returns(leads: Sequence[Lead]) -> list[Assignment]:
    """One assignment for each lead that somebody has, or made a deal of."""
    held = Assignment.objects.open().filter(lead__in=[lead.pk for lead in leads])
    deals = Assignment.objects.filter(
        lead__in=[lead.pk for lead in leads if lead.stage in DEALS], ended_how__in=DEALS.values()
    )
    rows = [
        row for some in (held, deals) for row in some.select_related("lead", "holder").order_by("pk")
    ]  # the last deal counts
    return list({each.lead_id: each for each in rows}.values())


def returned(lead: Lead, said: Mapping[int, Mapping[str, str]], **more: str) -> dict[str, str]:
    """The details of a message about this return."""
    words = said.get(lead.pk, {})
    message = " ".join(words.get("message", "").split())
    cut = message if len(message) <= MOST_LETTERS else f"{message[: MOST_LETTERS - 1].rstrip()}…"
    details = {"label": lead.label, "says": cut, "source": words.get("source", ""), **more}
    return {name: value for name, value in details.items() if value or name == "label"}


def not_here(user_ids: Collection[int], *, at: datetime) -> set[int]:
    """Those of these people who are deactivated, switched off, or on leave at this moment."""
    on_leave = TimeOff.objects.filter(rep=OuterRef("pk"), kind__in=LEAVE, starts_at__lte=at, ends_at__gt=at)
    away = Q(user__is_active=False) | Q(is_available=False) | Exists(on_leave)
    return set(Rep.objects.filter(away, user__in=user_ids).order_by("pk").values_list("user", flat=True))
