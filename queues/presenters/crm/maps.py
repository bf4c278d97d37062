"""Maps of fields and statuses as the change log shows them (C8)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from leads.models import Lead
from leads.presenters.imports import FIELD_NAMES
from queues.decisions.crm.guesses import CONTACTED


def field_map_text(value: object) -> str:
    """ "E-mail: Email; Company: Company"."""
    return _pairs({_field(ours): theirs for ours, theirs in _mapping(value).items()})


def status_map_text(value: object) -> str:
    return _pairs({_stage(stage): status for stage, status in _mapping(value).items()})


def closing_map_text(value: object) -> str:
    return _pairs({status: _stage(stage) for status, stage in _mapping(value).items()})


def _mapping(value: object) -> Mapping[str, str]:
    return value if isinstance(value, Mapping) else {}


def _pairs(pairs: Mapping[str, str]) -> str:
    return "; ".join(f"{left}: {right}" for left, right in pairs.items())


def _field(name: str) -> str:
    return str(FIELD_NAMES.get(name, name.removeprefix("own_")))


def _stage(stage: str) -> str:
    if stage == CONTACTED:
        return _("First contact is made")
    return str(Lead.Stage(stage).label) if stage in Lead.Stage.values else stage
