"""A clock that ran out, as a line of the timeline of its lead (D1, D2)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

BREACH_ACTS = {
    "remind": lazy("The holder was reminded"),
    "tell_manager": lazy("The manager was notified"),
    "give_to_another": lazy("It goes to another rep"),
}


def breached_line(details: Mapping) -> tuple[str, str]:
    clock = details.get("clock")
    if clock == "wait":
        return _("The longest wait in %(queue)s ran out") % {"queue": details.get("queue", "")}, ""
    if clock == "age":
        return _("Waited longer than the last step of the age ladder"), _("The manager was notified")
    text = _("The contact clock ran out, time %(n)s")
    return text % {"n": details.get("number", 1)}, str(BREACH_ACTS.get(details.get("act", ""), ""))
