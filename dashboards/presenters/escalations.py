"""Escalations in words: what broke, what happened so far, what comes next (C7)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from config.web.people import display_name
from config.web.times import limit_text, when
from dashboards.queries.coming_breaches import UpcomingBreach
from dashboards.queries.escalations import Case, ReassignChoice
from leads.models import Activity
from queues.models import Escalation
from routing.presenters.choices import REASONS


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story; `is_broken` marks a breach or a return, `is_next` what waits for the manager."""

    time: str
    says: str
    is_broken: bool = False
    is_next: bool = False


def kind_text(escalation: Escalation) -> str:
    queue = escalation.queue
    hours = queue.escalate_after_hours if queue else 72
    return {
        Escalation.Kind.WAIT: _("longest wait ran out"),
        Escalation.Kind.AGE: _("waits %(h)s h and more") % {"h": hours},
        Escalation.Kind.CONTACT: _("first contact is overdue"),
        Escalation.Kind.DECLINED: _("everybody available declined"),
        Escalation.Kind.NOBODY: _("first contact is overdue, and nobody else is free"),
    }[escalation.kind]


def situation(case: Case, viewer_id: int) -> str:
    """One sentence: who holds the lead, or where it waits."""
    if case.holder is not None:
        name = _("You") if case.holder.holder_id == viewer_id else display_name(case.holder.holder)
        words = {"name": name, "time": when(case.holder.assigned_at)}
        if case.holder.first_contact_at:
            return _("%(name)s: holds it since %(time)s and has contacted it.") % words
        return _("%(name)s: holds it since %(time)s, no contact logged.") % words
    if case.entry is not None:
        words = {"queue": case.entry.queue.name, "time": when(case.entry.since_at)}
        return _("Nobody holds it. It waits in %(queue)s, its time of entry is %(time)s.") % words
    return _("Nobody holds it, and it is in no queue.")


def story(case: Case, names: dict[int, str]) -> list[Step]:
    """What happened so far, and who must act now."""
    steps = [step for row in case.story if (step := _step(row, names)) is not None]
    if case.escalation.closed_at is None:
        steps.append(Step(_("now"), _("waits for you"), is_next=True))
    return steps


def _step(row: Activity, names: dict[int, str]) -> Step | None:
    details, time = row.details or {}, when(row.at)
    holder = names.get(details.get("holder", 0), _("a rep"))
    if row.kind == Activity.Kind.QUEUED:
        return Step(time, _("entered %(queue)s") % {"queue": details.get("queue", "")})
    if row.kind == Activity.Kind.ASSIGNED:
        return Step(time, _("%(name)s got it") % {"name": holder})
    if row.kind == Activity.Kind.RETURNED:
        who = display_name(row.by) if row.by else _("a rep")
        reason = REASONS.get(details.get("reason", ""), details.get("reason", ""))
        return Step(time, _("%(name)s gave it back: %(reason)s") % {"name": who, "reason": reason}, is_broken=True)
    return Step(time, breach_text(details, holder), is_broken=True)


def breach_text(details: dict, holder: str) -> str:
    if details.get("clock") == "contact":
        return {
            "remind": _("%(name)s was reminded") % {"name": holder},
            "tell_manager": _("you were notified"),
            "give_to_another": _("went to another rep"),
        }.get(details.get("act", ""), _("the contact clock ran out"))
    if details.get("clock") == "age":
        return _("too old: came to you")
    return _("its longest wait ran out")


def people_in(cases: list[Case]) -> set[int]:
    """The ids of the users in the stories."""
    return {row.details["holder"] for case in cases for row in case.story if isinstance(row.details.get("holder"), int)}


def choice_text(one: ReassignChoice) -> str:
    """A person to whom the lead could go, as one line of a list: "Maria Kusuma: 3 open, free"."""
    words = {"name": str(one.rep), "n": one.load}
    if not one.is_free and one.back_at is None:
        return _("%(name)s: %(n)s open, away") % words
    if not one.is_free:
        return _("%(name)s: %(n)s open, away until %(time)s") % {**words, "time": when(one.back_at)}
    if one.has_declined:
        return _("%(name)s: %(n)s open, free, gave it back before") % words
    return _("%(name)s: %(n)s open, free") % words


def reasons(cases: list[Case]) -> list[tuple[str, str, int]]:
    """Why the listed leads escalated, as (kind, words, how many), the most frequent first; empty if for one reason."""
    kinds = Counter(case.escalation.kind for case in cases)
    if len(kinds) < 2:
        return []
    return [(kind, str(Escalation.Kind(kind).label), n) for kind, n in kinds.most_common()]


def coming_clock(one: UpcomingBreach) -> str:
    limit = limit_text(one.limit)
    if one.clock == "wait":
        return _("Wait limit %(limit)s") % {"limit": limit}
    if one.clock == "age":
        return _("%(limit)s in the queue") % {"limit": limit}
    return _("First contact %(limit)s") % {"limit": limit} if one.number == 1 else _("Still no first contact")


def coming_then(one: UpcomingBreach) -> str:
    return {
        "escalate": _("comes to you"),
        "assign": _("goes to the rotation"),
        "remind": _("%(name)s is reminded") % {"name": one.holder},
        "give_to_another": _("goes to another rep"),
    }.get(one.act, _("comes to you"))


def conclusion(count: int, soonest: UpcomingBreach | None, *, at: datetime) -> tuple[str, UpcomingBreach | None]:
    if not count:
        return _("Nothing needs a decision."), soonest
    if count == 1:
        return _("1 needs a decision."), soonest
    return _("%(n)s need a decision.") % {"n": count}, soonest
