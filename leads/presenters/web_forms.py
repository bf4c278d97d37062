"""How the settings of a public form read in the change log (A1c, C8)."""

from collections.abc import Mapping

from leads.decisions.web_forms.questions import asked
from leads.forms.web_form import FIELDS


def asks_in_words(raw: object) -> str:
    """The fields that a form asks for; a star marks those that must be filled in."""
    fields = asked(raw) if isinstance(raw, Mapping) else ()
    return ", ".join(f"{FIELDS[name].label} *" if must else str(FIELDS[name].label) for name, must in fields)


def origins_in_words(raw: object) -> str:
    """The websites that may embed a form."""
    return ", ".join(map(str, raw)) if isinstance(raw, list) else ""
