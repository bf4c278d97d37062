"""How rotations read to people: why somebody is passed over, what happens when nobody is available (C6, F6)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.templatetags.alur import when
from routing.models import Rotation

SKIP_WORDS: Mapping[str, object] = {
    "inactive": lazy("no longer active"),
    "switched_off": lazy("paused"),
    "on_leave": lazy("on leave"),
    "all_day_meeting": lazy("in a meeting all day"),
    "over_capacity": lazy("above the own capacity"),
    "not_seen": lazy("not signed in for a day"),
    "outside_hours": lazy("outside working hours"),
    "paused": lazy("paused in this rotation"),
    "declined": lazy("had given this lead back"),
    "fallback": lazy("fallback person"),
}


def skip_words(reason: str, until=None) -> str:
    """Why a member is passed over, and until when, if that is known."""
    words = str(SKIP_WORDS.get(reason, _("not available")))
    return _("%(reason)s until %(time)s") % {"reason": words, "time": when(until)} if until else words


def nobody_words(rotation: Rotation) -> str:
    """What happens to a lead when no member is available (F6)."""
    if rotation.when_nobody == Rotation.WhenNobody.FALLBACK:
        return _("When nobody is available, %(name)s gets the lead.") % {"name": rotation.fallback}
    if rotation.when_nobody == Rotation.WhenNobody.ANYWAY:
        return _("When nobody is available, leads are assigned in turn anyway.")
    return _("When nobody is available, leads wait until somebody is.")


def plain_words(rotation: Rotation) -> list[str]:
    """The rotation's settings as sentences."""
    says = [_("Each lead goes to the next member in order; after the last the list begins anew.")]
    passed = [
        (rotation.skips_on_leave, _("on leave or in a meeting all day")),
        (rotation.skips_switched_off, _("paused")),
        (rotation.skips_over_capacity, _("above the own capacity")),
    ]
    named = [words for is_on, words in passed if is_on]
    if named:
        says.append(_("Passed over is who is %(reasons)s.") % {"reasons": _(" or ").join(named)})
    else:
        says.append(_("Nobody is passed over but who is no longer active."))
    says.append(nobody_words(rotation))
    says.append(_("A lead returned as duplicate, competitor or student gives the turn back."))
    return says
