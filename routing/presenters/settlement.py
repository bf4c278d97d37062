"""Presents what bringing the counts into proportion means: "Of the next 10 leads: Ani 7, Budi 2, Citra 1." (F10)"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing.queries.rotation.settlement import SettlementPreview

MAX_NAMES = 12


def next_leads_sentence(preview: SettlementPreview) -> str:
    text = ngettext("Of the next lead: %(who)s.", "Of the next %(n)s leads: %(who)s.", preview.leads)
    return text % {"n": preview.leads, "who": _list([(str(row.rep), row.gets) for row in preview.rows])}


def given_sentence(preview: SettlementPreview) -> str:
    return _("Given until now: %(who)s.") % {"who": _list([(str(row.rep), row.given) for row in preview.rows])}


def level_sentence(preview: SettlementPreview) -> str:
    """After how many leads the counts are in proportion."""
    leads = preview.settlement.leads
    if leads <= 0:
        return _("The counts are within one lead of the weights; who is behind comes first.")
    text = ngettext(
        "After %(n)s lead the counts are in proportion to the weights.",
        "After %(n)s leads the counts are in proportion to the weights.",
        leads,
    )
    return text % {"n": leads}


def _list(rows: list[tuple[str, int]]) -> str:
    shown = ", ".join(f"{name} {count}" for name, count in rows[:MAX_NAMES])
    more = len(rows) - MAX_NAMES
    return shown if more <= 0 else _("%(names)s and %(n)s more") % {"names": shown, "n": more}
