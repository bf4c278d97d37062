"""What the first rows of a file would become, every mapped column of them (A1a)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as lazy

from config.web.figures import number
from config.web.times import day_and_time
from leads.decisions.facts.contact import grouped_phone
from leads.decisions.facts.countries import country_names
from leads.decisions.facts.fields import FIELDS
from leads.decisions.facts.normalisation import Facts
from leads.models import LeadType, OwnField
from leads.presenters.imports import field_name, problem_text
from leads.queries.imports import RowPreview
from leads.queries.own_fields import field_of_title

_MAX_TEXT_LENGTH = 160
_WITH_NAME = frozenset({"name", "first_name", "last_name", "title"})  # they stand under "Lead"
_WITH_FIRST = frozenset({"further_email", "further_phone"})  # beside the e-mail and the phone
_ALWAYS = ("company_name", "source", "lead_type", "score", "captured_at")
_WITHOUT: Mapping[str, object] = {
    "lead_type": lazy("by the source"),
    "score": lazy("computed"),
    "captured_at": lazy("now"),
}


@dataclass(frozen=True)
class PreviewCell:
    """One value; `is_muted`: not from the file, but what happens without one."""

    label: str
    text: str = ""
    is_muted: bool = False


@dataclass(frozen=True)
class PreviewRow:
    """A row of the preview. `problems` also says why it would be refused."""

    line: int
    who: str = ""
    title: str = ""
    company: str = ""
    reach: tuple[str, ...] = ()
    source: str = ""
    lead_type: str = ""
    score: int | None = None
    captured_at: datetime | None = None
    cells: tuple[PreviewCell, ...] = ()
    problems: tuple[str, ...] = ()
    is_usable: bool = False


def preview_columns(mapping: Mapping[int, str], header: Sequence[str], own: Sequence[OwnField]) -> dict[str, str]:
    """The label of each column of the preview by its field: all that are mapped, what every lead has, and the columns
    that feed own fields, by their titles."""
    mapped = set(mapping.values())
    titles = [title for column, title in enumerate(header) if column not in mapping]
    named = {title: found.name for title in titles if (found := field_of_title(title, own))}
    ways = {"email": {"email", "further_email"}, "phone": {"phone", "further_phone"}}
    shown = [
        field
        for field in FIELDS
        if field not in _WITH_NAME | _WITH_FIRST and (field in _ALWAYS or mapped & ways.get(field, {field}))
    ]
    return {field: field_name(field) for field in shown} | named


def preview_row(preview: RowPreview, columns: Mapping[str, str]) -> PreviewRow:
    facts = preview.facts
    if facts is None:
        problem, cells = preview.row.problem, " · ".join(filter(None, preview.row.values))
        return PreviewRow(
            preview.row.line,
            who=(cells or (problem.value if problem else ""))[:_MAX_TEXT_LENGTH],
            problems=(problem_text("", problem.code),) if problem else (),
        )
    problems = tuple(problem_text(problem.field, problem.code) for problem in facts.problems)
    return PreviewRow(
        line=preview.row.line,
        who=f"{facts.first_name} {facts.last_name}".strip() or facts.external_id,
        title=facts.title,
        company=facts.company_name or facts.company_domain,
        reach=tuple(filter(None, (facts.email, grouped_phone(facts.phone)))),
        source=facts.source,
        lead_type=_lead_type(facts),
        score=facts.score,
        captured_at=facts.captured_at,
        cells=tuple(_cell(facts, field, label, is_usable=preview.is_usable) for field, label in columns.items()),
        problems=problems if preview.is_usable else (*problems, problem_text("", "no_identifier")),
        is_usable=preview.is_usable,
    )


def _cell(facts: Facts, field: str, label: str, *, is_usable: bool) -> PreviewCell:
    text = _text(facts, field)
    if text or not is_usable or field not in _WITHOUT:
        return PreviewCell(label, text)
    return PreviewCell(label, str(_WITHOUT[field]), is_muted=True)


def _text(facts: Facts, field: str) -> str:
    if field == "email":
        return "\n".join(filter(None, (facts.email, *facts.further_emails)))
    if field == "phone":
        return "\n".join(grouped_phone(number) for number in (facts.phone, *facts.further_phones) if number)
    if field == "captured_at":
        return day_and_time(localtime(facts.captured_at), "j M Y") if facts.captured_at else ""
    if field == "lead_type":
        return _lead_type(facts)
    if field == "country":
        return country_names().get(facts.country, facts.country)
    if field == "company_name":
        return facts.company_name or facts.company_domain
    value = getattr(facts, field) if field in FIELDS else facts.extra.get(field, "")
    return number(value) if isinstance(value, int) else str(value if value is not None else "")[:_MAX_TEXT_LENGTH]


def _lead_type(facts: Facts) -> str:
    return str(dict(LeadType.choices).get(facts.lead_type, ""))
