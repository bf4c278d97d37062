"""The empty forms on the card of a lead, made once for each language: they differ by lead, token and newest line only.

Drawing them anew took half of the time of a claim. A form that was refused is drawn by its own door, with its errors.
"""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from routing.forms.lead_work import ConvertForm, DisqualifyForm, LogContactForm, NoteForm, ReturnForm, SnoozeForm

register = template.Library()

LEAD = 900719925474099123  # stands where the lead's number will be
SEEN = 900719925474099124  # and this one where the newest line of its timeline will be
HELD = 900719925474099125  # and this one where the number of its assignment will be
TOKEN = "token-of-the-page"


class _AnyLead:
    pk = LEAD


@register.simple_tag(takes_context=True)
def blank_forms(context: dict, name: str, seen: int = 0, undo: int = 0, skips: bool = False) -> SafeString:
    """`name` is "acts" (convert, disqualify, return, note, snooze), "log" (log contact) or "undo"; `undo` is the
    assignment that can be undone, 0 for none; `skips`: to return it now is a skip."""
    on_desk, is_fresh = bool(context.get("on_desk")), bool(context.get("is_fresh"))
    drawn = _drawn(name, get_language(), on_desk, is_fresh, can_undo=bool(undo), skips=skips)
    drawn = (
        drawn.replace(str(HELD), str(undo)).replace(str(LEAD), str(context["lead"].pk)).replace(str(SEEN), str(seen))
    )
    return mark_safe(drawn.replace(TOKEN, str(context["csrf_token"])))


@lru_cache(maxsize=64)
def _drawn(name: str, language: str, on_desk: bool, is_fresh: bool, *, can_undo: bool, skips: bool) -> str:
    forms = {
        "log": LogContactForm(),
        "convert": ConvertForm(),
        "disqualify": DisqualifyForm(),
        "give_back": ReturnForm(),
        "note": NoteForm(),
        "snooze": SnoozeForm(),
    }
    context = {
        "forms": forms,
        "lead": _AnyLead,
        "seen": SEEN,
        "undo": HELD if can_undo else 0,
        "skips": skips,
        "on_desk": on_desk,
        "is_fresh": is_fresh,
        "csrf_token": TOKEN,
    }
    return render_to_string(f"leads/_{name}.html", context)
