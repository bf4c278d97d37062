"""Pages of the inbox: one sentence for each message, unread ones first."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import page_or_part, unchanged
from routing.actions.notifications import mark_read
from routing.models import Notification
from routing.presenters.inbox import message_sentence
from routing.presenters.message_links import message_urls
from routing.queries.notifications import unread_count

PAGE = 25


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    mine = Notification.objects.filter(user=request.user)
    newest = mine.order_by("-pk").values_list("pk", flat=True).first()
    at = timezone.now()
    version = f"{newest}-{unread_count(request.user)}-{timezone.localdate(at)}"  # messages say "tomorrow"
    if same := unchanged(request, version):
        return same
    is_unread = ExpressionWrapper(Q(read_at__isnull=True), output_field=BooleanField())
    rows = mine.select_related("lead").annotate(is_unread=is_unread).order_by("-is_unread", "-at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    urls = message_urls(request.user, page)
    rows = [(row, message_sentence(row, at=at), url) for row, url in zip(page, urls, strict=True)]
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
