"""The limits of a queue by lead type, each with where it is set, in words (D1, D2)."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from config.web.times import limit_text
from leads.models import LeadType
from queues.decisions.deadlines import Limit, SetBy
from queues.models import Queue
from queues.queries.limits import TypeLimits, queues_with_own

MOST_NAMES = 5


def wait_limits_text(queue: Queue, limits: TypeLimits) -> str:
    """How long a lead may wait: "1 h (this queue)", or for each type its own."""
    return _joined({lead_type: limits.wait(queue, lead_type) for lead_type in LeadType.values})


def contact_limits_text(queue: Queue, limits: TypeLimits) -> str:
    """How soon first contact must be."""
    return _joined({lead_type: limits.contact(queue, lead_type) for lead_type in LeadType.values})


def type_limit_text(queue: Queue, lead_type: str, limits: TypeLimits) -> str:
    """What counts for leads of one type in one queue."""
    return _("%(queue)s, %(type)s: waits at most %(wait)s; first contact within %(contact)s.") % {
        "queue": queue.name,
        "type": LeadType(lead_type).label,
        "wait": _one(limits.wait(queue, lead_type)),
        "contact": _one(limits.contact(queue, lead_type)),
    }


def unmoved_text(names: Collection[str]) -> str:
    """In which queues a limit of all queues does not count, because they set their own."""
    found = []
    for name in names:
        own = list(queues_with_own(name).values_list("name", flat=True)[: MOST_NAMES + 1])
        if own:
            words = {"queues": ", ".join([*own[:MOST_NAMES], *(["..."] if len(own) > MOST_NAMES else [])])}
            is_wait = name == "wait_minutes"
            text = _("These queues set a longest wait of their own and keep it: %(queues)s.") if is_wait else None
            text = text or _("These queues set their own time to first contact and keep it: %(queues)s.")
            found.append(text % words)
    return " ".join(found)


def _joined(found: Mapping[str, Limit]) -> str:
    if len(set(found.values())) == 1:
        return _one(next(iter(found.values())))
    return ", ".join(f"{LeadType(lead_type).label} {_one(limit)}" for lead_type, limit in found.items())


def _one(limit: Limit) -> str:
    where = {
        SetBy.QUEUE_AND_TYPE: _("%(time)s (set for this queue and type)"),
        SetBy.QUEUE: _("%(time)s (set for this queue)"),
        SetBy.TYPE: _("%(time)s (set for the type)"),
        SetBy.USUAL: _("%(time)s (usual)"),
    }
    return where[limit.set_by] % {"time": limit_text(limit.time)}
