"""Pages of the inbox: one sentence for each message, unread ones first; what was settled since says so and sinks."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import page_or_part, unchanged
from routing.actions.notifications import mark_read
from routing.models import Notification
from routing.presenters.inbox import message_sentence
from routing.presenters.message_links import message_urls
from routing.presenters.settled import settled_words
from routing.queries.notifications import inbox_of, unread_and_pending

PAGE = 25


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    mine = Notification.objects.filter(user=user)
    newest = mine.order_by("-pk").values_list("pk", flat=True).first()
    at = timezone.now()
    unread, pending = unread_and_pending(user)
    version = f"{newest}-{unread}-{pending}-{timezone.localdate(at)}"  # messages say "tomorrow"
    if same := unchanged(request, version):
        return same
    page = Paginator(inbox_of(user), PAGE).get_page(request.GET.get("page"))
    urls, ends = message_urls(user, page), settled_words([row for row in page if row.is_settled])
    rows = [(row, message_sentence(row, at=at), url, ends.get(row.pk)) for row, url in zip(page, urls, strict=True)]
    context = {"page": page, "inbox_rows": rows, "version": version, "at": at}
    return page_or_part(request, "routing/inbox.html", "routing/_inbox.html", context)


@require_POST
@login_required
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one message as read; doing it twice is harmless."""
    if not Notification.objects.filter(user=request.user, pk=pk).exists():
        raise Http404
    mark_read(request.user, at=timezone.now(), pk=pk)
    return redirect("routing:inbox")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    mark_read(request.user, at=timezone.now())
    return redirect("routing:inbox")
