"""Words for alerts about the installation: a standstill, an import that ended, test leads (I1, K5)."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.times import when


def standstill_sentence(details: dict) -> str:
    count, since = details.get("minutes", 0), _since(details)
    text = ngettext(
        "Background work stood still for %(n)s minute since %(time)s. What was due in that time is done now.",
        "Background work stood still for %(n)s minutes since %(time)s. What was due in that time is done now.",
        count,
    )
    return text % {"n": count, "time": since}


def ended_import_sentence(details: dict) -> str:
    words = {name: details.get(name, 0) for name in ("made", "known", "refused")} | {"name": details.get("name", "")}
    if details.get("is_whole"):
        text = _("%(name)s is imported: %(made)s new, %(known)s known before, %(refused)s refused.")
    else:
        text = _("The import of %(name)s stopped: %(made)s new, %(known)s known before, %(refused)s refused so far.")
    return text % words


def probe_down_sentence(details: dict) -> str:
    """A test lead that stopped somewhere, or none at all for some time (K5)."""
    count = details.get("minutes", 0)
    if details.get("why") == "missed":
        text = ngettext(
            "No test lead was sent for %(n)s minute since %(time)s: nobody knew whether leads get through.",
            "No test lead was sent for %(n)s minutes since %(time)s: nobody knew whether leads get through.",
            count,
        )
        return text % {"n": count, "time": _since(details)}
    text = _("A test lead from %(origin)s did not get through at %(time)s. Real leads may stop at the same place.")
    return text % {"origin": details.get("origin", ""), "time": _since(details)}


def probe_well_sentence(details: dict) -> str:
    count = details.get("minutes", 0)
    text = ngettext(
        "Test leads get through again, after %(n)s minute.",
        "Test leads get through again, after %(n)s minutes.",
        count,
    )
    return text % {"n": count}


def _since(details: dict) -> str:
    try:
        return when(datetime.fromisoformat(details.get("since", "")))
    except (TypeError, ValueError):
        return _("n/a")
