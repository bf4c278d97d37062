"""Which leads the nights must move on, by counting days: waiting, then nurture, then the pool."""

from datetime import datetime, timedelta

from django.db.models import Q

from leads.models import Lead
from queues.models import Entry, Escalation, StaleStep

DAYS = {"nurture": 7, "recycled": 16}
DAYS_OF_TYPE = {("nurture", "mql"): 3, ("recycled", "mql"): 9}
NEXT = {"waiting": "nurture", "nurture": "recycled", "recycled": "archived"}
STEP = {"nurture": "nurture", "recycled": "recycle", "archived": "archive"}


class Nights:
    """`total` counts the steps; each lead takes at most one in a night."""

    def __init__(self) -> None:
        self.total = self.last = 0

    def before(self, *, at: datetime) -> None:
        """The leads that are due, each with where it goes."""
        looked_at = Escalation.objects.filter(closed_at__isnull=True, snoozed_until__gt=at).values("lead")
        rows = Entry.objects.waiting().filter(queue__stale_is_on=True, queue__is_active=True)
        rows = rows.filter(Q(reserved_until=None) | Q(reserved_until__lte=at)).exclude(lead__in=looked_at)
        self.due = {
            entry.lead_id: "nurture"
            for entry in rows.select_related("queue", "lead").order_by("pk")
            if max(entry.since_at, entry.entered_at) + waiting_days(entry) <= at
        }
        for lead in Lead.objects.filter(stage__in=DAYS).order_by("pk"):
            days = DAYS_OF_TYPE.get((lead.stage, lead.lead_type), DAYS[lead.stage])
            if lead.stage_at + timedelta(days=days) <= at:
                self.due[lead.pk] = NEXT[lead.stage]

    def after(self) -> None:
        steps = dict(StaleStep.objects.filter(pk__gt=self.last).order_by("pk").values_list("lead", "step"))
        wanted = {pk: STEP[stage] for pk, stage in self.due.items()}
        assert steps == wanted, steps.items() ^ wanted.items()
        now = dict(Lead.objects.filter(pk__in=self.due).values_list("pk", "stage"))
        assert now == self.due
        self.total += len(self.due)
        self.last = max(self.last, *StaleStep.objects.values_list("pk", flat=True), 0)
        assert StaleStep.objects.count() == self.total


def waiting_days(entry: Entry) -> timedelta:
    is_cold = entry.queue.slug == "cold" and entry.lead.lead_type == "cold"
    return timedelta(days=4 if is_cold else entry.queue.nurture_after_days)
