"""Presents each message of the inbox as one sentence."""

from datetime import datetime

from django.utils.translation import gettext as _

from routing.models import Assignment, Notification
from routing.presenters.alerts import (
    away_question_sentence,
    broken_feed_sentence,
    coming_absence_sentence,
    failed_audit_sentence,
    stuck_rotation_sentence,
    too_many_members_sentence,
    unfair_share_sentence,
)
from routing.presenters.choices import REASONS
from routing.presenters.deliveries import dead_channel_sentence, outage_over_sentence, outage_sentence
from routing.presenters.installation_alerts import (
    crm_back_sentence,
    crm_down_sentence,
    ended_import_sentence,
    failing_hook_sentence,
    hook_off_sentence,
    probe_down_sentence,
    probe_well_sentence,
    standstill_sentence,
)
from routing.presenters.letters import letter_message
from routing.presenters.mailed_reports import report_message
from routing.presenters.morning_figures import morning_message
from routing.presenters.queue_alerts import QUEUE_ALERTS

Kind = Notification.Kind
ALERTS = {
    Kind.UNFAIR: unfair_share_sentence,
    Kind.AUDIT_FAILED: failed_audit_sentence,
    Kind.STUCK: stuck_rotation_sentence,
    Kind.TOO_MANY: too_many_members_sentence,
    Kind.AWAY_QUESTION: away_question_sentence,
    Kind.FEED_BROKEN: broken_feed_sentence,
    Kind.CHANNEL_DEAD: dead_channel_sentence,
    Kind.WAY_DOWN: outage_sentence,
    Kind.WAY_BACK: outage_over_sentence,
    Kind.CRM_DOWN: crm_down_sentence,
    Kind.CRM_BACK: crm_back_sentence,
    Kind.HOOK_FAILING: failing_hook_sentence,
    Kind.HOOK_OFF: hook_off_sentence,
    Kind.WORKER_SILENT: standstill_sentence,
    Kind.PROBE_DOWN: probe_down_sentence,
    Kind.PROBE_WELL: probe_well_sentence,
    Kind.IMPORT_DONE: ended_import_sentence,
    Kind.LETTER: letter_message,
    Kind.FIGURES: morning_message,
    Kind.REPORT: report_message,
    **QUEUE_ALERTS,
}


def message_sentence(row: Notification, *, at: datetime) -> str:
    """Names the company, never the person, because a message stays when the reader may no longer see the lead."""
    details = row.details or {}
    if row.kind == Kind.ALL_ABSENT:
        return coming_absence_sentence(details, at=at)
    if row.kind in ALERTS:
        return ALERTS[row.kind](details)
    words = {
        "lead": details.get("label") or (row.lead.label if row.lead_id else _("A lead")),
        "place": details.get("place") or "",
        "n": details.get("number", 1),
        "rotation": details.get("name", ""),
    }
    if row.kind == Kind.ASSIGNED:
        return _assigned(details, words)
    if row.kind == Kind.TAKEN_AWAY:
        return _taken_away(details, words)
    if row.kind == Kind.RE_ENGAGED:
        return _came_back(details, words)
    return {
        Kind.CONTACT_SOON: _("%(lead)s: first contact is due soon."),
        Kind.MINUTES_LEFT: _("%(lead)s: 10 minutes are left for first contact."),
        Kind.CONTACT_DUE: _("%(lead)s: the time limit for first contact has passed (%(n)s)."),
        Kind.TEAM_CONTACT_DUE: _("%(lead)s: first contact by your team is overdue (%(n)s)."),
        Kind.ESCALATED: _("%(lead)s needs your decision."),
        Kind.DRAFT_PUBLISHED: _("The draft for %(rotation)s is in force, as planned."),
        Kind.DRAFT_REFUSED: _(
            "The draft for %(rotation)s was not published because somebody had changed the same settings. "
            "It waits for you."
        ),
    }.get(row.kind, str(row.get_kind_display())) % words


def _assigned(details: dict, words: dict) -> str:
    how = details.get("how")
    if how == Assignment.How.ROTATION and words["place"]:
        return _("%(lead)s is yours: your turn in %(place)s.") % words
    if how == Assignment.How.BREACH:
        return _("%(lead)s is yours: a colleague did not make contact in time.") % words
    if how == Assignment.How.BY_HAND:
        return _("%(lead)s is yours: a manager gave it to you.") % words
    if how == Assignment.How.HANDED_ON:
        return _("%(lead)s is yours: a colleague had it before, and it was your turn.") % words
    if how == "reopened":
        says = _("%(lead)s is yours again: %(name)s opened it again, “%(reason)s”.")
        return says % (words | {"name": details.get("by", ""), "reason": details.get("reason", "")})
    if how == Assignment.How.HANDED_OVER:
        words |= {"name": details.get("by_name", ""), "reason": REASONS.get(details.get("reason", ""), "")}
        says = _("%(lead)s is yours: %(name)s handed it over (%(reason)s).") % words
        return f"{says} {details.get('note', '')}".strip()
    if how == Assignment.How.OWNER:
        return _("%(lead)s is yours: you own its account, or you stand in for its owner.") % words
    return _("%(lead)s is yours.") % words


def _came_back(details: dict, words: dict) -> str:
    """With the message itself. `holder` is set for managers, if who has the lead is not here."""
    words |= {"says": details.get("says", ""), "source": details.get("source", ""), "holder": details.get("holder", "")}
    if words["says"]:
        says = _("%(lead)s wrote again: “%(says)s”") % words
    elif words["source"]:
        says = _("%(lead)s showed interest again, through %(source)s.") % words
    else:
        says = _("%(lead)s showed interest again.") % words
    if words["holder"]:
        return " ".join((says, _("%(holder)s, who has it, is away.") % words))
    return " ".join((says, _("It is yours.")))


def _taken_away(details: dict, words: dict) -> str:
    if details.get("how") == Assignment.Ended.BREACHED:
        return _("%(lead)s went to a colleague: first contact was overdue.") % words
    if details.get("how") == Assignment.Ended.UNDONE:
        return _("%(lead)s is no longer yours: its assignment was undone.") % words
    return _("%(lead)s went to somebody else by a manager's decision.") % words
