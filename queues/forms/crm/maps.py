"""Which fields, which statuses, who wins, and which leads: the fourth step of a connection (I4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.reach.crm.records import CrmField, CrmStatus
from leads.models import Lead, OwnField
from leads.presenters.imports import FIELD_NAMES
from queues.actions.crm.seen import MAPS, Values, values_of
from queues.actions.crm.trying import Choices
from queues.decisions.crm.guesses import (
    CLOSING,
    CONTACTED,
    MAPPED,
    STAGES,
    There,
    fits,
    guess_closing,
    guess_fields,
    guess_statuses,
)
from queues.models import Connection
from queues.models.crm import LONGEST_STATUS

NOW, DAYS, ALL = "now", "days", "all"
MOST_DAYS = 3650
WHO = frozenset({"email", "phone", "company_name", "last_name", "name"})  # a lead needs one of them
STAGE_WORDS: Mapping[str, object] = {
    "waiting": _("Waits in a queue"),
    "held": _("A rep has it"),
    CONTACTED: _("First contact is made"),
    "nurture": _("In nurture"),
    "recycled": _("In the recycling pool"),
    "converted": _("Became an opportunity"),
    "won": _("Won"),
    "lost": _("Lost"),
    "disqualified": _("Disqualified"),
}
GONE_FIELD = _("This field is no longer there. Choose another, or none.")
GONE_STATUS = _("This status is no longer there, or only a person there can set it. Choose another.")


class MapsForm(forms.Form):
    """`choices` are the fields and statuses as the CRM listed them. A stored choice that is gone is shown, and refused
    when it is sent. Statuses that only a person there can set are not offered."""

    takes_in = forms.BooleanField(label=_("Take leads in"), required=False)
    writes_out = forms.BooleanField(label=_("Write owner and status over there"), required=False)
    owner_policy = forms.ChoiceField(
        label=_("Both sides gave the lead to somebody else"),
        choices=[
            (
                Connection.Policy.ALUR,
                _("Alur’s owner wins: it is written again over there, and the lead’s story says so"),
            ),
            (Connection.Policy.CRM, _("The owner over there wins: the lead goes to that person here, without a turn")),
        ],
        widget=forms.RadioSelect,
    )
    which = forms.ChoiceField(
        label=_("Which leads come in"),
        choices=[
            (NOW, _("Those that are made or changed from now on")),
            (DAYS, _("Those of the last days, too")),
            (ALL, _("All that are there")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which leads come in.")},
    )
    days = forms.IntegerField(
        label=_("How many days"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Write a number of days from 1 to 3650.")
        ),
    )

    def __init__(
        self, *args, connection: Connection, choices: Choices, own: Sequence[OwnField], at: datetime, **kwargs
    ) -> None:
        self.connection, self.choices, self.at = connection, choices, at
        self.statuses = [each for each in choices.statuses if len(each.value) <= LONGEST_STATUS]
        self.own = {f"own_{field.key}": field for field in own}
        self.is_draft = connection.state == Connection.State.DRAFT
        kwargs.setdefault("initial", self._initial(values_of(connection, MAPS)))
        super().__init__(*args, **kwargs)
        self._add_fields()
        self._add_statuses()
        if not self.is_draft:
            del self.fields["which"], self.fields["days"]

    # what the template lays out

    @property
    def field_rows(self) -> list[forms.BoundField]:
        return [self[f"field-{name}"] for name in (*MAPPED, *self.own)]

    @property
    def status_rows(self) -> list[forms.BoundField]:
        return [self[f"status-{stage}"] for stage in STAGES]

    @property
    def closing_rows(self) -> list[forms.BoundField]:
        return [self[closing_name(each.value)] for each in self.statuses]

    @property
    def is_guessed(self) -> bool:
        """Nobody has said it yet."""
        return not self.connection.field_map

    @property
    def unwritable(self) -> list[CrmStatus]:
        return [each for each in self.statuses if not each.is_writable]

    # two editors

    def before(self, seen: Values) -> dict[str, object]:
        """The fields of a page that showed this."""
        return self._initial({**values_of(self.connection, MAPS), **seen})

    # what was chosen

    def maps(self) -> dict[str, Any]:
        """As set_maps() takes them."""
        return {
            "field_map": self.field_map(),
            "status_map": self.status_map(),
            "closing_map": self.closing_map(),
            **{name: self.cleaned_data[name] for name in ("owner_policy", "takes_in", "writes_out")},
            "take_since": self.take_since(),
        }

    def field_map(self) -> dict[str, str]:
        chosen = {name: self.cleaned_data[f"field-{name}"] for name in (*MAPPED, *self.own)}
        return {name: value for name, value in chosen.items() if value}

    def status_map(self) -> dict[str, str]:
        return {stage: value for stage in STAGES if (value := self.cleaned_data[f"status-{stage}"])}

    def closing_map(self) -> dict[str, str]:
        chosen = {each.value: self.cleaned_data[closing_name(each.value)] for each in self.statuses}
        return {status: stage for status, stage in chosen.items() if stage}

    def take_since(self) -> datetime | None:
        if self.cleaned_data.get("which") == ALL:
            return None
        if self.cleaned_data.get("which") == DAYS:
            return self.at - timedelta(days=self.cleaned_data["days"])
        return self.at

    def clean(self) -> dict:
        found = super().clean() or {}
        if not self.errors and not WHO.intersection(self.field_map()):
            self.add_error(None, _("Choose at least one of e-mail, phone, last name and company: who is it?"))
        if found.get("which") == DAYS and not found.get("days") and "days" not in self.errors:
            self.add_error("days", _("Write how many days."))
        if not self.errors and not found["takes_in"] and not found["writes_out"]:
            self.add_error("takes_in", _("Choose at least one of both ways."))
        return found

    def _add_fields(self) -> None:
        kinds = {each.name: each.kind for each in self.choices.fields}
        options = sorted(((each.name, _label(each)) for each in self.choices.fields), key=lambda pair: pair[1].lower())
        for name in (*MAPPED, *self.own):
            label = self.own[name].name if name in self.own else FIELD_NAMES[name]
            fitting = [(value, words) for value, words in options if fits(name, kinds[value])]
            self._add_choice(f"field-{name}", label, ("", _("none")), fitting, GONE_FIELD)

    def _add_statuses(self) -> None:
        writable = [(each.value, each.label) for each in self.statuses if each.is_writable]
        for stage in STAGES:
            self._add_choice(f"status-{stage}", STAGE_WORDS[stage], ("", _("leave as it is")), writable, GONE_STATUS)
        stages = [(stage, Lead.Stage(stage).label) for stage in CLOSING]
        for each in self.statuses:
            self._add_choice(closing_name(each.value), each.label, ("", _("stays open here")), stages, GONE_STATUS)

    def _add_choice(self, name: str, label, first, options, gone) -> None:
        now = self.initial.get(name, "")
        known = [first, *options]
        if now and now not in {value for value, _words in options}:
            known.append((now, _("%(name)s (no longer there)") % {"name": now}))
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=known,
            required=False,
            validators=[_NotGone({value for value, _words in options}, gone)],
            error_messages={"invalid_choice": gone},
        )

    def _initial(self, shown: Values) -> dict[str, object]:
        """Of the columns in `shown`; a new connection is guessed at."""
        row = self.connection
        fields, statuses, closing = shown["field_map"], shown["status_map"], shown["closing_map"]
        if not fields:
            there = [There(each.name, each.label, each.kind) for each in self.choices.fields]
            own = {key: (field.key, field.name, *field.titles) for key, field in self.own.items()}
            fields = guess_fields(row.kind, there, own)
            known = [_status(each, says_closed=self._says_closed()) for each in self.statuses]
            statuses, closing = guess_statuses(known), guess_closing(known)
        return {
            **{f"field-{name}": value for name, value in fields.items()},
            **{f"status-{stage}": value for stage, value in statuses.items()},
            **{closing_name(status): stage for status, stage in closing.items()},
            **{name: shown[name] for name in ("takes_in", "writes_out", "owner_policy")},
            **self._which(shown),
        }

    def _says_closed(self) -> bool:
        """Dynamics and the pipelines of HubSpot say of each status whether it ends a record; others of some at most."""
        return any(each.is_closed and each.is_writable for each in self.statuses)

    def _which(self, shown: Values) -> dict[str, object]:
        """A draft that was saved before knows a moment, not the words that led to it."""
        if not shown["field_map"]:
            return {"which": NOW, "days": 30}
        since = parse_datetime(shown["take_since"] or "")
        if since is None:
            return {"which": ALL, "days": 30}
        days = (self.at - since).days
        return {"which": DAYS, "days": min(days, MOST_DAYS)} if days else {"which": NOW, "days": 30}


def _status(status: CrmStatus, *, says_closed: bool) -> There:
    is_closed = status.is_closed if says_closed or status.is_closed else None
    return There(status.value, status.label, is_closed=is_closed, is_writable=status.is_writable)


class _NotGone:
    def __init__(self, known: set[str], words: str | Promise) -> None:
        self.known, self.words = known, words

    def __call__(self, value: str) -> None:
        if value and value not in self.known:
            raise ValidationError(str(self.words))


def closing_name(status: str) -> str:
    """A status may hold any signs; the name of a form field may not."""
    return f"closing-{sha256(status.encode()).hexdigest()[:12]}"


def _label(field: CrmField) -> str:
    return f"{field.label} ({field.name})" if field.label and field.label != field.name else field.name
