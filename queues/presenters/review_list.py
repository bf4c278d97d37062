"""The list of the review desk: what stands with each lead, its filters, and the words of its file (A6, M8)."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leads.decisions.lists import Column, ListPage
from leads.presenters.lists import Table, register_list
from leads.queries.leads import source_names
from queues.models import ReviewItem
from queues.presenters.rules import problem_text, reason_text, said_problems
from queues.queries.review import AGES, NEWEST, ORDERS, DeskFilters

MAX_SEARCH_LENGTH = 100
EXACT = {"reason": "reason", "source": "source", "age": "age", "own": "own", "q": "text"}  # which leads match


def row_chips(item: ReviewItem) -> list[str]:
    name = item.rule.name if item.rule is not None else ""
    chips = [reason_text(item.reasons, name)]
    chips += [problem_text({**problem, "value": ""}) for problem in said_problems(item)[:2]]
    return chips


REVIEW = register_list(
    ListPage(
        key="review",
        columns=(
            Column("lead", _("Lead"), lambda item: item.lead_id, on_page=False),
            Column("company", _("Company"), lambda item: item.lead.label, is_fixed=True),
            Column("person", _("Name"), lambda item: item.lead.full_name),
            Column("source", _("Source"), lambda item: item.lead.source.name, is_shown=False),
            Column("type", _("Type"), lambda item: item.lead.get_lead_type_display(), is_shown=False),
            Column("score", _("Score"), lambda item: item.lead.score),
            Column("reasons", _("Reasons"), lambda item: "; ".join(row_chips(item))),
            Column("resembles", _("Resembles lead"), lambda item: item.lead.resembles_id, on_page=False),
            Column("alike", _("Likeness in percent"), lambda item: item.lead.resembles_percent),
            Column("since", _("On the desk since"), lambda item: item.opened_at.isoformat()),
        ),
        filters={
            "reason": _("reason"),
            "source": _("source"),
            "age": _("time on the desk"),
            "own": _("own field"),
            "q": _("search"),
            "order": _("order"),
        },
        defaults={"order": NEWEST},
        permission="queues.operate_queue",
        own="all",
        lead_of=lambda item: item.lead,
    )
)


def filters_of(table: Table, sources: dict[str, str] | None = None) -> DeskFilters:
    """The filters in the address. What is no choice (any more) is left out with a word; which reasons there are says
    the desk."""
    return DeskFilters(
        reason=table.text("reason"),
        source=table.known("source", source_names() if sources is None else sources),
        age=table.known("age", AGES),
        own=table.own_value,
        text=table.text("q")[:MAX_SEARCH_LENGTH],
        order=table.known("order", ORDERS) or NEWEST,
    )


class FilterIsGone(Exception):
    """The address filters by what is no choice (any more)."""


def exact_filters(request: HttpRequest) -> DeskFilters:
    """The filters in the address for an act on all that match: a filter that the list would leave out with a word must
    not make more leads match than the person saw. Raises FilterIsGone."""
    table = Table(request, REVIEW, path=reverse("queues:review"))
    asked = dict(table.filters)
    filters = filters_of(table)
    if any(asked.get(name) and not getattr(filters, field) for name, field in EXACT.items()):
        raise FilterIsGone
    return filters
