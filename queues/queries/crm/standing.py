"""How leads stand, as far as a CRM hears of it, and which links their acts concern (I4)."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from leads.models import Activity, Lead
from queues.decisions.crm.wishes import Standing
from queues.models import Connection, CrmLink, RemotePerson
from queues.queries.crm.connections import usable, writing
from routing.models import Assignment


def with_news(*, at: datetime, read_again: timedelta) -> list[int]:
    """Connections that write and have something to read: acts, or links without a first wish. One statement; each of
    its parts is the end of an index."""
    newest = Subquery(Activity.objects.order_by("-pk").values("pk")[:1])
    unread = Exists(CrmLink.objects.filter(connection=OuterRef("pk"), wanted_seq=0))
    rows = writing().annotate(newest=Coalesce(newest, 0))
    is_old = Q(out_read_at=None) | Q(out_read_at__lte=at - read_again)
    has_acts = Q(newest__gt=F("out_near")) | (Q(newest__gt=F("out_cursor")) & is_old)
    return list(rows.filter(has_acts | Q(unread)).values_list("pk", flat=True))


def with_due_wishes(*, at: datetime) -> list[Connection]:
    """Connections that may be called now and have something to write. One statement."""
    due = due_links(at=at).filter(connection=OuterRef("pk"))
    free = Q(writing_until=None) | Q(writing_until__lte=at)
    return list(usable(at).filter(free, Exists(due), writes_out=True))


def due_links(*, at: datetime) -> QuerySet[CrmLink]:
    """Whose wish may be written now, because no process is at it."""
    is_free = Q(leased_until=None) | Q(leased_until__lte=at)
    return CrmLink.objects.filter(is_free, next_at__lte=at)


def concerned(connection: Connection, leads: Collection[int]) -> QuerySet[CrmLink]:
    """Links of these leads, and of those that were merged into them."""
    absorbed = Lead.objects.filter(merged_into__in=leads).order_by("pk").values_list("pk", flat=True)
    return CrmLink.objects.filter(connection=connection, lead__in={*leads, *absorbed}, gone="").order_by("pk")


def final_leads(leads: Collection[int]) -> Mapping[int, int]:
    """The lead that counts for each: itself, or the one that it was merged into."""
    rows = Lead.objects.filter(pk__in=leads).order_by("pk").values_list("pk", "merged_into")
    return {pk: into or pk for pk, into in rows}


def newest_acts(leads: Collection[int]) -> Mapping[int, int]:
    """The newest activity of each of these leads."""
    rows = Activity.objects.filter(lead__in=leads).order_by("lead").values_list("lead").annotate(newest=Max("pk"))
    return dict(rows)


def standings(leads: Collection[int]) -> Mapping[int, Standing]:
    """Two statements, however many leads."""
    held = Assignment.objects.open().filter(lead__in=leads).order_by("pk")
    holders = {lead: (holder, at) for lead, holder, at in held.values_list("lead", "holder", "first_contact_at")}
    stages = Lead.objects.filter(pk__in=leads).order_by("pk").values_list("pk", "stage")
    none = (None, None)
    return {pk: Standing(stage, *_held(*holders.get(pk, none))) for pk, stage in stages}


def _held(holder: int | None, contacted_at: datetime | None) -> tuple[int | None, bool]:
    return holder, contacted_at is not None


def owners_by_user(connection: Connection, users: Collection[int]) -> Mapping[int, str]:
    """Ids over there of people who can own a record there."""
    rows = RemotePerson.objects.filter(connection=connection, user__in=users, is_active=True, is_group=False)
    return dict(rows.order_by("pk").values_list("user", "remote_id"))
