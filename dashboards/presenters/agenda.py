"""What a rep has to do next with a lead, in words (C5)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from dashboards.decisions import agenda

TASKS: Mapping[str, object] = {
    agenda.FIRST_CONTACT: _("First contact"),
    agenda.CALL_BACK: _("Call back"),
    agenda.FOLLOW_UP: _("Follow up"),
    agenda.SNOOZED: _("Snoozed"),
    agenda.NEXT_STEP: _("No next step"),
}
