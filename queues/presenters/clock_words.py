"""What the clocks of a queue count, in words, and what about it is not as one would expect (D3, L12)."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from queues.models import Queue
from queues.queries.access import reps_of
from routing.queries.availability.work_hours import reps_without_hours


def clock_warnings(queue: Queue, *, at: datetime) -> list[str]:
    """Settings that are allowed, but by which a clock counts all hours although working hours are chosen."""
    found = []
    if Queue.WaitCounts.TEAM in (queue.wait_counts, queue.contact_counts):
        found += _team_warning(queue)
    if queue.contact_counts == Queue.ContactCounts.HOLDER and (n := len(reps_without_hours(reps_of(queue, at=at)))):
        found.append(
            ngettext(
                "%(n)s rep of this queue has no working hours. Clocks of leads that this rep holds count all hours "
                "until hours are set for the rep or the team.",
                "%(n)s reps of this queue have no working hours. Clocks of leads that they hold count all hours until "
                "hours are set for the reps or their team.",
                n,
            )
            % {"n": number(n)}
        )
    return found


def _team_warning(queue: Queue) -> list[str]:
    if queue.team is None:
        return [
            _("This queue has no team, so its clocks count all hours (wall time). Choose a team, or choose all hours.")
        ]
    if not queue.team.working_hours:
        return [
            _(
                "%(team)s has no working hours, so the clocks of this queue count all hours (wall time) until they are "
                "set."
            )
            % {"team": queue.team.name}
        ]
    return []


def counts_text(queue: Queue) -> str:
    """What the longest wait and first contact count, such as "waiting all hours, first contact the working hours of
    Inside Sales"."""
    return _("waiting: %(wait)s; first contact: %(contact)s") % {
        "wait": _one_text(queue, queue.wait_counts),
        "contact": _one_text(queue, queue.contact_counts),
    }


def _one_text(queue: Queue, counts: str) -> str:
    if counts == Queue.ContactCounts.HOLDER:
        return _("the holder's own working hours")
    if counts == Queue.ContactCounts.TEAM:
        if queue.team is None:
            return _("all hours, because the queue has no team")
        if not queue.team.working_hours:
            return _("all hours, because %(team)s has no working hours") % {"team": queue.team.name}
        return _("working hours of %(team)s") % {"team": queue.team.name}
    return _("all hours")
