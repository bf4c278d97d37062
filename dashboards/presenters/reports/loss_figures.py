"""What the figures of losses count, and the leads behind each (E4, E10)."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from config.web.times import exact
from dashboards.presenters.reports.asked import Asked, Group
from dashboards.presenters.reports.figures import Behind, Fact, Figure
from dashboards.queries.reports import losses
from dashboards.queries.reports.scope import reported_queues
from routing.models import Assignment
from routing.presenters.choices import REASONS


def reason_text(reason: str) -> str:
    return str(REASONS.get(reason, reason)) if reason else str(_("No reason"))


def _left_text(stay: Any) -> str:
    return stay.get_left_how_display() if stay.left_how else str(_("still waits"))


def _kind_text(held: Any) -> str:
    return str(losses.KINDS[held.reason_kind])


STAY_FACTS = (
    Fact(_("Queue"), lambda stay: stay.queue.name, lambda stay: stay.queue.name),
    Fact(_("Source"), lambda stay: stay.lead.source.name, lambda stay: stay.lead.source.name),
    Fact(_("Entered"), lambda stay: exact(stay.entered_at), lambda stay: stay.entered_at.isoformat()),
    Fact(_("Left"), lambda stay: exact(stay.left_at), lambda stay: stay.left_at and stay.left_at.isoformat()),
    Fact(_("Where to"), _left_text, lambda stay: stay.left_how),
)
REASON_FACTS = (
    Fact(_("Source"), lambda held: held.lead.source.name, lambda held: held.lead.source.name),
    Fact(_("From"), lambda held: held.place_name, lambda held: held.place_name),
    Fact(_("Ended"), lambda held: exact(held.ended_at), lambda held: held.ended_at.isoformat()),
    Fact(_("How"), _kind_text, lambda held: held.reason_kind),
    Fact(_("Reason"), lambda held: reason_text(held.end_reason), lambda held: held.end_reason),
)


def _stays(rows: Callable[..., QuerySet[Any]]) -> Callable[[Asked, Group], Behind]:
    def behind(asked: Asked, group: Group) -> Behind:
        scope = losses.of_entered(reported_queues(asked.user, asked.filters), asked.filters, at=asked.at)
        return Behind(rows(scope, group.by, group.value), lambda stay: stay.lead, STAY_FACTS)

    return behind


def _way(way: str) -> Callable[[Asked, Group], Behind]:
    return _stays(lambda scope, by, value: losses.lost_leads(scope, by, value, way))


def _reasons(asked: Asked, group: Group) -> Behind:
    entered = losses.of_entered(reported_queues(asked.user, asked.filters), asked.filters, at=asked.at)
    scope = losses.of_reasons(entered, asked.user, asked.filters)
    rows: QuerySet[Assignment] = losses.reason_leads(scope, group.by, group.value)
    return Behind(rows, lambda held: held.lead, REASON_FACTS)


ENTERED = Figure(
    "loss_entered",
    _("Entered"),
    _(
        "Stays in a queue that began in this period; a lead that was given back enters again. A stay that went on in "
        "another queue counts there, and the unclaimed one of a lead that was merged nowhere."
    ),
    _("Ours (E4)"),
    _stays(losses.entered_leads),
)
LOST = Figure(
    "loss_left",
    _("Left without a claim"),
    _("Of the leads that entered in this period, those that left their queue before anybody took them."),
    _("Articles: abandonment (E4)"),
    _stays(losses.lost_leads),
)
ABANDONMENT = Figure(
    "loss_share",
    _("Abandonment"),
    _(
        "Left without a claim divided by entered. Leads that still wait may yet be claimed or lost. Managers hear of a "
        "queue above 15 % in the last 30 days, once a day until it is below 12 %."
    ),
    _("Articles: alarm above 15 %; exactly 15 % is none (E4, L1)"),
    _stays(losses.lost_leads),
    _("The leads that were lost"),
)
NURTURED = Figure(
    "loss_nurtured",
    _("Nurture"),
    _("Of the leads lost, those that waited too long and went to nurture."),
    _("D6"),
    _way("nurtured"),
)
ARCHIVED = Figure(
    "loss_archived",
    _("Archive"),
    _("Of the leads lost, those that went to the archive."),
    _("D6"),
    _way("archived"),
)
PARTNERED = Figure(
    "loss_partnered",
    _("Partner"),
    _("Of the leads lost, those that were sent to a partner pool."),
    _("D8"),
    _way("partnered"),
)
CLOSED = Figure(
    "loss_closed",
    _("Closed"),
    _("Of the leads lost, those that somebody rejected or closed while they waited."),
    _("Ours (E4)"),
    _way("closed"),
)
REASON = Figure(
    "loss_reason",
    _("Times"),
    _(
        "How often reps gave this reason in this period, whenever they had taken the lead. A skip is a lead given back "
        "from a blind queue before the first contact."
    ),
    _("Ours (E4, C4c)"),
    _reasons,
)
REASON_SHARE = Figure(
    "loss_reason_share",
    _("Share"),
    _("The times of this reason divided by all returns, all skips or all disqualifications."),
    _("Ours (E4)"),
    _reasons,
)
CHANGE = Figure(
    "loss_change",
    _("Change in points"),
    _("Abandonment now minus that of the period before, whose leads have had more time, in points of percent."),
    _("Ours (E4)"),
)
REASON_BEFORE = Figure(
    "loss_reason_before",
    _("Before"),
    _("How often this reason was given in the period before."),
    _("Ours (E4)"),
)
REASON_CHANGE = Figure(
    "loss_reason_change",
    _("Change of share in points"),
    _("Its share in this period minus that in the period before, in points of percent."),
    _("Ours (E4)"),
)
WAYS = {"nurtured": NURTURED, "archived": ARCHIVED, "partnered": PARTNERED, "closed": CLOSED}
FIGURES = (ENTERED, LOST, ABANDONMENT, CHANGE, *WAYS.values(), REASON, REASON_SHARE, REASON_BEFORE, REASON_CHANGE)
