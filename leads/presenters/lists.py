"""A list as one person opened it: its columns, order and filters, the views that are kept, and its file (M8)."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from config.web.htmx import wants_part
from config.web.ids import read_id
from leads.decisions.lists import COLUMNS, Column, ListPage, query_of, read_list, read_text
from leads.models import SavedView
from leads.presenters.csv_response import csv_response
from leads.presenters.own_columns import (
    OPEN,
    OWN,
    filter_choices,
    filter_groups,
    filter_value,
    sort_keys,
    with_own_fields,
)
from leads.queries.saved_views import own_views, views_of

STANDARD = "0"  # the view of an address that shows the list as it stands for everybody
SHARERS = "queues.watch_queue"  # who may share a view with the own teams
LISTS: dict[str, ListPage] = {}
MAX_SHOWN_VALUE = 40


def list_of(key: str) -> ListPage | None:
    """The list of this name with its own fields; None if there is none (any more)."""
    page = LISTS.get(key)
    return with_own_fields(page)[0] if page is not None else None


def register_list(page: ListPage) -> ListPage:
    """So that views of it can be kept."""
    LISTS[page.key] = page
    return page


class Table:
    """What a page needs to show its list: `problems` say what the address asks for in vain. `path` is that of the page,
    where an act shows it again."""

    def __init__(self, request: HttpRequest, page: ListPage, *, path: str = "") -> None:
        self.request, self.path = request, path or request.path
        is_asked = any(OWN in value for value in request.GET.urlencode().split("&"))
        self.page, self.own_fields = with_own_fields(page) if page.own != OPEN or is_asked else (page, [])
        self.user = cast("User", request.user)
        self.asked = read_list(self.page, dict(request.GET.lists()))
        self.filters = dict(self.asked.filters)
        self.problems = [_left_out(name, value) for name, value in self.asked.left_out]

    def known(self, name: str, choices: Collection[str]) -> str:
        """The value of a filter; "", with a word on the page, if it is not a choice (any more)."""
        value = self.filters.get(name, "")
        if value in ("", *choices):
            return value
        del self.filters[name]
        words = {"value": value[:MAX_SHOWN_VALUE], "filter": self.page.filters[name]}
        self.problems.append(_("“%(value)s” is not a choice of “%(filter)s” (any more), so it is left out.") % words)
        return self.page.defaults.get(name, "")

    def text(self, name: str) -> str:
        """The value of a filter in which people write."""
        return self.filters.get(name, "")

    @property
    def is_part(self) -> bool:
        """A part keeps the menus of the page as they are, with what is chosen in them."""
        return wants_part(self.request)

    @property
    def sort(self) -> str:
        return self.asked.sort

    @property
    def heads(self) -> list[Column]:
        return [each for each in self.page.columns if each.key in self.asked.columns]

    @property
    def shown(self) -> dict[str, bool]:
        """For the cells of a template: {% if table.shown.source %}."""
        return dict.fromkeys(self.asked.columns, True)

    def offer_own_fields(self, leads: Iterable[Any]) -> None:
        """Of leads that wait, only when one of them has values: the page of a queue asks often enough already."""
        if not self.own_fields and any(lead.own for lead in leads):
            self.page, self.own_fields = with_own_fields(self.page)

    @property
    def more(self) -> list[Column]:
        """The own fields that are shown: their cells stand after those of the template."""
        return [each for each in self.heads if each.text is not None]

    @property
    def own_groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        return filter_groups(self.own_fields)

    @cached_property
    def own_value(self) -> tuple[str, str | bool] | None:
        """What the filter by an own field asks for."""
        chosen = self.known(OWN, filter_choices(self.own_fields))
        return filter_value(chosen, self.own_fields) if chosen else None

    @property
    def own_sorts(self) -> dict[str, Callable[[Any], Any]]:
        return sort_keys(self.own_fields, self.page.lead_of) if self.page.lead_of is not None else {}

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        columns = [each for each in self.page.columns if each.on_page and not each.is_fixed]
        return [(each, each.key in self.asked.columns) for each in columns]

    @property
    def query(self) -> str:
        return query_of(self.page, self.asked)

    @cached_property
    def keeps_views(self) -> bool:
        """Views are for those whose list it is."""
        return not self.page.permission or self.user.has_perm(self.page.permission)

    @cached_property
    def views(self) -> list[SavedView]:
        return views_of(self.user, self.page.key) if self.keeps_views else []

    @cached_property
    def view(self) -> SavedView | None:
        """The one that the address names, if this person may open it."""
        wanted = read_id(self.request.GET.get("view", ""))
        return next((each for each in self.views if each.pk == wanted), None) if wanted else None

    @property
    def is_own(self) -> bool:
        return self.view is not None and self.view.user_id == self.user.pk

    @property
    def is_changed(self) -> bool:
        """It no longer shows what the view that was opened shows, or what everybody sees; there what was typed on
        another page is no change."""
        if self.view is not None:
            return self.query != self.view.query
        filters = {name: value for name, value in self.asked.filters.items() if name not in self.page.typed}
        return query_of(self.page, replace(self.asked, filters=filters)) != ""

    @property
    def can_share(self) -> bool:
        return self.user.has_perm(SHARERS)

    @property
    def links(self) -> list[tuple[SavedView, str]]:
        return [(each, self.address(each)) for each in self.views]

    @property
    def standard_address(self) -> str:
        return self.address(None)

    @property
    def here(self) -> str:
        """The address of the page, also while a part of it is asked for."""
        query = self.request.GET.copy()
        for name in ("v", "format"):
            query.pop(name, None)
        return f"{self.path}?{query.urlencode()}"

    def address(self, view: SavedView | None) -> str:
        """The whole of the view stands in it, so that it can be sent to anybody."""
        names = f"view={view.pk if view is not None else STANDARD}"
        return f"{self.path}?{view.query}&{names}" if view is not None and view.query else f"?{names}"

    @property
    def elsewhere(self) -> str:
        """Where an address goes that asks for nothing, if this person has a default view. What was typed on another
        page goes along. 404 for an address that has only the view of somebody else."""
        asked, wanted = self.asked, self.request.GET.get("view", "")
        if wants_part(self.request) or asked.names - self.page.typed or wanted == STANDARD:
            return ""
        if wanted and not asked.names and self.view is None:
            self._say_deleted(read_id(wanted))
        own = [each for each in self.views if each.is_default and each.user_id == self.user.pk]
        if wanted or not own:
            return ""
        kept = {name: str(value) for name, value in self.request.GET.items() if name not in ("view", "page")}
        return self._with(own[0], kept)

    def _say_deleted(self, pk: int | None) -> None:
        """A view that this person has deleted; any other that is out of reach does not exist."""
        gone = own_views(self.user).filter(pk=pk).first() if pk is not None else None
        if gone is None:
            raise Http404
        self.problems.append(_("You have deleted the view “%(name)s”; this is the standard one.") % {"name": gone.name})

    def _with(self, view: SavedView, kept: dict[str, str]) -> str:
        from_view = read_text(list_of(self.page.key) or self.page, view.query)
        filters = {**from_view.filters, **{name: kept[name] for name in kept if name in self.page.filters}}
        query = query_of(self.page, replace(from_view, filters=filters))
        more = urlencode({name: value for name, value in kept.items() if name not in self.page.filters})
        return f"{self.path}?{'&'.join(part for part in (query, f'view={view.pk}', more) if part)}"

    def csv(self, name: str, rows: Iterable[Any]) -> HttpResponse:
        """The columns that were chosen; all that a file has when none were."""
        chosen = self.heads if self.asked.chose_columns else [each for each in self.page.columns if each.in_file]
        lines = ([each.cell(row) for each in chosen] for row in rows)
        return csv_response(name, [each.file_label or each.label for each in chosen], lines)


def _left_out(name: str, value: str) -> str:
    words = {"value": value[:MAX_SHOWN_VALUE]}
    if name == COLUMNS:
        return _("This list has no column “%(value)s”, so it is left out.") % words
    return _("This list cannot be sorted by “%(value)s”, so it has its usual order.") % words
