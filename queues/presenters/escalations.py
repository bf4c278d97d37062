"""How an escalation ended, in words (C7)."""

from django.utils.translation import gettext as _

from config.web.people import display_name
from config.web.times import when
from queues.models import Escalation


def closed_text(escalation: Escalation) -> str:
    """How it ended, by whom and when."""
    how = escalation.get_closed_how_display()
    if escalation.closed_by:
        words = {"how": how, "name": display_name(escalation.closed_by), "time": when(escalation.closed_at)}
        return _("%(how)s by %(name)s at %(time)s") % words
    return _("%(how)s at %(time)s") % {"how": how, "time": when(escalation.closed_at)}
