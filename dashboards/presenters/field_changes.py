"""A correction of a lead's fields as a line of its timeline: from what to what (M8)."""

from collections.abc import Sequence

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from config.web.figures import in_own_marks
from leads.decisions.facts.contact import grouped_phone
from leads.models import Activity, LeadType
from leads.presenters.imports import field_name
from leads.queries.corrections import Change

LONGEST = 60  # signs of a value


def correction_line(row: Activity, changes: Sequence[Change], *, name: str) -> tuple[str, str]:
    """What changed, and by whom."""
    says = "; ".join(change_text(each) for each in changes) or str(row.get_kind_display())
    before, after = row.details.get("score_from"), row.details.get("score_to")
    score = _("Score %(before)s → %(after)s") % {"before": before, "after": after} if before != after else ""
    by = _("by %(name)s") % {"name": name} if name else ""
    return says, " · ".join(part for part in (by, score) if part)


def change_text(change: Change) -> str:
    words = {"field": change.label or field_name(change.field)}
    if not change.is_known:
        return _("%(field)s was corrected") % words
    words |= {"before": _value(change.field, change.before), "after": _value(change.field, change.after)}
    return _("%(field)s: %(before)s → %(after)s") % words


def _value(field: str, value: str | int | None) -> str:
    if value in (None, "", "None"):
        return _("empty")
    text = str(value)
    if field == "phone":
        return grouped_phone(text)
    if field == "deal_size":
        return in_own_marks(text)
    if field == "lead_type":
        return str(dict(LeadType.choices).get(text, text))
    return Truncator(text).chars(LONGEST)
