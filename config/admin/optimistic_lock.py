"""Two people edit one setting: the second to save reads who changed what, and overwrites nothing (C8).

Every page carries its version: the values that it shows. Under the locks of its rows a save builds the current page
and compares. If somebody else changed what this page shows, nothing is saved (409): the current page comes back with
what was typed on it, and the next save passes. docs/decisions/25-two-editors.md says why a number is not enough.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core import signing
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from config.admin.change_messages import deleted_sentence, look_again, page_changes_sentence
from config.admin.three_way import Row, Rows, Version, key_of, values_of
from config.web.ids import read_id

VERSION = "as_shown"  # the hidden input
LIST = "form"  # the prefix of the rows of a list


class OptimisticLockMixin:
    """For admins: change forms with their inline rows, and lists with editable columns."""

    change_form_before_template = "admin/as_shown.html"
    change_list_template = "admin/setting_list.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        view = partial(super().changeform_view, request, object_id, form_url, extra_context)
        if object_id is None or not self._is_versioned_save(request):
            return _with_version(view())
        key = unquote(object_id)
        with transaction.atomic():
            row = self.get_object(request, key)
            if row is None or not self._lock([row.pk]):
                self.message_user(request, deleted_sentence(self.model, key, by=request.user), messages.ERROR)
                return HttpResponseRedirect(self.admin_url())
            page = _page_of_now(request, view)
            return page if self._refuses_form(request, page) else _with_version(view())

    def changelist_view(self, request: HttpRequest, extra_context: Mapping | None = None) -> HttpResponse:
        view = partial(super().changelist_view, request, extra_context)
        if "_save" not in request.POST or not self._is_versioned_save(request):
            return _with_version(view())
        with transaction.atomic():
            self._lock(filter(None, map(read_id, self._get_edited_object_pks(request, LIST))))
            page = _page_of_now(request, view)
            return page if self._refuses_list(request, page) else _with_version(view())

    def _is_versioned_save(self, request: HttpRequest) -> bool:
        return request.method == "POST" and VERSION in request.POST and self.has_change_permission(request)

    def _lock(self, keys: Iterable[object]) -> list[models.Model]:
        """Nobody else changes these rows between the comparison and the save."""
        rows = self.model._base_manager.select_for_update(no_key=True).filter(pk__in=keys)
        return list(rows.order_by("pk").only("pk"))

    def _refuses_form(self, request: HttpRequest, page: TemplateResponse) -> bool:
        version, form = read_version(request.POST[VERSION]), page.context_data["adminform"].form
        main = Row(form, version.get(key_of(self.model, form.instance.pk), {}), request.POST, "")
        inlines = [Rows(each.formset, version, request.POST) for each in page.context_data["inline_admin_formsets"]]
        changed = [rows for rows in inlines if rows.are_changed]
        if main.now and not main.shown:
            text = _("This page was too old to be saved.")
        elif not (main.changed or changed) or not (main.is_unsaved or any(rows.are_unsaved for rows in inlines)):
            return False  # nothing changed, or nothing would: a second click on the button
        else:
            text = page_changes_sentence(main, changed, by=request.user)
        main.refuse(f"{text} {look_again()}")
        for each in (main, *inlines):
            each.show_typed()
        page.status_code = 409
        return True

    def _refuses_list(self, request: HttpRequest, page: TemplateResponse) -> bool:
        """A list is refused for rows that this person edited and somebody else changed, moved or deleted."""
        if "cl" not in (getattr(page, "context_data", None) or {}) or page.context_data["cl"].formset is None:
            return False  # another page than a list that can be edited
        formset, order = page.context_data["cl"].formset, getattr(self, "ordering_field", None)
        found = Rows(formset, read_version(request.POST[VERSION]), request.POST)
        rows = found.rows.values()
        is_reordered = any(order in row.changed for row in rows)
        refused = [
            row for row in rows if row.typed and row.is_unsaved and (row.changed or is_reordered and order in row.typed)
        ]
        if not refused and not found.gone:
            request.POST = request.POST.copy()
            for row in rows:
                row.put_values_of_now(request.POST)
            return False
        for row in refused:
            order = _("Somebody else changed the order.")
            row.refuse(page_changes_sentence(row, [], by=request.user) if row.changed else order)
        found.show_typed()
        gone = [deleted_sentence(self.model, key.partition("/")[2], by=request.user) for key in found.gone]
        formset._errors = True  # so that the page shows the others
        formset._non_form_errors = formset.error_class([*gone, look_again()])
        page.status_code = 409
        return True


def _page_of_now(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """The page as a GET shows it, without what was typed."""
    request.method = "GET"
    page = _with_version(view())
    request.method = "POST"
    return page


def _with_version(response: HttpResponse) -> HttpResponse:
    """The page with the values that it shows, sealed in a hidden input."""
    context = getattr(response, "context_data", None) or {}
    formsets = [each.formset for each in context.get("inline_admin_formsets", [])]
    forms = [context["adminform"].form] if "adminform" in context else []
    if "cl" in context and context["cl"].formset is not None:
        formsets.append(context["cl"].formset)
    forms += [form for formset in formsets for form in formset.initial_forms]
    version = {key_of(type(form.instance), form.instance.pk): values_of(form) for form in forms if form.instance.pk}
    if version:
        context["as_shown"] = sign_version(version)
    return response


def sign_version(version: Version) -> str:
    return signing.dumps(version, salt=__name__, compress=True)


def read_version(text: str) -> Version:
    """The version that a page carried; empty when it was not made here."""
    try:
        return signing.loads(text, salt=__name__)
    except signing.BadSignature:
        return {}
