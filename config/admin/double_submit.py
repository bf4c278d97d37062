"""A setting that is made by one form is made once, however often its button is pressed."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

A_WHILE = timedelta(minutes=1)


class AlreadySubmitted(Exception):
    """The same person made the very same row a moment ago; `row` is that one."""

    def __init__(self, row: models.Model) -> None:
        self.row = row
        super().__init__(str(row))


def one_at_a_time(model: type[models.Model]) -> None:
    """Call it first in a transaction that must not run beside another of its kind; rows of an empty table could not be
    locked, the row that stands for the table always can."""
    kind = ContentType.objects.get_for_model(model)
    list(ContentType.objects.select_for_update(no_key=True).filter(pk=kind.pk).order_by("pk"))


class DoubleSubmitMixin:
    """For admins with history: the second click on the button of the same form makes nothing."""

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
            text = _("“%(name)s” was saved a moment ago; it is there once.") % {"name": problem.row}
            self.message_user(request, text, messages.INFO)
            return HttpResponseRedirect(self.place_of())

    def submitted_before(self, request: HttpRequest, form: ModelForm) -> models.Model | None:
        """A row that this person made within a minute, with the same values in all fields of the form."""
        names = [name for name in form.cleaned_data if name in {field.name for field in self.opts.concrete_fields}]
        lately = self.model.history.filter(
            history_type="+", history_user=request.user, history_date__gte=timezone.now() - A_WHILE
        )
        kept = [name for name in names if hasattr(self.model.history.model, name)]
        for key in lately.order_by("-history_id").values_list("id", flat=True)[:10]:
            row = self.model._base_manager.filter(pk=key).first()
            if row is not None and all(getattr(row, name) == form.cleaned_data[name] for name in kept):
                return row
        return None
