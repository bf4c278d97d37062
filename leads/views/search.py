"""The door of the search: leads that this person may see, by company, name or e-mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leads.queries.leads import matching, visible_to

SHORTEST = 2
MOST = 50
LONGEST = 100


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """At most fifty leads, the newest first; says so when there are more."""
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST]
    is_short = len(text) < SHORTEST
    found = [] if is_short else list(matching(visible_to(request.user), text).select_related("source")[: MOST + 1])
    context = {
        "q": text,
        "is_short": is_short,
        "rows": found[:MOST],
        "has_more": len(found) > MOST,
        "most": MOST,
        "at": timezone.now(),
    }
    return render(request, "leads/search.html", context)
