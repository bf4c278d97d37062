"""The guard of every view that shows a list which people set up for themselves (M8)."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from leads.decisions.lists import ListPage
from leads.presenters.lists import Table


def shows_list(page: ListPage) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Calls the view with `table`, the list as the address asks for it; an address that asks for nothing goes to the
    default view of this person."""

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            table = Table(request, page)
            if request.method == "GET" and (elsewhere := table.elsewhere):
                return redirect(elsewhere)
            return view(request, *args, table=table, **kwargs)

        return shown

    return guard
