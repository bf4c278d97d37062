"""The two kinds of pages in the admin: settings that people edit, and records that nobody edits."""

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
from config.web.responses import own_address

# What PostgreSQL can hold. SQLite would take more, and hours beyond the end of time break every page that adds them.
MOST = {
    "SmallIntegerField": 2**15 - 1,
    "PositiveSmallIntegerField": 2**15 - 1,
    "IntegerField": 2**31 - 1,
    "PositiveIntegerField": 2**31 - 1,
}


def bounded(field: Field | None, db_field: models.Field) -> Field | None:
    """The same field; a whole number that no database can hold is refused."""
    if isinstance(field, IntegerField) and (most := MOST.get(db_field.get_internal_type())):
        field.validators += [MaxValueValidator(most), MinValueValidator(-most)]
    return field


class PageAdmin(ModelAdmin):
    """Bounded lists, one row at a time: nothing here reads or deletes a whole table."""

    list_per_page = 50
    list_max_show_all = 200
    list_disable_select_all = True
    save_on_top = False

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: object) -> Field | None:
        """Everything is made and changed on its own page, with what follows from it; not in little windows."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            widget = field.widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
            widget.can_delete_related = False
        return bounded(field, db_field)

    def page(self, request: HttpRequest, template: str, *, status: int = 200, **context: object) -> TemplateResponse:
        """A page of its own in the admin's frame."""
        request.current_app = self.admin_site.name
        frame = self.admin_site.each_context(request)
        return TemplateResponse(request, template, {**frame, **context}, status=status)

    def form_page(self, request: HttpRequest, form: Form, **context: object) -> TemplateResponse:
        return self.page(request, "admin/form_page.html", form=form, media=self.media + form.media, **context)

    def confirm(self, request: HttpRequest, obj: models.Model, **context: object) -> TemplateResponse:
        """Asks before an act; the same address does it when it is posted."""
        return self.page(request, "admin/confirm.html", back=self.place_of(obj), **context)

    def place_of(self, obj: models.Model | None = None) -> str:
        """The address of the list, or of one row."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"{name}_change", args=[obj.pk]) if obj else reverse(f"{name}_changelist")

    def get_actions(self, request: HttpRequest) -> dict:
        """Deleting many at once would go round what each row's own page asks first."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class SettingAdmin(OptimisticLockMixin, DoubleSubmitMixin, ReadableHistory, SimpleHistoryAdmin, PageAdmin):
    """Something that people edit: only the fields that they changed are written, and the history says who did.

    Rows such as rotations and reps are written by others all the time (pointer, last seen). A form that wrote all
    columns back would undo what happened since the page was opened.
    """

    def changed(self, form: ModelForm) -> dict[str, object]:
        """Field by field, what this form changes on the row itself."""
        columns = {field.name for field in self.opts.concrete_fields}
        return {name: form.cleaned_data[name] for name in form.changed_data if name in columns}

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        obj._history_user = request.user
        if not change:
            if twin := self.submitted_before(request, form):
                raise AlreadySubmitted(twin)
            obj.save()
        elif changed := self.changed(form):
            obj.save(update_fields=list(changed))

    def response_change(self, request: HttpRequest, obj: models.Model) -> HttpResponse:
        return self._back(request, super().response_change(request, obj))

    def response_add(self, request: HttpRequest, obj: models.Model, *args, **kwargs) -> HttpResponse:
        return self._back(request, super().response_add(request, obj, *args, **kwargs))

    def _back(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """To the page that sent the person here, when the address names one of ours; who goes on editing stays."""
        back = own_address(request, request.GET.get("next", ""))
        return HttpResponseRedirect(back) if back and "_continue" not in request.POST else response

    def why_kept(self, obj: models.Model) -> str:
        """Why this row cannot be deleted, in words that say what to do instead; empty when it can."""
        return ""

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Mapping | None = None) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is not None and self.has_delete_permission(request, obj) and (reason := self.why_kept(obj)):
            self.message_user(request, reason, messages.ERROR)
            return HttpResponseRedirect(self.place_of(obj))
        return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        obj._history_user = request.user
        super().delete_model(request, obj)

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        """One button that goes back to the list, one that stays; a popup has its own."""
        if IS_POPUP_VAR not in request.GET:
            context.setdefault("show_save_and_add_another", False)
        return super().render_change_form(request, context, *args, **kwargs)


class RecordAdmin(PageAdmin):
    """What happened: for looking only. Lists never count their table, and search goes by index."""

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
        """A number, looked up by index in the columns of `search_fields`; other text finds nothing."""
        term = search_term.strip().lstrip("#")
        if not term:
            return queryset, False
        if not (term.isascii() and term.isdigit() and len(term) < 19):
            self.message_user(request, _("Search here by the number of a lead."), messages.WARNING)
            return queryset.none(), False
        wanted = models.Q()
        for name in self.search_fields:
            wanted |= models.Q(**{name: int(term)})
        return queryset.filter(wanted), False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Mapping | None = None) -> HttpResponse:
        return HttpResponseRedirect(self.place_of())
