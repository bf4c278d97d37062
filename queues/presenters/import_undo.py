"""What an undo of an import takes away and leaves, in words (A9)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from queues.queries.import_undo import Touch, UndoPreview


def stays_text(stays: Mapping[Any, int]) -> str:
    """ "5 claimed, 3 edited"."""
    words = {
        Touch.CLAIMED: _("%(n)s claimed"),
        Touch.CONTACTED: _("%(n)s contacted"),
        Touch.EDITED: _("%(n)s edited"),
        Touch.MERGED: _("%(n)s compared or merged"),
        Touch.CAME_BACK: _("%(n)s came back"),
        Touch.PARTNER: _("%(n)s with a partner"),
        Touch.HANDLED: _("%(n)s handled by somebody"),
        "opened": _("%(n)s opened again by the file"),
    }
    return ", ".join(str(words[kind]) % {"n": number(stays[kind])} for kind in words if stays.get(kind))


def preview_sentence(preview: UndoPreview) -> str:
    """ "212 leads go; 8 stay: 5 claimed, 3 edited"."""
    goes = ngettext("%(n)s lead goes", "%(n)s leads go", preview.goes) % {"n": number(preview.goes)}
    stays = preview.stays.total()
    if not stays:
        return _("%(goes)s; none stays.") % {"goes": goes}
    stay = ngettext("%(n)s stays", "%(n)s stay", stays) % {"n": number(stays)}
    return _("%(goes)s; %(stay)s: %(why)s.") % {"goes": goes, "stay": stay, "why": stays_text(preview.stays)}


def outcome_sentence(counts: Mapping[str, int | Mapping[str, int]]) -> str:
    """ "212 leads went. 37 rows were taken back from leads that were here. 8 stay: 5 claimed, 3 edited"."""
    gone, back = (_whole(counts, name) for name in ("gone", "taken_back"))
    stays = counts.get("stays", {})
    parts = [ngettext("%(n)s lead went.", "%(n)s leads went.", gone) % {"n": number(gone)}]
    if back:
        words = ngettext(
            "%(n)s row was taken back from a lead that was here before.",
            "%(n)s rows were taken back from leads that were here before.",
            back,
        )
        parts.append(words % {"n": number(back)})
    if isinstance(stays, Mapping) and stays:
        total = sum(stays.values())
        stay = ngettext("%(n)s stays", "%(n)s stay", total) % {"n": number(total)}
        parts.append(_("%(stay)s: %(why)s.") % {"stay": stay, "why": stays_text(stays)})
    return " ".join(parts)


def _whole(counts: Mapping[str, int | Mapping[str, int]], name: str) -> int:
    value = counts.get(name, 0)
    return value if isinstance(value, int) else 0
