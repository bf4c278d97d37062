"""People keep views of lists under a name, change them and take them away (M8)."""

from typing import cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.responses import back_to
from leads.actions.saved_views import (
    NameIsTaken,
    TooManyViews,
    bring_back,
    change_view,
    remove_view,
    rename_view,
    save_view,
    set_default,
    share_view,
)
from leads.decisions.lists import ListPage, query_of, read_text
from leads.forms.saved_views import RenameViewForm, SaveViewForm
from leads.models import SavedView
from leads.presenters.lists import SHARERS, list_of
from leads.queries.saved_views import MOST, own_views

REFUSED = (NameIsTaken, TooManyViews)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """What the page shows, under a name."""
    form = SaveViewForm(request.POST)
    if not form.is_valid():
        return _ask(request, form)
    sent, by = form.cleaned_data, cast("User", request.user)
    page = cast("ListPage", list_of(sent["list"]))
    if page.permission and not by.has_perm(page.permission):
        raise PermissionDenied
    query = query_of(page, read_text(page, sent["query"]))
    try:
        view = save_view(page.key, name=sent["name"], query=query, by=by, at=timezone.now())
    except REFUSED as refused:
        form.add_error("name", _why(refused))
        return _ask(request, form)
    messages.success(request, _("View “%(name)s” is saved.") % {"name": view.name})
    return redirect(_to(request, view))


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    view, form = _own(request, pk), RenameViewForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, view)
    try:
        rename_view(view, name=form.cleaned_data["name"])
    except NameIsTaken as refused:
        form.add_error("name", _why(refused))
        return _ask(request, form, view)
    messages.success(request, _("The view is now called “%(name)s”.") % form.cleaned_data)
    return redirect(back_to(request, "/"))


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The view shows from now on what the page shows."""
    view = _own(request, pk)
    page = list_of(view.page)
    if page is not None:
        view.query = query_of(page, read_text(page, request.POST.get("query", "")))
        change_view(view, query=view.query)
        messages.success(request, _("View “%(name)s” now shows this.") % {"name": view.name})
    return redirect(_to(request, view))


@require_POST
def default(request: HttpRequest, pk: int) -> HttpResponse:
    """on=1: the list opens with this view; on=0: as it stands for everybody."""
    view, is_default = _own(request, pk), request.POST.get("on") == "1"
    set_default(view, is_default=is_default)
    says = _("This list now opens with “%(name)s”.") if is_default else _("This list opens without “%(name)s” again.")
    messages.success(request, says % {"name": view.name})
    return redirect(back_to(request, "/"))


@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """on=1: the people of the teams that this person manages see the view too."""
    view, is_shared = _own(request, pk), request.POST.get("on") == "1"
    if is_shared and not request.user.has_perm(SHARERS):
        raise PermissionDenied
    share_view(view, is_shared=is_shared)
    says = _("Your teams see “%(name)s” now.") if is_shared else _("Only you see “%(name)s” now.")
    messages.success(request, says % {"name": view.name})
    return redirect(back_to(request, "/"))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    view = _own(request, pk)
    remove_view(view, at=timezone.now())
    undo = reverse("leads:bring_view_back", args=[view.pk])
    messages.success(request, _("View “%(name)s” is deleted.") % {"name": view.name}, extra_tags=undo)
    return redirect(f"{_path(request)}?view=0")


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a deleted view back."""
    view = get_object_or_404(own_views(cast("User", request.user)), pk=pk)
    try:
        bring_back(view)
    except REFUSED as refused:
        messages.warning(request, _why(refused))
        return redirect(back_to(request, "/"))
    messages.success(request, _("View “%(name)s” is back.") % {"name": view.name})
    return redirect(_to(request, view))


def _own(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(own_views(cast("User", request.user)).filter(removed_at=None), pk=pk)


def _why(refused: Exception) -> str:
    if isinstance(refused, NameIsTaken):
        return _("You have a view of this list with that name. Choose another name, or delete the old one first.")
    return _("You have %(n)s views of this list, as many as one may have. Delete one that you no longer need.") % {
        "n": MOST
    }


def _ask(request: HttpRequest, form: Form, view: SavedView | None = None) -> HttpResponse:
    """The form alone, with what was typed and why it was refused."""
    context = {"form": form, "view": view, "next": back_to(request, "/")}
    return render(request, "leads/saved_view.html", context, status=422)


def _path(request: HttpRequest) -> str:
    return urlsplit(back_to(request, "/")).path


def _to(request: HttpRequest, view: SavedView) -> str:
    """The page that the form came from, with this view."""
    return f"{_path(request)}?{view.query}{'&' if view.query else ''}view={view.pk}"
