"""The rows that a figure of a report counts, for the list of leads behind it (E10)."""

from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When

from config.web.ids import read_id
from dashboards.queries.response import still_in_time
from queues.decisions.figures.classes import HOUR
from queues.models import Entry
from queues.queries.figures.asked import Asked
from queues.queries.figures.stays import claimed_stays, with_wait
from queues.queries.figures.taken import IS_CONTACTED, IS_WITHIN, is_decided, ran_out, with_contact
from routing.models import Assignment

STAY_PARTS = {"queue": "queue", "source": "lead__source", "type": "lead__lead_type"}
TAKEN_PARTS = {"queue": "place_id", "rep": "holder"}


def waited_stays(asked: Asked, by: str, value: str) -> QuerySet[Entry]:
    """Stays that ended with a claim, the latest claim first, with `wait` in seconds. Raises KeyError for an unknown
    part."""
    rows = claimed_stays(asked.start, asked.counted_end, list(asked.queues or ()))
    rows = _of(rows, "lead__source", asked.sources)
    rows = _of(rows, "lead__lead_type", asked.types)
    rows = _of(rows, "assignment__holder", asked.reps)
    rows = rows.filter(**{STAY_PARTS[by]: _known(asked, by, value)}) if by else rows
    return with_wait(rows).select_related("lead__source", "queue").order_by("-left_at", "-pk")


def late_stays(asked: Asked, by: str, value: str) -> QuerySet[Entry]:
    """Of these, those that waited as long as the target of their queue, or longer."""
    return waited_stays(asked, by, value).filter(Q(wait__gte=F("queue__wait_goal_hours") * HOUR))


def taken_leads(asked: Asked, by: str, value: str) -> QuerySet[Assignment]:
    """What reps took, the latest first, with `took`, the seconds to first contact. Raises KeyError for an unknown
    part."""
    end = asked.counted_end
    begun = Assignment.objects.standing().filter(assigned_at__gte=asked.start, assigned_at__lt=end)
    rows = _of(begun, "holder", asked.reps)
    rows = _of(rows, "place_id", asked.queues)
    rows = _of(rows, "lead__source", asked.sources)
    rows = _of(rows, "lead__lead_type", asked.types)
    rows = rows.filter(**{TAKEN_PARTS[by]: _known(asked, by, value)}) if by else rows
    return with_contact(rows).select_related("lead", "holder").order_by("-assigned_at", "-pk")


def contacted_leads(asked: Asked, by: str, value: str) -> QuerySet[Assignment]:
    """Of these, those that were contacted."""
    return taken_leads(asked, by, value).filter(IS_CONTACTED)


def late_contacts(asked: Asked, by: str, value: str) -> QuerySet[Assignment]:
    """Of these, those contacted after the limit, or held beyond it without a contact."""
    return taken_leads(asked, by, value).filter(is_decided(asked.as_of)).exclude(IS_WITHIN)


def decided_contacts(asked: Asked, by: str, value: str) -> QuerySet[Assignment]:
    """What was contacted, or held beyond the limit without a contact, when it was counted; `is_in_time` tells whether
    the contact came within the limit."""
    contacted = Q(first_contact_at__lte=asked.as_of)
    in_time = contacted & (Q(first_due_at__isnull=True) | Q(first_contact_at__lte=F("first_due_at")))
    rows = taken_leads(asked, by, value).filter(contacted | ran_out(asked.as_of))
    return rows.annotate(is_in_time=_whether(in_time))


def judged_contacts(asked: Asked, by: str, value: str) -> QuerySet[Assignment]:
    """What was taken, without what was still in time when it was counted; `is_contacted` tells the others."""
    rows = taken_leads(asked, by, value).exclude(still_in_time(asked))
    return rows.annotate(is_contacted=_whether(Q(first_contact_at__lte=asked.as_of)))


def _whether(is_so: Q) -> Case:
    return Case(When(is_so, then=Value(True)), default=Value(False), output_field=BooleanField())


def _known(asked: Asked, by: str, value: str) -> str | int:
    """Raises KeyError for an id that no row can have, and for a queue that is not among those asked for."""
    if by == "type":
        return value
    pk = read_id(value)
    if pk is None or (by == "queue" and asked.queues is not None and pk not in asked.queues):
        raise KeyError(value)
    return pk


def _of(rows: QuerySet, field: str, ids: tuple | None) -> QuerySet:
    return rows if ids is None else rows.filter(**{f"{field}__in": ids})
