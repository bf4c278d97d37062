"""Who may ask reports, and what the address asks (C9)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.decisions.reports.filters import read_filters
from dashboards.presenters.reports.asked import Asked
from dashboards.queries.reports.reach import reach_of

RIGHTS = ("queues.watch_queue", "queues.operate_queue")


def reports_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Managers and sales ops; only reading."""

    @require_safe
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not any(request.user.has_perm(right) for right in RIGHTS):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def asked_of(request: HttpRequest, path: str) -> Asked:
    """The filters of the address, checked against what this person may choose."""
    at, tz, query = timezone.now(), timezone.get_current_timezone(), request.GET.dict()
    user = cast(User, request.user)
    reach = reach_of(user, query)
    return Asked(user, reach, read_filters(query, reach, at=at, tz=tz), at, tz, path, query)
