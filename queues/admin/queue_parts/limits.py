"""The part of a queue's form about its depth, its limits and what its intake does now (D5, E5)."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display

from queues.models import PartnerPool, Queue
from queues.presenters.fast_lanes import lane_notices
from queues.presenters.intake import intake_sentence
from queues.presenters.loans import loan_notices
from queues.presenters.overflow import pause_notices
from queues.queries.fast_lanes import open_lanes
from queues.queries.intake import intake_by_queue, parked_by_queue, queues_with_overflow
from queues.queries.loans import running_loans
from queues.queries.source_pauses import paused_sources_of

LIMIT_FIELDSETS = (
    (lazy("Depth"), {"fields": (("depth_yellow", "depth_red", "depth_critical"),)}),
    (
        lazy("When too many leads come"),
        {
            "fields": (
                "intake_now",
                ("when_full", "overflow_queue", "overflow_pool"),
                ("depth_limit", "depth_lift"),
                ("mean_age_hours", "mean_age_lift_hours"),
                ("rate_low", "rate_lift"),
                "stale_is_on",
            )
        },
    ),
)
LIMIT_READONLY = ("intake_now",)
MUST_RISE = ("depth_yellow", "depth_red", "depth_critical")
MUST_RISE_STRICTLY = (
    ("depth_lift", "depth_limit"),
    ("mean_age_lift_hours", "mean_age_hours"),
    ("rate_low", "rate_lift"),
)


class IntakeMixin:
    @display(description=lazy("now"))
    def intake_now(self, obj: Queue) -> str:
        """Whether rules add leads now; if not: why, since when, and how many wait."""
        if obj.pk is None:
            return _("Shown once the queue is saved.")
        state, parked = intake_by_queue([obj]).get(obj.pk), parked_by_queue([obj]).get(obj.pk, 0)
        at = timezone.now()
        others = [
            *pause_notices(paused_sources_of([obj])),
            *lane_notices(open_lanes([obj.pk])),
            *loan_notices(running_loans([obj], at=at)),
        ]
        return " ".join([intake_sentence(obj, state, parked, at=at), *(says for _page, says in others)])


def overflow_refusal(queue: Queue, typed: Mapping[str, object]) -> str:
    """Why this queue cannot be the one that gets the overflow: none is chosen, it is the same, or leads would go in a
    circle."""
    target = typed.get("overflow_queue")
    if typed.get("when_full") != Queue.WhenFull.OVERFLOW:
        return ""
    if not isinstance(target, Queue):
        return _("Choose the queue that gets the leads when this one is full.")
    if target.pk == queue.pk:
        return _("A queue cannot take its own overflow. Choose another one.")
    if not target.is_active:
        return _("%(queue)s is switched off. Choose another one.") % {"queue": target.name}
    if circle := _circle(queue, target):
        return _("Leads would go in a circle: %(path)s. Choose another queue.") % {"path": " > ".join(circle)}
    return ""


def pool_refusal(typed: Mapping[str, object]) -> str:
    """Why no pool can get the overflow of this queue."""
    pool = typed.get("overflow_pool")
    if typed.get("when_full") != Queue.WhenFull.PARTNER:
        return ""
    if not isinstance(pool, PartnerPool):
        return _("Choose the partner pool that gets the leads when the queue is full.")
    if not pool.is_active:
        text = _("%(pool)s is switched off, so nothing would leave. Switch it on first.")
        return text % {"pool": pool.name}
    return ""


def _circle(queue: Queue, target: Queue) -> list[str]:
    """The names of the queues through which leads would come back to this one."""
    chain = queues_with_overflow([target.pk])
    step, names = chain.pop(target.pk, None), [queue.name]
    while step is not None:
        names.append(step.name)
        if step.when_full != Queue.WhenFull.OVERFLOW:
            return []
        if step.overflow_queue_id == queue.pk:
            return [*names, queue.name]
        step = chain.pop(step.overflow_queue_id or 0, None)
    return []
