"""Public forms in the admin: edit them, embed them, see what came in and what is held as spam."""

from collections.abc import Mapping

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import action, display

from config.admin.base import SettingAdmin
from leads.actions.web_forms import new_slug
from leads.admin.web_form_fields import WebFormForm
from leads.decisions.web_forms.questions import frame_height
from leads.forms.web_form import QUESTIONS
from leads.models import Capture, WebForm
from leads.presenters.imports import problem_text
from leads.queries.web_forms import MAX_HELD_SHOWN, capture_counts, held_as_spam

SPAM_TEXT_LENGTH = 120  # characters


@admin.register(WebForm)
class WebFormAdmin(SettingAdmin):
    form = WebFormForm
    list_display = ("name", "state", "source", "received", "held")
    list_select_related = ("source",)
    list_filter = ("is_active",)
    search_fields = ("name", "title")
    actions_detail = ("embed",)
    fieldsets = (
        (None, {"fields": ("name", "is_active", ("source", "lead_type"))}),
        (lazy("What visitors see"), {"fields": ("title", "intro", "asks", "button", "language")}),
        (lazy("Consent"), {"fields": ("consent", "consent_url")}),
        (lazy("After sending"), {"fields": ("thanks", "redirect_url")}),
        (lazy("Where it may stand"), {"fields": ("allowed_origins",)}),
        (lazy("How much it takes"), {"fields": (("per_hour", "per_hour_in_all"),)}),
    )

    @display(description=lazy("state"), label={"on": "success", "off": "danger"})
    def state(self, obj: WebForm) -> tuple[str, str]:
        return ("on", _("Open")) if obj.is_active else ("off", _("Closed"))

    @display(description=lazy("received in 30 days"))
    def received(self, obj: WebForm) -> int:
        return obj.brought.received

    @display(description=lazy("held back as spam"))
    def held(self, obj: WebForm) -> int:
        return obj.brought.refused

    def get_changelist_instance(self, request: HttpRequest):
        """Count for all forms of the page at once."""
        changelist = super().get_changelist_instance(request)
        found = capture_counts(changelist.result_list, at=timezone.now())
        for form in changelist.result_list:
            form.brought = found[form.pk]
        return changelist

    def save_model(self, request: HttpRequest, obj: WebForm, form: ModelForm, change: bool) -> None:
        if not change:
            obj.slug = new_slug(obj.name)
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: WebForm, post_url_continue: str | None = None) -> HttpResponse:
        """After a form is made, show how to embed it."""
        super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(reverse("admin:leads_webform_embed", args=[obj.pk]))

    def why_not_deletable(self, obj: WebForm) -> str:
        if Capture.objects.filter(web_form=obj).exists():
            return _("Leads came in through this form, so it cannot be deleted. Close it instead.")
        return ""

    @action(description=lazy("Embed it, and see its results"), icon="code", permissions=["view"])
    def embed(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = self.get_object(request, object_id)
        if form is None:
            raise Http404
        return self.page(request, "admin/web_form.html", **_embedding(request, form))


def _embedding(request: HttpRequest, form: WebForm) -> Mapping[str, object]:
    address = request.build_absolute_uri(reverse("leads:web_form", args=[form.slug]))
    return {
        "title": form.name,
        "form": form,
        "address": address,
        "height": frame_height(form.asks, intro=form.intro, consent=form.consent),
        "brought": capture_counts([form], at=timezone.now())[form.pk],
        "held": [_held_row(row) for row in held_as_spam(form)],
        "most_held": MAX_HELD_SHOWN,
    }


def _held_row(row: Capture) -> dict[str, object]:
    said = [str(value) for name, value in row.raw.items() if name in QUESTIONS and str(value).strip()]
    return {
        "row": row,
        "text": " · ".join(said)[:SPAM_TEXT_LENGTH],
        "why": [problem_text(problem.get("field", ""), problem.get("code", "")) for problem in row.problems],
    }
