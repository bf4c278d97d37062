"""A form that adds a setting adds one row, however often its button is pressed."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

DOUBLE_SUBMIT_WINDOW = timedelta(minutes=1)


class AlreadySubmitted(Exception):
    """The same person added the same row a moment ago; `row` is that one."""

    def __init__(self, row: models.Model) -> None:
        self.row = row
        super().__init__(str(row))


def one_at_a_time(model: type[models.Model]) -> None:
    """Call it first in a transaction of which only one may run at a time for this table. It locks the content type,
    because a table without rows has nothing to lock."""
    kind = ContentType.objects.get_for_model(model)
    list(ContentType.objects.select_for_update(no_key=True).filter(pk=kind.pk).order_by("pk"))


class DoubleSubmitMixin:
    """For admins with history: a second click on the button of one form adds nothing."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        if request.method != "POST" or object_id is not None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                one_at_a_time(self.model)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except AlreadySubmitted as problem:
            text = _("“%(name)s” was already saved a moment ago. It was not saved twice.") % {"name": problem.row}
            self.message_user(request, text, messages.INFO)
            return HttpResponseRedirect(self.admin_url())

    def submitted_before(self, request: HttpRequest, form: ModelForm) -> models.Model | None:
        """A row that this person added within a minute, with the same values in all fields of the form."""
        names = [name for name in form.cleaned_data if name in {field.name for field in self.opts.concrete_fields}]
        recent = self.model.history.filter(
            history_type="+", history_user=request.user, history_date__gte=timezone.now() - DOUBLE_SUBMIT_WINDOW
        )
        compared = [name for name in names if hasattr(self.model.history.model, name)]
        for key in recent.order_by("-history_id").values_list("id", flat=True)[:10]:
            row = self.model._base_manager.filter(pk=key).first()
            if row is not None and all(getattr(row, name) == form.cleaned_data[name] for name in compared):
                return row
        return None
