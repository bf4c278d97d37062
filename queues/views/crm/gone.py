"""Doors of a connection that somebody else removes at the same moment: it is said, and nothing breaks (I4)."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from queues.actions.crm.states import ConnectionIsGone
from queues.models import Connection

View = Callable[..., HttpResponse]


def gone_is_said(view: View) -> View:
    """Back to all connections, with a sentence."""

    @wraps(view)
    def answer(request: HttpRequest, *args: int, **kwargs: int) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ConnectionIsGone:
            messages.warning(request, _("Somebody has removed this connection; nothing was changed."))
            return redirect("queues:connections")

    return answer


def kept_connection(pk: int) -> Connection:
    """Raises Http404, and ConnectionIsGone of one that is being removed."""
    found = get_object_or_404(Connection, pk=pk)
    if found.state == Connection.State.REMOVING:
        raise ConnectionIsGone
    return found
