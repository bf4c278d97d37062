"""Normalise what people type into forms, as for every other channel (A2)."""

from collections.abc import Mapping

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from leads.decisions.facts.normalisation import Facts, normalise


def read_typed(form: forms.Form, typed: Mapping[str, object]) -> Facts:
    """The facts in what was typed. What cannot be read becomes an error at its field."""
    raw = {name: str(value) for name, value in typed.items() if value not in (None, "")}
    facts = normalise(raw, default_region=settings.ALUR_REGION)
    for problem in facts.problems:
        if problem.field in form.fields:
            form.add_error(problem.field, correction_text(problem.field, problem.code))
    return facts


def correction_text(field: str, code: str = "invalid") -> str:
    """What to write in this field instead."""
    if code == "several":
        return _("Write one only.")
    if code == "placeholder":
        return _("This address stands for none. Leave the field empty instead.")
    if code == "rounded":
        return _("Digits are missing here. Write the number with all of them.")
    return {
        "email": _("This is not an e-mail address. Write it like name@example.com."),
        "phone": _("This number does not exist. Write it with the country code, such as +62 812 3456 7890."),
        "country": _("This country is not known. Write its name or two letters, such as ID."),
        "company_domain": _("This is not a company's own domain. Write it like example.com."),
        "website": _("This is not a web address. Write it like example.com."),
        "company_size": _("Write a number, such as 120."),
        "deal_size": _("Write an amount, such as 12500000."),
        "score": _("Write a number from 0 to 100."),
        "engagement": _("Write a number from 0 to 100."),
    }.get(field, _("This cannot be read."))
