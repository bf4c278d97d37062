"""The list of the search page: its columns, its order, its filters (M8)."""

from django.utils.translation import gettext_lazy as _

from leads.decisions.lists import Column, ListPage
from leads.models import Lead
from leads.presenters.lists import register_list

SORTS = {
    "company": lambda lead: lead.label.casefold(),
    "person": lambda lead: lead.full_name.casefold() or None,
    "state": lambda lead: str(lead.get_stage_display()),
    "source": lambda lead: lead.source.name.casefold(),
    "score": lambda lead: lead.score,
    "size": lambda lead: lead.company_size,
    "arrived": lambda lead: (lead.created_at, lead.pk),
}
SEARCH = register_list(
    ListPage(
        key="search",
        columns=(
            Column("company", _("Company"), lambda lead: lead.label, is_fixed=True, can_sort=True),
            Column("person", _("Person"), lambda lead: lead.full_name, can_sort=True),
            Column("title", _("Title"), lambda lead: lead.title, is_shown=False),
            Column("email", _("E-mail"), lambda lead: lead.email, classes="hide-phone"),
            Column("phone", _("Phone"), lambda lead: lead.phone, is_shown=False),
            Column("state", _("State"), lambda lead: lead.get_stage_display(), can_sort=True),
            Column("source", _("Source"), lambda lead: lead.source.name, can_sort=True, classes="hide-phone"),
            Column("type", _("Type"), lambda lead: lead.get_lead_type_display(), is_shown=False),
            Column("score", _("Score"), lambda lead: lead.score, is_shown=False, can_sort=True, classes="r"),
            Column("size", _("Size"), lambda lead: lead.company_size, is_shown=False, can_sort=True, classes="r"),
            Column("place", _("City"), lambda lead: lead.location, is_shown=False),
            Column(
                "arrived", _("Arrived"), lambda lead: lead.created_at.isoformat(), can_sort=True, classes="r hide-phone"
            ),
        ),
        filters={"q": _("search"), "stage": _("state"), "source": _("source"), "own": _("own field")},
        sort="-arrived",
        typed=frozenset({"q"}),
        own="all",
        lead_of=lambda lead: lead,
        sorts_own=True,
    )
)


def stage_choices() -> dict[str, str]:
    """A merged lead is found as the one that it was merged into."""
    return {str(value): str(label) for value, label in Lead.Stage.choices if value != Lead.Stage.MERGED}
