"""Words for alerts about the installation: a standstill of background work, an import that ended (I1)."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.times import when


def standstill_sentence(details: dict) -> str:
    count = details.get("minutes", 0)
    try:
        since = when(datetime.fromisoformat(details.get("since", "")))
    except (TypeError, ValueError):
        since = _("n/a")
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
