"""Red flags of reps in words (D4)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from queues.decisions.red_flags import MOST_OF_A_REP, Evidence, RedFlag, RedFlagCode

NAMES = 3  # in the sentence; the page lists all


@dataclass(frozen=True, slots=True)
class FlagWords:
    """A flag as one sentence, with the leads that the page links to."""

    says: str
    leads: tuple[Evidence, ...]


def flag_words(flag: RedFlag) -> FlagWords:
    return FlagWords(flag_text(flag), flag.leads)


def flag_text(flag: RedFlag) -> str:
    """The flag with its evidence."""
    words = {
        "n": _("%(n)s or more") % {"n": flag.amount} if flag.amount == MOST_OF_A_REP else flag.amount,
        "of": flag.of,
        "place": flag.place,
        "names": ", ".join(lead.label for lead in flag.leads[:NAMES]),
    }
    if flag.code == RedFlagCode.LATE_CONTACT:
        text = ngettext("%(n)s contact overdue: %(names)s", "%(n)s contacts overdue: %(names)s", flag.amount)
    elif flag.code == RedFlagCode.OVER_THE_WEEKEND:
        text = _("%(n)s taken on Friday afternoon, not contacted since: %(names)s")
    elif flag.code == RedFlagCode.SKIPPING:
        text = _("%(n)s skips of %(place)s within an hour: %(names)s")
    else:
        text = _("%(of)s claims in a week, %(n)s contacted")
    return text % words
