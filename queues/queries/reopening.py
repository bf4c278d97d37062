"""Who may open a closed lead again, and what stands against it (M7)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q

from leads.decisions.identity.matching import IDENTIFYING
from leads.decisions.stages import OPEN, REOPENED_BY_HAND
from leads.models import Identity, Lead
from leads.queries.merging import not_duplicates_of
from queues.models import Entry
from routing.models import Assignment

HOLDER_MAY_FOR = timedelta(days=14)


def may_reopen(user: User, lead: Lead, last: Assignment | None, *, at: datetime) -> bool:
    """Managers of the person who held it last, and sales ops; that person for two weeks. `last`: last_standing()."""
    if not is_reopenable(lead):
        return False
    if last is not None and last.holder_id == user.pk and at - lead.stage_at <= HOLDER_MAY_FOR:
        return user.has_perm("leads.view_lead", lead)
    return user.has_perm("leads.change_lead", lead)


def is_reopenable(lead: Lead) -> bool:
    return lead.stage in REOPENED_BY_HAND


def last_standing(lead: Lead) -> Assignment | None:
    """The assignment of the person who held the lead last."""
    rows = Assignment.objects.standing().filter(lead=lead).select_related("holder", "turn")
    return rows.order_by("-assigned_at", "-pk").first()


def last_stay(lead: Lead) -> Entry | None:
    """The last stay of the lead in a queue."""
    rows = Entry.objects.filter(lead=lead).select_related("queue").order_by("-entered_at", "-pk")
    return rows.first()


def open_lead_of_person(lead: Lead) -> Lead | None:
    """Another open lead that one of the e-mails, phones and ids of this one identifies by now (A3). The id of another
    system is another id: what is still this lead's own says nothing."""
    same, own = Q(pk__in=[]), set(lead.identities.order_by("pk").values_list("kind", "value"))
    for kind in IDENTIFYING:
        if (value := getattr(lead, kind)) and (kind, value) not in own:
            same |= Q(kind=kind, value=value)
    others = Identity.objects.filter(same, lead__stage__in=OPEN).exclude(lead=lead).select_related("lead")
    others = others.exclude(lead__in=not_duplicates_of(lead))  # a person said that these are other people
    found = others.order_by("pk").first()
    return found.lead if found is not None else None
