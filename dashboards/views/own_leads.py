"""My leads: all leads that a rep holds, with filters, columns and acts on many of them (C5, M8)."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.presenters.own_leads import OWN_LEADS, conclusion, show_labels, snooze_choices
from dashboards.queries import own_leads as queries
from leads.presenters.lists import Table
from leads.presenters.own_columns import value_name_of
from leads.views.lists import shows_list
from routing.forms.lead_work import NoteForm, ReturnForm, SnoozeForm
from routing.models import Assignment

PAGE = 50
MOST_IN_FILE = 1000
FORMS: dict[str, type[Form]] = {"snooze": SnoozeForm, "return": ReturnForm, "note": NoteForm}

reps_only = permission_required("queues.claim_entry", raise_exception=True)


@require_safe
@reps_only
@shows_list(OWN_LEADS)
def own_leads(request: HttpRequest, table: Table) -> HttpResponse:
    """The page, or all of the filtered list as a file."""
    at = timezone.now()
    context = list_context(request, table, at=at)
    if request.GET.get("format") == "csv":
        found = cast("QuerySet[Assignment]", context["found"])
        return table.csv("my-leads.csv", queries.with_tasks(list(found[:MOST_IN_FILE]), at=at))
    return render(request, "dashboards/own_leads.html", context)


def list_context(
    request: HttpRequest,
    table: Table,
    *,
    at: datetime,
    form: Form | None = None,
    act: str = "",
    ticked: Collection[int] = (),
) -> dict[str, object]:
    """`form` is that of an act which was refused: it stands filled, with what was ticked."""
    user = cast("User", request.user)
    sources, places = queries.choices(user)
    show, source = table.known("show", queries.SHOWN), table.known("source", sources)
    place, counts = table.known("from", places), queries.counts(user, at=at)
    found = queries.own_leads(
        user,
        show=show,
        source=source,
        place=place,
        sort=table.sort,
        own=table.own_value,
        own_sort=value_name_of(table.sort, table.own_fields),
        at=at,
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    labels = show_labels()
    bold, rest = conclusion(counts)
    return {
        "at": at,
        "table": table,
        "found": found,
        "page": page,
        "rows": queries.with_tasks(list(page.object_list), at=at),
        "chips": [(name, labels[name], counts[name]) for name in ("", *queries.SHOWN)],
        "counts": counts,
        "bold": bold,
        "rest": rest,
        "filters": {"show": show, "source": source, "from": place, "own": table.filters.get("own", "")},
        "sources": sources,
        "places": places,
        "forms": {name: made() for name, made in FORMS.items()} | ({act: form} if form is not None else {}),
        "refused": act,
        "ticked": ticked,
        "seen": queries.newest_activity(),
        "snooze_choices": snooze_choices(user, at=at),
    }
