"""Read what webhooks have to do, and what they say (I3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.contrib.auth.models import User as AuthUser
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from leads.decisions.webhooks.body import OPEN, PERSON, Happened, User
from leads.decisions.webhooks.events import Event, event_of, kinds_of
from leads.decisions.webhooks.holders import MOVES, Act, holders
from leads.models import Activity, ApiKey, Endpoint, Lead, OwnField, WebhookDelivery, WebhookState
from leads.queries.own_fields import own_fields

State = WebhookDelivery.State
LOOKED_BACK = 20_000  # activities, for samples
WITHOUT_HOLDER = (Event.CAPTURED, Event.QUEUED)
FIELDS_OF_LEAD = [name for name in (*OPEN, *PERSON) if name != "source"]


@dataclass(frozen=True, slots=True)
class Work:
    is_new: bool  # activities that were not read
    is_due: bool  # messages that may be sent now, and those that a process left when it died


def work_that_waits(at: datetime) -> Work:
    """One statement, asked every second: the end of an index, and two partial indexes that are empty at rest."""
    due = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=State.WAITING, next_at__lte=at)
    left = WebhookDelivery.objects.filter(state=State.SENDING, leased_until__lte=at)
    ready = Endpoint.objects.in_use(at).filter(_rested(at), Exists(due))
    newest = Activity.objects.order_by("-pk").values("pk")[:1]
    row = (
        WebhookState.objects.filter(pk=1)
        .values_list("activity_id", "gaps")
        .annotate(newest=Subquery(newest), is_due=Exists(ready), is_left=Exists(left))
        .first()
    )
    if row is None:
        return Work(True, True)
    read, gaps, last, is_due, is_left = row
    return Work(bool(gaps) or (last or 0) > read, is_due or is_left)


def endpoints_with_due(at: datetime) -> QuerySet[Endpoint]:
    """Those that may get something now, who waited longest first."""
    due = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=State.WAITING, next_at__lte=at)
    rows = Endpoint.objects.in_use(at).select_related("api_key").filter(_rested(at), Exists(due))
    return rows.order_by(F("last_sent_at").asc(nulls_first=True), "pk")


def under_way() -> Mapping[int, int]:
    """How many messages go to each endpoint at this moment."""
    rows = WebhookDelivery.objects.filter(state=State.SENDING).order_by().values_list("endpoint")
    return dict(rows.annotate(count=Count("pk")))


def heads(endpoint: Endpoint, *, at: datetime) -> QuerySet[WebhookDelivery]:
    """What is due there and has nothing of the same lead before it: what waits, or is on its way, holds up the rest of
    its lead (docs/decisions/68)."""
    before = WebhookDelivery.objects.filter(endpoint=OuterRef("endpoint"), lead=OuterRef("lead"))
    before = before.filter(Q(state=State.SENDING) | Q(state=State.WAITING, activity__lt=OuterRef("activity")))
    due = WebhookDelivery.objects.filter(endpoint=endpoint, state=State.WAITING, next_at__lte=at)
    return due.filter(~Exists(before)).order_by("next_at", "pk")


def newest_activity() -> int:
    return Activity.objects.aggregate(last=Max("pk"))["last"] or 0


def happened(activities: Sequence[Activity]) -> list[tuple[Activity, Happened]]:
    """Those that are events, in their order, with `lead__source` loaded."""
    found = [(each, event_of(each.kind, each.details)) for each in activities]
    events = [(each, event) for each, event in found if event is not None]
    fields = own_fields() if events else []
    held = _holders(events)
    people = _people({*held.values(), *(each.by_id for each, _event in events)})
    return [(each, _happened(each, event, fields, people, people.get(held[each.pk] or 0))) for each, event in events]


def newest_of(event: Event, *, most: int) -> list[Happened]:
    """The newest of this kind, for samples; what lies far back is not looked for."""
    rows = Activity.objects.filter(kind__in=kinds_of(event), pk__gt=newest_activity() - LOOKED_BACK)
    rows = rows.select_related("lead__source").order_by("-pk")
    return [each for _activity, each in happened(list(rows[: most * 10])) if each.event is event][:most]


def open_own_keys() -> list[tuple[str, bool]]:
    """The keys of own fields, with whether each may be seen before a claim."""
    return [(field.key, field.is_open) for field in own_fields()]


def hooks_of(key: ApiKey) -> QuerySet[Endpoint]:
    """Those that a program made and has not removed."""
    return Endpoint.objects.kept().filter(api_key=key).select_related("api_key").order_by("pk")


def failing_untold(since: datetime) -> QuerySet[Endpoint]:
    """On, without an arrival since then or longer, and nobody was told."""
    rows = Endpoint.objects.kept().filter(is_active=True, failing_since__lte=since, failing_told_at=None)
    return rows.order_by("pk")


def kept_failing() -> QuerySet[Endpoint]:
    """On, and nothing arrives; or switched off because nothing arrived. The latest first."""
    rows = Endpoint.objects.kept().filter(Q(is_active=True) | Q(off_reason=Endpoint.OffReason.FAILING))
    return rows.filter(failing_since__isnull=False).order_by("-failing_since", "pk")


def off_untold() -> QuerySet[Endpoint]:
    """Switched off by failures, or gone by their own word. That is how programs end what they subscribed to
    themselves, and no news."""
    why = Endpoint.OffReason
    gone = Q(off_reason=why.GONE, origin=Endpoint.Origin.ADMIN)
    return Endpoint.objects.filter(Q(off_reason=why.FAILING) | gone, off_told_at=None).order_by("pk")


def _rested(at: datetime) -> Q:
    return Q(resting_until=None) | Q(resting_until__lte=at)


def _happened(
    activity: Activity, event: Event, fields: Sequence[OwnField], people: Mapping[int, User], holder: User | None
) -> Happened:
    lead, details = activity.lead, activity.details
    facts = {name: getattr(lead, name) for name in FIELDS_OF_LEAD} | {"source": lead.source.name}
    return Happened(
        activity_id=activity.pk,
        event=event,
        at=activity.at,
        lead_id=lead.pk,
        lead_url=lead_url(lead),
        lead=facts,
        details=details,
        own=[(field.key, lead.own.get(field.value_name), field.is_open) for field in fields],
        by=people.get(activity.by_id or 0),
        holder=holder,
    )


def lead_url(lead: Lead) -> str:
    """Without reverse(), which would load all pages into the process that sends; a test compares."""
    return f"{settings.SITE_URL}/leads/{lead.pk}/"


def _people(wanted: Collection[int | None]) -> dict[int, User]:
    ids = [each for each in wanted if each]
    if not ids:
        return {}
    users = AuthUser.objects.filter(pk__in=ids).order_by("pk")
    return {user.pk: User(user.pk, user.get_full_name() or user.get_username(), user.email) for user in users}


def _holders(events: Sequence[tuple[Activity, Event]]) -> dict[int, int | None]:
    """Who held the lead, by activity. One statement, and none for activities that say it themselves or that come
    before anybody can hold it."""
    found = {each.pk: _holder_of(each.details) for each, _event in events}
    open_ones = {each.pk: each for each, event in events if event not in WITHOUT_HOLDER and found[each.pk] is None}
    if not open_ones:
        return found
    concerned = Q(kind__in=MOVES) | Q(pk__in=open_ones)
    rows = Activity.objects.filter(concerned, lead__in={each.lead_id for each in open_ones.values()})
    stream = rows.order_by("lead", "pk").values_list("lead", "pk", "kind", "at", "details")
    for _lead, acts in groupby(stream, key=lambda row: row[0]):
        found |= holders([Act(*act[1:]) for act in acts], of=open_ones)
    return found


def _holder_of(details: dict) -> int | None:
    holder = details.get("holder")
    return holder if isinstance(holder, int) else None
