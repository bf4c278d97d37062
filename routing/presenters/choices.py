"""Words for what a holder chooses: kinds and outcomes of contact, reasons, ways to end the work on a lead (C4)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from leads.models import Lead

CONTACT_KINDS: Mapping[str, object] = {
    "call": _("Call"),
    "email": _("E-mail"),
    "meeting": _("Meeting"),
    "message": _("Message"),
}
CONTACT_OUTCOMES: Mapping[str, object] = {
    "reached": _("Reached"),
    "no_answer": _("No answer"),
    "left_message": _("Left message"),
    "call_back": _("Call back"),
    "wrong_number": _("Wrong number"),
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
    "no_skill": _("Needs a skill I lack"),
    "no_need": _("No need"),
    "no_budget": _("No budget"),
}
DEAL_STAGES: Mapping[str, object] = {
    Lead.Stage.CONVERTED: _("Opportunity"),
    Lead.Stage.WON: _("Won"),
    Lead.Stage.LOST: _("Lost"),
}

FOLLOW_UP_ERRORS = {
    "past": _("This time has passed. Choose one that is still to come."),
    "far": _("This is more than a year away. Choose a nearer time."),
}
