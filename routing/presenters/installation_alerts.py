"""Words for alerts about the installation: a standstill, an ended import, test leads, CRMs, webhooks (I1-4, K5)."""

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


def crm_down_sentence(details: dict) -> str:
    """It waits and goes on by itself, or somebody must mend it (I4)."""
    words = {"name": details.get("name", ""), "time": _since(details), "what": details.get("field", "")}
    problem, is_named = details.get("problem", ""), bool(words["what"])
    if details.get("state") == "broken":
        text = {
            "sign_in": _("The connection “%(name)s” has stood still since %(time)s: the CRM refuses its sign-in."),
            "account": _("The connection “%(name)s” has stood still since %(time)s: its secret opens another account."),
            "rights": _("The connection “%(name)s” has stood still since %(time)s: it lacks a right in the CRM."),
            "field": _("The connection “%(name)s” has stood still since %(time)s: a field is missing in the CRM."),
        }.get(problem, _("The connection “%(name)s” has stood still since %(time)s and must be mended."))
        named = _("It is called %(what)s there.") if is_named else ""
        return " ".join(filter(None, (text, named))) % words
    text = {
        "limit": _("The connection “%(name)s” has waited since %(time)s: the CRM takes no more calls for now."),
        "usage": _("The connection “%(name)s” has waited since %(time)s: it has used its share of the calls of a day."),
        "silent": _("The connection “%(name)s” has waited since %(time)s: the CRM does not answer."),
    }.get(problem, _("The connection “%(name)s” has waited since %(time)s."))
    return " ".join((text, _("It goes on by itself."))) % words


def crm_back_sentence(details: dict) -> str:
    count = details.get("minutes", 0)
    if not count:
        return _("The connection “%(name)s” works again, after less than a minute.") % {"name": details.get("name", "")}
    text = ngettext(
        "The connection “%(name)s” works again, after %(n)s minute.",
        "The connection “%(name)s” works again, after %(n)s minutes.",
        count,
    )
    return text % {"name": details.get("name", ""), "n": count}


def failing_hook_sentence(details: dict) -> str:
    text = _("Nothing has arrived at the webhook %(name)s since %(time)s. Its messages are kept and tried again.")
    return text % {"name": details.get("name", ""), "time": _since(details)}


def hook_off_sentence(details: dict) -> str:
    """After five days of failures, or because the receiver said so (I3)."""
    if details.get("why") == "gone":
        text = _("The webhook %(name)s was removed: its receiver says that it is gone for good.")
    else:
        text = _("The webhook %(name)s was switched off: nothing has arrived there for five days.")
    return text % {"name": details.get("name", "")}


def _since(details: dict) -> str:
    try:
        return when(datetime.fromisoformat(details.get("since", "")))
    except (TypeError, ValueError):
        return _("n/a")
