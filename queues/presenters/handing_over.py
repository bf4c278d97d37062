"""Colleagues, and why a lead stays with its holder, in words (M7)."""

from django.utils.translation import gettext as _

from config.web.times import when
from queues.actions.claims.handing_over import HandOverRefusal, HandOverRefused
from queues.queries.handing_over import Colleague


def colleague_text(one: Colleague) -> str:
    """As one line of a list: "Maria Kusuma: 3 open, free"."""
    words = {"name": str(one.rep), "n": one.load, "capacity": one.rep.capacity}
    if not one.is_free and one.back_at is None:
        return _("%(name)s: %(n)s open, away") % words
    if not one.is_free:
        return _("%(name)s: %(n)s open, away until %(time)s") % {**words, "time": when(one.back_at)}
    if one.is_full:
        return _("%(name)s: %(n)s open of %(capacity)s, full") % words
    return _("%(name)s: %(n)s open, free") % words


def stays_text(refused: HandOverRefused) -> str:
    one = refused.colleague
    if refused.code == HandOverRefusal.AWAY and one is not None:
        words = {"name": str(one.rep), "n": one.load, "capacity": one.rep.capacity}
        if one.is_free:
            return _("%(name)s is full: %(n)s open leads of %(capacity)s. Confirm it, or choose somebody else.") % words
        if one.back_at is None:
            return _("%(name)s is away. Confirm it, or choose somebody else.") % words
        words["time"] = when(one.back_at)
        return _("%(name)s is away until %(time)s. Confirm it, or choose somebody else.") % words
    return {
        HandOverRefusal.OFF: _("Your teams hand no leads over. Return it to its queue instead."),
        HandOverRefusal.CONTACT_FIRST: _(
            "It was handed over to you. Contact it first, or return it to its queue with a reason."
        ),
        HandOverRefusal.ESCALATED: _("Your manager decides about it now, so it stays with you until then."),
    }.get(refused.code, _("This colleague cannot get it any more. Choose somebody else."))
