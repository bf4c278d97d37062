"""The settings of a public form as text for the change log (A1c, C8)."""

from collections.abc import Mapping

from leads.decisions.web_forms.questions import asked_fields
from leads.forms.web_form import QUESTIONS


def questions_text(raw: object) -> str:
    """The fields that a form asks for; a star marks required ones."""
    fields = asked_fields(raw) if isinstance(raw, Mapping) else ()
    return ", ".join(f"{QUESTIONS[name].label} *" if must else str(QUESTIONS[name].label) for name, must in fields)


def origins_text(raw: object) -> str:
    """The websites that may embed a form."""
    return ", ".join(map(str, raw)) if isinstance(raw, list) else ""
