"""The log of connections, and the links that need a person (I4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from config.web.people import display_name
from leads.models import Lead
from queues.models import Connection, CrmLink, CrmLog
from queues.queries.crm.cards import midnight
from routing.models import Assignment

IN_FILE, LINKS_SHOWN = 5000, 50


@dataclass(frozen=True, slots=True)
class LogFilters:
    """As they stand in the address; what is not known is no filter."""

    connection: int | None = None
    way: str = ""
    tone: str = ""

    @property
    def any(self) -> bool:
        return bool(self.connection or self.way or self.tone)


def log_lines(filters: LogFilters) -> QuerySet[CrmLog]:
    """The newest first."""
    lines = CrmLog.objects.select_related("connection", "lead").order_by("-pk")
    if filters.connection:
        lines = lines.filter(connection=filters.connection)
    if filters.way in CrmLog.Way.values:
        lines = lines.filter(way=filters.way)
    if filters.tone in CrmLog.Tone.values:
        lines = lines.filter(tone=filters.tone)
    return lines


def lines_of_today(n: int, *, at: datetime, connection: Connection | None = None) -> list[CrmLog]:
    lines = log_lines(LogFilters(connection=connection.pk if connection else None))
    return list(lines.filter(at__gte=midnight(at))[:n])


def links_of(lead: Lead) -> list[CrmLink]:
    """Its records in CRMs, with those of leads that were merged into it."""
    links = _kept_links().filter(Q(lead=lead) | Q(lead__merged_into=lead))
    return list(links.order_by("pk"))


def _kept_links() -> QuerySet[CrmLink]:
    return CrmLink.objects.exclude(connection__state=Connection.State.REMOVING).select_related("connection")


def stuck_links(connection: Connection | None = None) -> QuerySet[CrmLink]:
    """What a CRM did not take, or what was changed back too often: a person decides. The newest first."""
    links = _kept_links().exclude(problem="").select_related("lead")
    if connection is not None:
        links = links.filter(connection=connection)
    return links.order_by("-problem_at", "-pk")


def holders_of(links: Iterable[CrmLink]) -> dict[int, str]:
    """Names of who holds their leads here, by lead."""
    leads = [link.lead_id for link in links]
    held = Assignment.objects.open().filter(lead__in=leads).select_related("holder").order_by("pk") if leads else ()
    return {each.lead_id: display_name(each.holder) for each in held}
