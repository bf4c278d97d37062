"""The test read in words (I4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from config.web.times import when
from leads.presenters.imports import FIELD_NAMES
from leads.queries.own_fields import own_fields
from queues.actions.crm.sampling import Sample, SampleRow
from queues.decisions.crm.sorting import Way
from queues.models import Connection


@dataclass(frozen=True, slots=True)
class SampleLine:
    name: str
    email: str
    more: tuple[tuple[str, str], ...]
    status: str
    then: str


@dataclass(frozen=True, slots=True)
class SampleWords:
    lines: tuple[SampleLine, ...]
    coming: str
    joining: str
    staying: str
    since: str


def sample_words(connection: Connection, sample: Sample, *, statuses: Mapping[str, str], at: datetime) -> SampleWords:
    """`statuses`: what each is called over there."""
    names = {f"own_{field.key}": field.name for field in own_fields()}
    labels = {**{key: str(words) for key, words in FIELD_NAMES.items()}, **names}
    lines = []
    for row in sample.rows:
        facts = row.facts
        whole = f"{facts.get('first_name', '')} {facts.get('last_name', '')}".strip() or facts.get("name", "")
        shown = {"first_name", "last_name", "name", "email"}
        more = tuple((labels.get(key, key), _value(key, value, at)) for key, value in facts.items() if key not in shown)
        lines.append(
            SampleLine(
                whole or facts.get("company_name", row.record.id),
                facts.get("email", ""),
                more,
                statuses.get(row.record.status, row.record.status),
                then_text(connection, row),
            )
        )
    return SampleWords(
        tuple(lines),
        coming_text(connection, sample, at=at),
        joining_text(sample),
        staying_text(sample),
        since_text(connection, at=at),
    )


def _value(key: str, value: str, at: datetime) -> str:
    """CRMs write moments for programs, in UTC."""
    try:
        moment = parse_datetime(value) if key == "captured_at" else None
    except ValueError:
        moment = None
    return when(moment, at) if moment is not None and is_aware(moment) else value[:80]


def then_text(connection: Connection, row: SampleRow) -> str:
    """What the first poll does with it."""
    if row.way not in (Way.NEW, Way.LEFT, Way.SKIPPED):
        return _("is a lead here already")
    if not connection.takes_in:
        return _("stays there: this connection only writes")
    if row.way == Way.SKIPPED:
        return _("stays there: it is closed")
    if row.way == Way.LEFT:
        return _("stays there: left with its owner")
    if row.is_old:
        return _("comes in when it is changed there")
    return _("is here by its e-mail: joins") if row.is_known else _("would be a new lead")


def coming_text(connection: Connection, sample: Sample, *, at: datetime) -> str:
    if not connection.takes_in:
        return _("No lead would come in: this connection only writes.")
    if not sample.coming:
        return _("No lead would come in now; each does when it is made or changed over there.")
    n = {"n": number(sample.coming)}
    if sample.is_cut:
        return _("More than %(n)s leads would come in. Counting stopped there; they come in over the next hours.") % n
    return ngettext("This %(n)s lead would come in.", "These %(n)s leads would come in.", sample.coming) % n


def joining_text(sample: Sample) -> str:
    if not sample.known:
        return ""
    text = ngettext(
        "%(n)s of them is known here by its e-mail and joins.",
        "%(n)s of them are known here by their e-mail and join.",
        sample.known,
    )
    return text % {"n": number(sample.known)}


def staying_text(sample: Sample) -> str:
    if not sample.staying:
        return ""
    text = ngettext(
        "%(n)s other stays there, closed or left with its owner.",
        "%(n)s others stay there, closed or left with their owners.",
        sample.staying,
    )
    return text % {"n": number(sample.staying)}


def since_text(connection: Connection, *, at: datetime) -> str:
    if connection.take_since is None:
        return _("All leads over there.")
    if connection.take_since >= at - timedelta(minutes=1):
        return _("Leads changed from now on.")
    return _("Leads changed since %(time)s.") % {"time": when(connection.take_since)}
