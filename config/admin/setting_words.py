"""What the pages of settings say in our own words, and which part of a long form is open (M6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Model
from django.db.models.options import Options
from django.forms import Form
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

OWN_WORDS = "_own_words"


def heading(opts: Options, obj: Model | None) -> str:
    """ "New queue", or "Queue: Hot inbound"."""
    if obj is None:
        return _("New %(thing)s") % {"thing": opts.verbose_name}
    return _("%(thing)s: %(name)s") % {"thing": capfirst(opts.verbose_name), "name": obj}


def is_plain_heading(opts: Options, title: str) -> bool:
    """As Django makes it; pages of drafts and of records have others."""
    return str(title) in {words % opts.verbose_name for words in (_("Add %s"), _("Change %s"), _("View %s"))}


def saved_text(obj: Model) -> str:
    return _("“%(name)s” is saved.") % {"name": obj}


@contextmanager
def in_own_words(request: HttpRequest, text: str) -> Iterator[None]:
    """Until the block ends, a message of success that Django gives says this."""
    setattr(request, OWN_WORDS, text)
    try:
        yield
    finally:
        setattr(request, OWN_WORDS, "")


def own_words_of(request: HttpRequest) -> str:
    return getattr(request, OWN_WORDS, "")


def needs_more(form: Form, fieldsets: Any) -> bool:
    """Whether one of these fieldsets of a ModelAdmin has an error, or a value other than a new row has; the time
    zone is the company's."""
    names = [name for name in flatten_fieldsets(fieldsets) if name != "time_zone"]
    if any(name in form.errors for name in names):
        return True
    instance = getattr(form, "instance", None)
    if instance is None or instance.pk is None:
        return False
    new = type(instance)()
    columns = {field.name: field.attname for field in instance._meta.concrete_fields}
    return any(getattr(instance, columns[name]) != getattr(new, columns[name]) for name in names if name in columns)
