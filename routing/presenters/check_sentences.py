"""The sentence about each of the five checks of a trial (F11)."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing.decisions.simulation.checks import BY_ROOM, Check, CheckCode, CheckReason, CheckVerdict

Words = Mapping[str, str]  # "n", "most", "names" and "leads", ready for people


def check_sentence(check: Check, words: Words) -> str:
    return SENTENCES[check.code](check, words)


def _each(check: Check, words: Words) -> str:
    if check.why == CheckReason.NOBODY:
        return _("Nobody can be given a lead now.")
    if check.verdict == CheckVerdict.PASSED:
        text = ngettext(
            "The one rep who takes turns now has a lead.",
            "All %(n)s reps who take turns now have a lead.",
            check.number,
        )
        return text % words
    if check.why == CheckReason.SHARES:
        return _("%(names)s would get none of these leads: the others have more room.") % words
    if check.verdict == CheckVerdict.NOT_APPLICABLE:
        return _("%(leads)s leads are too few to give everybody a turn: %(names)s would come later.") % words
    if check.why == CheckReason.OWED:
        return _("Owed turns come first; %(names)s would get none of these leads.") % words
    return _("%(names)s would get none of these leads, although a turn is due.") % words


def _within(check: Check, words: Words) -> str:
    if check.why == CheckReason.NOBODY:
        return _("Nobody can be given a lead now.")
    if check.why == CheckReason.ALONE:
        return _("There are no two reps whose turns could be compared.")
    if check.why == CheckReason.SKILLS:
        return _("Not everybody can have each of these leads, so the numbers may differ.")
    if check.why == CheckReason.SPREAD:
        return _("Some leads went elsewhere because nobody may be too many leads ahead, so the value may differ.")
    if check.why in BY_ROOM:
        return _by_room(check, words)
    if check.verdict == CheckVerdict.NOT_PASSED:
        return _("%(names)s would be too far from the share; the largest distance is %(most)s.") % words
    if check.why == CheckReason.PLAIN:
        return _("The difference between the most and the fewest turns of %(n)s reps is %(most)s.") % words
    if check.why == CheckReason.VALUE:
        return _("No rep ends up further from the share of value than one large lead explains.") % words
    if check.why == CheckReason.BLOCKS:
        return _("No rep is more than one block away from the share; the largest distance is %(most)s.") % words
    text = _("With what was due before, nobody is more than one lead from the share; the distance now is %(most)s.")
    return text % words


def _by_room(check: Check, words: Words) -> str:
    if check.verdict == CheckVerdict.NOT_PASSED:
        return _("%(names)s would get a lead while somebody else has more room.") % words
    if check.why == CheckReason.MOST_FREE:
        return _("No rep gets a lead while another one, who could have it, has more places free.")
    return _("No rep gets a lead while another one, who could have it, has fewer open leads.")


def _assigned(check: Check, words: Words) -> str:
    if check.verdict == CheckVerdict.NOT_PASSED:
        text = ngettext(
            "%(n)s of %(leads)s leads would wait: nobody is available for it.",
            "%(n)s of %(leads)s leads would wait: nobody is available for them.",
            check.number,
        )
        return text % words
    if check.why == CheckReason.FALLBACK:
        return _("All leads have an owner; %(n)s of them went to the fallback person.") % words
    return _("All %(leads)s leads have an owner.") % words


def _wraps(check: Check, words: Words) -> str:
    if check.why == CheckReason.SHARES:
        return _("The list does not decide who is next here, so it has no end.")
    if check.why == CheckReason.NOBODY:
        return _("No turn of the list was taken.")
    if check.verdict == CheckVerdict.NOT_APPLICABLE:
        return _("%(n)s turns are too few to come to the end of the list.") % words
    if check.verdict == CheckVerdict.NOT_PASSED:
        return _("The list did not start again with the first rep who could have had the lead.")
    text = ngettext(
        "It started again once, with the first rep who could have the lead.",
        "It started again %(n)s times, each time with the first rep who could have the lead.",
        check.number,
    )
    return text % words


def _deactivated(check: Check, words: Words) -> str:
    if check.why == CheckReason.NOBODY:
        return _("No rep got a lead, so there is nobody to deactivate.")
    if check.verdict == CheckVerdict.NOT_PASSED:
        return _("Tried again with %(names)s deactivated: leads still went there.") % words
    if check.verdict == CheckVerdict.NOT_APPLICABLE:
        return _("Tried again with %(names)s deactivated: these leads did not reach that turn.") % words
    if check.why == CheckReason.WAIT:
        return _("Tried again with %(names)s deactivated: passed over, and %(n)s leads would wait.") % words
    return _("Tried again with %(names)s deactivated: passed over, and the others got the leads.") % words


SENTENCES: Mapping[CheckCode, Callable[[Check, Words], str]] = {
    CheckCode.EACH: _each,
    CheckCode.WITHIN: _within,
    CheckCode.ASSIGNED: _assigned,
    CheckCode.WRAPS: _wraps,
    CheckCode.DEACTIVATED: _deactivated,
}
