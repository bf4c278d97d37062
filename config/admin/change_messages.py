"""How it is told that somebody else changed what a page shows: who, when, which fields, from what to what (C8)."""

from collections.abc import Iterable, Mapping

from django.db import models
from django.forms import BaseModelForm
from django.utils.translation import gettext as _

from config.admin.lines import Lines
from config.admin.signs import column, line
from config.history import Change, named, words_for
from config.web.times import when

LONGEST = 400


def look_again() -> str:
    return _("What you typed is still here; look and save again.")


def changed_words(change: Change | None, told: Iterable[str], *, by) -> str:
    """'Bima Putra changed this at 10:42: hot above from 80 to 60.', as far as the history knows."""
    changes = "; ".join(told)[:LONGEST]
    if change is None or change.person is None:
        return _("Meanwhile this was changed: %(changes)s.") % {"changes": changes}
    words = {"name": named(change.person), "time": when(change.at), "changes": changes}
    if change.person == by:
        return _("You changed this yourself at %(time)s: %(changes)s.") % words
    return _("%(name)s changed this at %(time)s: %(changes)s.") % words


def difference_words(form: BaseModelForm, name: str, old: object, new: object) -> str:
    """'hot above from 80 to 60'."""
    known = column(form._meta.model, name)
    told = [words_for(known, each) if known is not None else str(each) for each in (old, new)]
    label = str(form.fields[name].label or name)
    return _("%(field)s from %(old)s to %(new)s") % {
        "field": label[:1].lower() + label[1:],
        "old": told[0],
        "new": told[1],
    }


def lines_words(lines: Lines) -> str:
    """'members from Adi, Budi to Budi (paused), Citra'."""
    model = lines.formset.model
    told = [
        ", ".join(_line_words(model, values) for values in side) or _("none")
        for side in (lines.shown.values(), [line(form) for form in lines.now.values()])
    ]
    words = {"field": model._meta.verbose_name_plural, "old": told[0], "new": told[1]}
    return _("%(field)s from %(old)s to %(new)s") % words


def _line_words(model: type[models.Model], values: Mapping[str, object]) -> str:
    known = {name: column(model, name) for name in values}
    names = [words_for(known[name], value) for name, value in values.items() if known[name] and known[name].is_relation]
    marks = [str(known[name].verbose_name) for name, value in values.items() if value is True and known[name]]
    return " ".join(names) + (f" ({', '.join(marks)})" if marks else "")
