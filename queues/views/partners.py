"""Partner pools: what they have, downloads, the signing secret, and what their webhooks did not take (D8)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from leads.presenters.csv_response import csv_response
from queues.actions.partners.delivering import send_again as send_deliveries_again
from queues.actions.partners.pools import export_leads, make_secret
from queues.models import PartnerPool
from queues.presenters.partners import file_header, file_lines, problem_text
from queues.queries.partners import exports, figures, pools_for, stopped

ops_only = permission_required("queues.operate_queue", raise_exception=True)


@require_safe
@login_required
def partners(request: HttpRequest) -> HttpResponse:
    """All pools for sales ops; somebody at a partner sees those that he or she may download."""
    user = cast(User, request.user)
    is_ops = user.has_perm("queues.operate_queue")
    rows = figures(pools_for(user))
    if not rows and not is_ops:
        raise PermissionDenied
    return render(request, "queues/partners.html", _context(rows, is_ops=is_ops))


@require_POST
@login_required
@never_cache
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Personal data leaves, so it is a POST, and who did it is written down."""
    user = cast(User, request.user)
    pool = get_object_or_404(pools_for(user), pk=pk)
    stays = export_leads(pool, is_fresh=request.POST.get("what") != "all", by=user, at=timezone.now())
    return csv_response(f"leads-{pool.pk}.csv", file_header(), file_lines(stays))


@require_POST
@ops_only
@never_cache
def new_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """The secret is in this response and nowhere else: not in a session, message or log."""
    pool = get_object_or_404(PartnerPool, pk=pk)
    secret = make_secret(pool, by=cast(User, request.user), at=timezone.now())
    context = _context(figures(pools_for(cast(User, request.user))), is_ops=True)
    return render(request, "queues/partners.html", context | {"secret": secret, "secret_of": pool.pk})


@require_POST
@ops_only
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    n = send_deliveries_again(get_object_or_404(PartnerPool, pk=pk), at=timezone.now())
    text = ngettext("%(n)s message is sent again within a minute.", "%(n)s messages are sent again within a minute.", n)
    if n:
        messages.success(request, text % {"n": n})
    else:
        messages.info(request, _("There is nothing to send again."))
    return redirect("queues:partners")


def _context(rows: list, *, is_ops: bool) -> dict[str, object]:
    pools = [
        (
            row,
            exports(row.pool) if is_ops else [],
            [(each, problem_text(each)) for each in stopped(row.pool)] if is_ops and row.stopped else [],
        )
        for row in rows
    ]
    return {"pools": pools, "is_ops": is_ops, "at": timezone.now()}
