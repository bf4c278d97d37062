"""Sets a lead beside the one it resembles, field by field, with the differences marked (A3, A6)."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from config.templatetags.alur import number, when
from leads.models import Lead

SHOWN = (
    ("full_name", _("Name")),
    ("email", _("E-mail")),
    ("phone", _("Phone")),
    ("title", _("Title")),
    ("company_name", _("Company")),
    ("company_domain", _("Domain")),
    ("city", _("City")),
    ("country", _("Country")),
    ("company_size", _("Size")),
    ("industry", _("Industry")),
    ("source", _("Source")),
    ("lead_type", _("Type")),
    ("score", _("Score")),
    ("deal_size", _("Deal size")),
    ("external_id", _("External id")),
    ("captured_at", _("Captured")),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the lead and of the other; `theirs` None without another lead."""

    label: str
    mine: str
    theirs: str | None = None

    @property
    def is_same(self) -> bool:
        return self.theirs is not None and self.mine.casefold() == self.theirs.casefold()


def fields_of(lead: Lead) -> list[Field]:
    """What is known of one lead; empty fields stay out."""
    return [Field(str(label), value) for name, label in SHOWN if (value := _shown(lead, name))]


def side_by_side(lead: Lead, other: Lead) -> list[Field]:
    """Every field that one of the two has."""
    pairs = [(label, _shown(lead, name), _shown(other, name)) for name, label in SHOWN]
    return [Field(str(label), mine, theirs) for label, mine, theirs in pairs if mine or theirs]


def _shown(lead: Lead, name: str) -> str:
    if name == "source":
        return lead.source.name
    if name == "lead_type":
        return str(lead.get_lead_type_display())
    value = getattr(lead, name)
    if name == "captured_at":
        return when(value)
    if value is None:
        return ""
    return number(value) if isinstance(value, int) else str(value)
