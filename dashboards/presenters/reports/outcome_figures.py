"""What the figures of outcomes count, and the leads behind each (E2, H2, E10)."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from config.web.people import display_name
from config.web.times import exact
from dashboards.presenters.reports.asked import Asked, Group
from dashboards.presenters.reports.figures import Behind, Fact, Figure
from dashboards.presenters.reports.words import time_text
from dashboards.queries.reports import outcome_leads
from dashboards.queries.reports.behind import taken_leads
from dashboards.queries.reports.outcomes import of_arrivals
from dashboards.queries.reports.scope import of_stays, of_taken, reported_queues

STAY_FACTS = (
    Fact(_("Queue"), lambda stay: stay.queue.name, lambda stay: stay.queue.name),
    Fact(_("Source"), lambda stay: stay.lead.source.name, lambda stay: stay.lead.source.name),
    Fact(_("Claimed"), lambda stay: exact(stay.left_at), lambda stay: stay.left_at.isoformat()),
    Fact(_("Waited"), lambda stay: time_text(stay.wait), lambda stay: stay.wait, is_number=True),
    Fact(_("Stands today"), lambda stay: stay.lead.get_stage_display(), lambda stay: stay.lead.stage),
)
TAKEN_FACTS = (
    Fact(_("Rep"), lambda held: display_name(held.holder), lambda held: display_name(held.holder)),
    Fact(_("Taken"), lambda held: exact(held.assigned_at), lambda held: held.assigned_at.isoformat()),
    Fact(_("Ended"), lambda held: held.get_ended_how_display() or str(_("not yet")), lambda held: held.ended_how),
)
LEAD_FACTS = (
    Fact(_("Source"), lambda lead: lead.source.name, lambda lead: lead.source.name),
    Fact(_("Type"), lambda lead: lead.get_lead_type_display(), lambda lead: lead.lead_type),
    Fact(_("Arrived"), lambda lead: exact(lead.created_at), lambda lead: lead.created_at.isoformat()),
    Fact(_("Stands today"), lambda lead: lead.get_stage_display(), lambda lead: lead.stage),
)
HELD_FACTS = (
    Fact(_("Queue"), lambda held: held.place_name, lambda held: held.place_name),
    Fact(_("Source"), lambda held: held.lead.source.name, lambda held: held.lead.source.name),
    Fact(_("Taken"), lambda held: exact(held.assigned_at), lambda held: held.assigned_at.isoformat()),
)
Rows = Callable[..., QuerySet[Any]]


def _stays(rows: Rows) -> Callable[[Asked, Group], Behind]:
    def behind(asked: Asked, group: Group) -> Behind:
        scope = of_stays(reported_queues(asked.user, asked.filters), asked.filters, at=asked.at)
        return Behind(rows(scope, group.by, group.value), lambda stay: stay.lead, STAY_FACTS)

    return behind


def _taken(rows: Rows) -> Callable[[Asked, Group], Behind]:
    def behind(asked: Asked, group: Group) -> Behind:
        scope = of_taken(asked.user, asked.filters, at=asked.at)
        return Behind(rows(scope, group.by, group.value), lambda held: held.lead, TAKEN_FACTS)

    return behind


def _leads(asked: Asked, group: Group) -> Behind:
    queues = reported_queues(asked.user, asked.filters)
    scope = of_arrivals(of_stays(queues, asked.filters, at=asked.at), asked.user, asked.filters)
    return Behind(outcome_leads.went(scope, group.by, group.value), lambda lead: lead, LEAD_FACTS)


def _held(asked: Asked, group: Group) -> Behind:
    scope = of_stays(reported_queues(asked.user, asked.filters), asked.filters, at=asked.at)
    return Behind(outcome_leads.still_held(scope), lambda held: held.lead, HELD_FACTS)


def _at(step: str) -> Callable[[Asked, Group], Behind]:
    """Of the leads that came so far; of one end where the row names it."""

    def behind(asked: Asked, group: Group) -> Behind:
        return _leads(asked, group if group.by else Group("step", step))

    return behind


CLAIMED = Figure(
    "outcome_claimed",
    _("Claimed"),
    _("Stays in a queue that ended with a claim in this period: somebody took the lead or was given it."),
    _("Ours (E2)"),
    _stays(outcome_leads.claimed),
)
CONVERTED = Figure(
    "outcome_converted",
    _("Converted"),
    _(
        "Of these claims, those that ended with an opportunity or a customer. A lead that came back or was handed on "
        "counts for the claim that converted it, not for earlier ones."
    ),
    _("Ours (E2)"),
    _stays(outcome_leads.converted),
)
CONVERSION = Figure(
    "outcome_conversion",
    _("Conversion"),
    _(
        "Converted divided by claimed: each claim counts by how it ended itself. Leads that are still with a rep count "
        "as not converted yet."
    ),
    _("Articles: conversion by queue and by time in queue (E2)"),
    _stays(outcome_leads.converted),
    _("The leads that converted"),
)
WON = Figure(
    "outcome_won",
    _("Won"),
    _(
        "Of the converted claims, those whose lead is a customer today. A lead that came back and was won later counts "
        "for the later claim."
    ),
    _("Ours (E2)"),
    _stays(outcome_leads.won),
)
RANGE = Figure(
    "outcome_range",
    _("Range by chance"),
    _(
        "Where the true conversion lies in 95 of 100 cases. Few leads give a wide range; two shares differ only where "
        "their ranges do not touch."
    ),
    _("Wilson's interval, 95 % (E2)"),
)
STILL_HELD = Figure(
    "outcome_held",
    _("Still with a rep"),
    _("Leads that were taken out of these queues in this period and are with a rep now, so that they may yet convert."),
    _("Ours (E2)"),
    _held,
)
TAKEN = Figure(
    "outcome_taken",
    _("Taken"),
    _("Leads that a rep took or was given in this period, from wherever; what was undone counts as never made."),
    _("Ours (H2, C4b)"),
    _taken(taken_leads),
)
REP_CONVERTED = Figure(
    "outcome_rep_converted",
    _("Converted"),
    _(
        "Of the leads taken, those that the same rep made an opportunity or a customer. One that came back or was "
        "handed on counts for the rep who converted it."
    ),
    _("Ours (H2)"),
    _taken(outcome_leads.taken_and_converted),
)
REP_CONVERSION = Figure(
    "outcome_rep_conversion",
    _("Conversion"),
    _("Converted divided by taken. Leads that the rep still has count as not converted yet."),
    _("Articles: twice the conversion of a colleague suggests weights or training (H2)"),
    _taken(outcome_leads.taken_and_converted),
    _("The leads that converted"),
)
WIN_RATE = Figure(
    "outcome_win_rate",
    _("Win rate"),
    _(
        "Leads that the rep converted and that are customers today, divided by all that the rep took; if one came back "
        "and was won later, it counts for the later claim."
    ),
    _("Articles: win rate per rep (H2)"),
    _taken(outcome_leads.taken_and_won),
    _("The leads that were won"),
)
CAPTURED = Figure(
    "outcome_captured",
    _("Captured"),
    _(
        "Leads that arrived in this period. One that was merged into another counts there only. A queue has the leads "
        "that were in it last."
    ),
    _("Ours (E2)"),
    _leads,
)
REVIEWED = Figure(
    "outcome_reviewed",
    _("Review desk"),
    _("Of the leads that arrived, those that were on the review desk at some time."),
    _("Ours (E2)"),
    _at("reviewed"),
)
QUEUED = Figure(
    "outcome_queued",
    _("In a queue"),
    _("Of the leads that arrived, those that were in a queue at some time."),
    _("Ours (E2)"),
    _at("queued"),
)
HELD = Figure(
    "outcome_taken_by",
    _("Claimed"),
    _("Of the leads that arrived, those that a rep took or was given; what was undone counts as never made."),
    _("Ours (E2, C4b)"),
    _at("claimed"),
)
CONTACTED = Figure(
    "outcome_contacted",
    _("Contacted"),
    _("Of the leads that arrived, those that a rep who had them contacted."),
    _("Ours (E2)"),
    _at("contacted"),
)
STANDS = Figure(
    "outcome_stands",
    _("Share"),
    _("Leads that stand so today, divided by all that arrived in this period."),
    _("Ours (E2)"),
    _leads,
)
CHANGE = Figure(
    "outcome_change",
    _("Change in points"),
    _("Conversion now minus that of the period before, whose leads have had more time, in points of percent."),
    _("Ours (E2)"),
)
STEPS = {"captured": CAPTURED, "reviewed": REVIEWED, "queued": QUEUED, "claimed": HELD, "contacted": CONTACTED}
FIGURES = (
    CLAIMED,
    CONVERTED,
    CONVERSION,
    WON,
    RANGE,
    STILL_HELD,
    TAKEN,
    REP_CONVERTED,
    REP_CONVERSION,
    WIN_RATE,
    CHANGE,
    STANDS,
    *STEPS.values(),
)
