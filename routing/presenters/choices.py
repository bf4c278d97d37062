"""The names of what a holder can choose: kinds and outcomes of contact, reasons, and what a lead became (C4)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leads.models import Lead
from routing.decisions.contact import ContactKind, ContactOutcome, ContactRefusal
from routing.decisions.handing_over import HandOverReason

CONTACT_KINDS: Mapping[str, object] = {
    ContactKind.CALL: pgettext_lazy("by phone", "Call"),
    ContactKind.EMAIL: _("E-mail"),
    ContactKind.MEETING: _("Meeting"),
    ContactKind.MESSAGE: _("Message"),
}
CONTACT_OUTCOMES: Mapping[str, object] = {
    ContactOutcome.REACHED: _("Reached"),
    ContactOutcome.NO_ANSWER: _("No answer"),
    ContactOutcome.LEFT_MESSAGE: _("Left message"),
    ContactOutcome.CALL_BACK: _("Call back"),
    ContactOutcome.WRONG_NUMBER: _("Wrong number"),
}
REASONS: Mapping[str, object] = {
    "duplicate": _("Duplicate"),
    "competitor": _("Competitor"),
    "student": _("Student"),
    "invalid": _("Not a real lead"),
    "wrong_segment": _("Wrong segment"),
    "unreachable_contact": _("Cannot be reached"),
    "not_my_type": _("Not my type of lead"),
    "no_capacity": _("No time for it"),
    "no_skill": _("Needs a skill I do not have"),
    "no_need": _("No need"),
    "no_budget": _("No budget"),
    "crm": _("Closed in the CRM"),
    HandOverReason.AWAY_SOON: _("Will be away"),
    HandOverReason.KNOWN_TO_THEM: _("The colleague knows the customer"),
}
HAND_OVER_REASONS: Mapping[str, object] = {code: REASONS[code] for code in HandOverReason}
DEAL_STAGES: Mapping[str, object] = {
    Lead.Stage.CONVERTED: _("Opportunity"),
    Lead.Stage.WON: _("Won"),
    Lead.Stage.LOST: _("Lost"),
}

FOLLOW_UP_ERRORS = {
    ContactRefusal.PAST: _("This time has passed. Choose a later one."),
    ContactRefusal.FAR: _("This is more than a year away. Choose an earlier time."),
}
CORRECTION_ERRORS = {
    ContactRefusal.TIME: _("The contact must be after you got the lead, and not later than now."),
    ContactRefusal.SAME: _("Nothing was changed."),
    ContactRefusal.RAN_OUT: _(
        "A time limit ran out after that, and your manager may have been told. Choose a later time."
    ),
}
