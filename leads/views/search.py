"""The search page: leads that this user may see, by company, name or e-mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leads.queries.leads import search_leads, visible_to

MIN_LENGTH = 2
MAX_RESULTS = 50
MAX_LENGTH = 100


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The newest leads that match, at most MAX_RESULTS; the page says if there are more."""
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:MAX_LENGTH]
    is_short = len(text) < MIN_LENGTH
    found = (
        []
        if is_short
        else list(search_leads(visible_to(request.user), text).select_related("source")[: MAX_RESULTS + 1])
    )
    context = {
        "q": text,
        "is_short": is_short,
        "rows": found[:MAX_RESULTS],
        "has_more": len(found) > MAX_RESULTS,
        "most": MAX_RESULTS,
        "at": timezone.now(),
    }
    return render(request, "leads/search.html", context)
