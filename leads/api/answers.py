"""The stored answer to a program in words: each problem says what to send instead (A1b)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from leads.decisions.facts.fields import LEAD_TYPES, LIMITS, UNIDENTIFIED
from leads.decisions.facts.reading import MAX_EXTRAS
from leads.forms.typed_values import correction_text
from leads.presenters.imports import problem_text

NOT_AN_OBJECT = "no_object"
TOO_DEEP = "too_deep"
REFUSED_VALUES = ("invalid", "unknown", "out_of_range", "ambiguous", "serial", "wrong_type", "rounded", "placeholder")


def in_words(answer: Mapping[str, object]) -> dict[str, object]:
    """The answer with `says` at each problem. The codes are what is stored; the words may get better."""
    problems = [{**problem, "says": says(problem["field"], problem["problem"])} for problem in answer["problems"]]
    return {**answer, "problems": problems, "kept_as_extra": answer.get("kept_as_extra", [])}


def says(field: str, code: str) -> str:
    """What is wrong, what became of it, and what to send instead."""
    if code in REFUSED_VALUES:
        return " ".join((_reason(field, code), _("What you sent is kept beside the lead.")))
    words = {
        UNIDENTIFIED: _(
            "Nothing says who this is. Send an external id, an e-mail or a phone, or a name and a company."
        ),
        NOT_AN_OBJECT: _("This is no JSON object, so that nothing of it was stored."),
        TOO_DEEP: _("This is nested too deep, so that nothing of it was stored."),
        "several": _("There are several; the first was taken, the others are kept. Send each in a field of its own."),
        "too_many": _("Only the first %(n)d unknown fields are kept beside the lead.") % {"n": MAX_EXTRAS},
    }
    if code == "too_long" and field in LIMITS:
        return _("At most %(n)d characters fit; the rest was cut.") % {"n": LIMITS[field]}
    return words.get(code) or problem_text(field, code)


def _reason(field: str, code: str) -> str:
    if code == "wrong_type":
        return _("This must be a text or a number, not a list, an object or true/false.")
    if code == "rounded":
        return _("This number lost digits on its way. Send it as text, with all of them.")
    return {
        "lead_type": _("Send one of these: %(types)s.") % {"types": ", ".join(LEAD_TYPES)},
        "captured_at": _("Send date and time, such as 2026-11-16T09:30:00+07:00."),
    }.get(field) or correction_text(field.partition(" ")[0].removeprefix("further_"), code)
