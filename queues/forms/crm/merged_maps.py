"""The maps of a connection that somebody else saved while this person typed: both are shown (C8)."""

from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from config.web.times import when
from leads.models import OwnField
from queues.actions.crm.seen import ConnectionChanged, Values
from queues.actions.crm.trying import Choices
from queues.forms.crm.maps import MapsForm
from queues.models import Connection

NAMED = 5  # changes in the sentence; all stand at their fields


def merged_maps(
    sent: QueryDict,
    seen: Values,
    newer: ConnectionChanged,
    *,
    connection: Connection,
    choices: Choices,
    own: Sequence[OwnField],
    at: datetime,
) -> MapsForm:
    """What stands now, with what this person typed over it. Where both changed a field it says what the other chose."""
    now = MapsForm(connection=connection, choices=choices, own=own, at=at)
    before, data, changes, both = now.before(seen), sent.copy(), [], {}
    for name, field in now.fields.items():
        was, current, typed = _text(before.get(name)), _text(now.initial.get(name)), sent.get(name, "")
        if was == current:
            continue
        chosen = _words(field, current)
        changes.append(f"{field.label}: {chosen}")
        if typed == was:
            data[name] = current
        elif typed != current:
            both[name] = chosen
    form = MapsForm(data, connection=connection, choices=choices, own=own, at=at)
    form.is_valid()
    form.add_error(None, changed_text(newer, "; ".join(changes[:NAMED])))
    for name, chosen in both.items():
        form.add_error(name, _("Chosen by the other person: %(now)s.") % {"now": chosen})
    return form


def changed_text(newer: ConnectionChanged, now: str) -> str:
    """`now`: what stands there, in words."""
    text = _(
        "%(who)s saved this at %(time)s, while this page was open (%(now)s). What you typed is below and not saved "
        "yet. Save it again to replace theirs."
    )
    return text % {"who": newer.by or _("Somebody"), "time": when(newer.at), "now": now}


def _text(value: object) -> str:
    """As a browser sends it."""
    if value is True:
        return "on"
    return "" if value in (None, False) else str(value)


def _words(field: forms.Field, value: str) -> str:
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    choices = list(field.choices) if isinstance(field, forms.ChoiceField) else []  # type: ignore[arg-type]
    return str(dict(choices).get(value, value))
