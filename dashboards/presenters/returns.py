"""Words what a person who came back brought along, and by what a lead is known (A3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.facts.contact import grouped_phone
from leads.models import Lead, LeadAlias
from leads.presenters.imports import field_name
from leads.queries.returns import KnownBy, Return

SHORT_MESSAGE = 160  # letters that stand in the sentence itself; a longer one stands below it
NOTES: Mapping[str, object] = {
    LeadAlias.Why.CLAIMED: lazy("another lead has it too"),
    LeadAlias.Why.SHARED: lazy("shared by several people, so it joins nobody"),
    LeadAlias.Why.PLACEHOLDER: lazy("stands for no address"),
}
BACK_FROM = {
    Lead.Stage.NURTURE: lazy("Back from nurture"),
    Lead.Stage.RECYCLED: lazy("Back from the recycling pool: recycled, with a new clock"),
    Lead.Stage.ARCHIVED: lazy("Back from the archive"),
    Lead.Stage.PARTNER: lazy("It had been sent to a partner"),
    Lead.Stage.LOST: lazy("It had been lost"),
    Lead.Stage.DISQUALIFIED: lazy("It had been disqualified"),
    Lead.Stage.REJECTED: lazy("It had been rejected"),
}
LABELS: Mapping[str, object] = {
    "email": lazy("E-mail"),
    "phone": lazy("Phone"),
    "external_id": lazy("External id"),
    "name": lazy("Also known as"),
}


@dataclass(frozen=True, slots=True)
class ReturnWords:
    """A return in words: a sentence, the whole message if it is long, and a line for each thing that came along."""

    says: str
    quote: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the card: by what else the lead is known."""

    label: str
    value: str
    note: str = ""


def return_words(details: Mapping, brought: Return) -> ReturnWords:
    message = brought.texts.get("message", "")
    if not message:
        says = _("Came back: a new sign of interest")
    elif len(message) <= SHORT_MESSAGE and "\n" not in message:
        says, message = _("Wrote again: “%(message)s”") % {"message": message}, ""
    else:
        says = _("Wrote again:")
    return ReturnWords(says, message, tuple(brought_lines(details, brought)))


def known_facts(lead: Lead, known: Sequence[KnownBy]) -> list[Fact]:
    """What the head of the card does not say: further addresses and numbers, ids with their system, other names."""
    main = {("email", lead.email), ("phone", lead.phone)}
    return [
        Fact(str(LABELS[each.kind]), _value(each.kind, each.value, each.system), str(NOTES.get(each.why, "")))
        for each in known
        if each.kind in LABELS and ((each.kind, each.value) not in main or each.why)
    ]


def brought_lines(details: Mapping, brought: Return) -> list[str]:
    texts = brought.texts
    lines = []
    if texts.get("name"):
        lines.append(_("Name: %(name)s") % {"name": texts["name"]})
    if texts.get("email"):
        lines.append(_("New e-mail %(email)s") % {"email": texts["email"]})
    if texts.get("phone"):
        numbers = ", ".join(grouped_phone(each) for each in texts["phone"].split(", "))
        lines.append(_("New phone %(phone)s") % {"phone": numbers})
    for value, system in details.get("ids", ()):
        lines.append(_("New external id %(id)s") % {"id": _with_system(value, brought.systems.get(system, system))})
    if details.get("source"):
        lines.append(_("Source: %(source)s") % {"source": details["source"]})
    if details.get("campaign"):
        lines.append(_("Campaign: %(campaign)s") % {"campaign": details["campaign"]})
    words = [(field_name(name), value) for name, value in (details.get("added") or {}).items()]
    lines += [_("%(field)s: %(value)s") % {"field": field, "value": value} for field, value in words]
    words = [(field_name(name), value) for name, value in (details.get("also") or {}).items()]
    lines += [_("%(field)s, also: %(value)s") % {"field": field, "value": value} for field, value in words]
    lines += [_("%(field)s: %(value)s") % {"field": name, "value": value} for name, value in brought.extra.items()]
    return lines


def _value(kind: str, value: str, system: str) -> str:
    if kind == "phone":
        return grouped_phone(value)
    return _with_system(value, system) if kind == "external_id" else value


def _with_system(value: str, system: str) -> str:
    return _("%(id)s (%(system)s)") % {"id": value, "system": system} if system else value
