"""Compare a lead with the one it resembles, field by field, with the differences marked (A3, A6)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from config.web.figures import number
from config.web.times import when
from leads.decisions.facts.contact import grouped_phone
from leads.decisions.identity.merging import ABSORBED, KEPT, PARTS, default_side
from leads.models import Lead

MINE, THEIRS = "mine", "theirs"
# The parts that a merge chooses between, and the time of capture, which it does not.
LABELS = {
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "title": _("Title"),
    "company_name": _("Company"),
    "company_domain": _("Domain"),
    "city": _("City"),
    "country": _("Country"),
    "company_size": _("Size"),
    "industry": _("Industry"),
    "source": _("Source"),
    "lead_type": _("Type"),
    "score": _("Score"),
    "deal_size": _("Deal size"),
    "external_id": _("External id"),
    "captured_at": _("Captured"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One part of this lead and of the other; `theirs` is None without another lead. `picked` is the side that is kept
    by default, "" where there is nothing to choose."""

    part: str
    label: str
    mine: str
    theirs: str | None = None
    picked: str = ""

    @property
    def is_same(self) -> bool:
        return self.theirs is not None and self.mine.casefold() == self.theirs.casefold()


def fields_of(lead: Lead) -> list[Field]:
    """The fields of one lead, without empty ones."""
    return [Field(part, str(label), value) for part, label in LABELS.items() if (value := _shown(lead, part))]


def side_by_side(lead: Lead, other: Lead, *, keeps_other: bool) -> list[Field]:
    """The fields that at least one of the two leads has."""
    rows = []
    for part, label in LABELS.items():
        mine, theirs = _shown(lead, part), _shown(other, part)
        if not mine and not theirs:
            continue
        row = Field(part, str(label), mine, theirs)
        if part in PARTS and not row.is_same:
            row = Field(part, str(label), mine, theirs, _picked(part, lead, other, keeps_other=keeps_other))
        rows.append(row)
    return rows


def side_of(picked: str, *, keeps_other: bool) -> str:
    """The side for decisions.merging that "mine" or "theirs" means; "" for anything else."""
    if picked not in (MINE, THEIRS):
        return ""
    return KEPT if (picked == THEIRS) == keeps_other else ABSORBED


def _picked(part: str, lead: Lead, other: Lead, *, keeps_other: bool) -> str:
    kept, absorbed = (other, lead) if keeps_other else (lead, other)
    side = default_side(part, _values(kept, part), _values(absorbed, part))
    return THEIRS if (side == KEPT) == keeps_other else MINE


def _values(lead: Lead, part: str) -> dict[str, object]:
    return {name: getattr(lead, name) for name in PARTS[part]}


def _shown(lead: Lead, part: str) -> str:
    if part == "name":
        return lead.full_name
    if part == "source":
        return lead.source.name
    if part == "lead_type":
        return str(lead.get_lead_type_display())
    value = getattr(lead, part)
    if part == "phone":
        return grouped_phone(value)
    if part == "captured_at":
        return when(value)
    if value is None:
        return ""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    return number(value) if isinstance(value, int | Decimal) else str(value)
