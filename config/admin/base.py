"""The two kinds of pages in the admin: settings, which people edit, and records, which are read-only."""

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.forms import Field, Form, IntegerField, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from config.admin.double_submit import AlreadySubmitted, DoubleSubmitMixin
from config.admin.history import ReadableHistory
from config.admin.optimistic_lock import OptimisticLockMixin
from config.admin.setting_words import heading, in_own_words, is_plain_heading, needs_more, own_words_of, saved_text
from config.web.ids import read_id
from config.web.responses import own_address

# The limits of PostgreSQL. SQLite would take more, and pages fail when they add that many hours to a date.
MAX_INTEGERS = {
    "SmallIntegerField": 2**15 - 1,
    "PositiveSmallIntegerField": 2**15 - 1,
    "IntegerField": 2**31 - 1,
    "PositiveIntegerField": 2**31 - 1,
}


def bounded(field: Field | None, db_field: models.Field) -> Field | None:
    """The same field; it refuses whole numbers that the column cannot hold."""
    if isinstance(field, IntegerField) and (largest := MAX_INTEGERS.get(db_field.get_internal_type())):
        field.validators += [MaxValueValidator(largest), MinValueValidator(-largest)]
    return field


class PageAdmin(ModelAdmin):
    """Bounded lists, one row at a time: nothing here reads or deletes a whole table."""

    list_per_page = 50
    list_max_show_all = 200
    list_disable_select_all = True
    save_on_top = False

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: object) -> Field | None:
        """Related rows are added and changed on their own pages, with their checks; not in pop-up windows."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            widget = field.widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
            widget.can_delete_related = False
        return bounded(field, db_field)

    def page(self, request: HttpRequest, template: str, *, status: int = 200, **context: object) -> TemplateResponse:
        """A page of our own in the admin's layout."""
        request.current_app = self.admin_site.name
        layout = self.admin_site.each_context(request)
        return TemplateResponse(request, template, {**layout, **context}, status=status)

    def form_page(self, request: HttpRequest, form: Form, **context: object) -> TemplateResponse:
        return self.page(request, "admin/form_page.html", form=form, media=self.media + form.media, **context)

    def confirm(self, request: HttpRequest, obj: models.Model, **context: object) -> TemplateResponse:
        """Asks before an action; a POST to the same address does it."""
        return self.page(request, "admin/confirm.html", back=self.admin_url(obj), **context)

    def admin_url(self, obj: models.Model | None = None) -> str:
        """The address of the list, or of one row."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"{name}_change", args=[obj.pk]) if obj else reverse(f"{name}_changelist")

    def get_actions(self, request: HttpRequest) -> dict:
        """Deleting many rows at once would skip the checks of each row's own page."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class SettingAdmin(OptimisticLockMixin, DoubleSubmitMixin, ReadableHistory, SimpleHistoryAdmin, PageAdmin):
    """Something that people edit: a save writes only the fields that they changed, and the history says who did.

    Code writes rows such as rotations and reps all the time (pointer, last seen). A form that wrote all columns back
    would undo what happened since the page was opened.

    `first_shown` fieldsets stand first, and before the others the inlines too if `inlines_first`; the rest is under
    "More", which is open where something in it is wrong or was chosen (M6).
    """

    change_form_template = "admin/setting_form.html"
    first_shown: int | None = None  # all
    inlines_first = False

    def changed_values(self, form: ModelForm) -> dict[str, object]:
        """The columns of the row that this form changes, with their new values."""
        columns = {field.name for field in self.opts.concrete_fields}
        return {name: form.cleaned_data[name] for name in form.changed_data if name in columns}

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        obj._history_user = request.user
        if not change:
            if twin := self.submitted_before(request, form):
                raise AlreadySubmitted(twin)
            obj.save()
        elif changed := self.changed_values(form):
            obj.save(update_fields=list(changed))

    def response_change(self, request: HttpRequest, obj: models.Model) -> HttpResponse:
        with in_own_words(request, saved_text(obj)):
            return self._back(request, super().response_change(request, obj))

    def response_add(self, request: HttpRequest, obj: models.Model, *args, **kwargs) -> HttpResponse:
        with in_own_words(request, saved_text(obj)):
            return self._back(request, super().response_add(request, obj, *args, **kwargs))

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        with in_own_words(request, _("“%(name)s” is deleted.") % {"name": obj_display}):
            return super().response_delete(request, obj_display, obj_id)

    def changelist_view(self, request: HttpRequest, extra_context: Mapping | None = None) -> HttpResponse:
        with in_own_words(request, _("The list is saved.") if "_save" in request.POST else ""):
            return super().changelist_view(request, extra_context)

    def message_user(self, request: HttpRequest, message: object, level=messages.INFO, *args, **kwargs) -> None:
        own = own_words_of(request)
        super().message_user(request, own if own and level == messages.SUCCESS else message, level, *args, **kwargs)

    def _back(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """To the page that `next` names, if it is on this site; "save and continue" stays here."""
        back = own_address(request, request.GET.get("next", ""))
        return HttpResponseRedirect(back) if back and "_continue" not in request.POST else response

    def why_not_deletable(self, obj: models.Model) -> str:
        """Why this row cannot be deleted and what to do instead, for people; empty when it can be."""
        return ""

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Mapping | None = None) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is not None and self.has_delete_permission(request, obj) and (reason := self.why_not_deletable(obj)):
            self.message_user(request, reason, messages.ERROR)
            return HttpResponseRedirect(self.admin_url(obj))
        return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        obj._history_user = request.user
        super().delete_model(request, obj)

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        """One button saves and returns to the list, one saves and stays; a pop-up has its own."""
        if IS_POPUP_VAR not in request.GET:
            context.setdefault("show_save_and_add_another", False)
        shown, own = context["adminform"], heading(self.opts, context.get("original"))
        context |= {"title": own, "subtitle": None} if is_plain_heading(self.opts, context["title"]) else {}
        context["first_shown"] = first = self.first_shown or len(shown.fieldsets)
        context["is_more_open"] = needs_more(shown.form, shown.fieldsets[first:])
        return super().render_change_form(request, context, *args, **kwargs)


class RecordAdmin(PageAdmin):
    """What happened, read-only. Lists never count their table, and search uses an index."""

    paginator = InfinitePaginator
    show_full_result_count = False
    actions = None
    show_facets = ShowFacets.NEVER
    sortable_by = ()
    search_help_text = lazy("By the number of a lead.")
    ordering = ("-pk",)  # the one order that every table has an index for

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().get_queryset(request)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """A number is looked up by index in the columns of `search_fields`; other text finds nothing."""
        term = search_term.strip().lstrip("#")
        if not term:
            return queryset, False
        number = read_id(term)
        if number is None:
            self.message_user(request, _("Search here by the number of a lead."), messages.WARNING)
            return queryset.none(), False
        wanted = models.Q()
        for name in self.search_fields:
            wanted |= models.Q(**{name: number})
        return queryset.filter(wanted), False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Mapping | None = None) -> HttpResponse:
        return HttpResponseRedirect(self.admin_url())
