"""Leads in the admin: add one by hand (A1d) or correct one. The stage follows from events and cannot be edited."""

from collections.abc import Mapping

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from config.admin.base import PageAdmin
from config.admin.optimistic_lock import OptimisticLockMixin
from config.web.ids import read_id
from leads.actions.corrections import IdentityTaken, LeadIsMerged, NothingCorrected, correct_lead
from leads.actions.intake.capture import capture_lead
from leads.forms.leads import LeadForm, ManualLeadForm, identity_taken_text
from leads.models import Capture, Identity, Lead
from leads.presenters.import_rows import destination_text
from leads.queries.imports import destinations_of


@admin.register(Lead)
class LeadAdmin(OptimisticLockMixin, PageAdmin):
    form = LeadForm
    paginator = InfinitePaginator
    show_full_result_count = False
    actions = None
    list_display = ("company", "person", "source", "lead_type", "score", "stage_shown", "created_at")
    list_select_related = ("source",)
    list_filter = ("stage", "lead_type")
    search_fields = ("=company_domain", "=email", "=external_id", "=phone")
    search_help_text = lazy("By e-mail, phone, external id, company domain, or number.")
    sortable_by = ()
    ordering = ("-created_at", "-pk")
    autocomplete_fields = ("account",)
    readonly_fields = ("stage", "stage_at", "captured_at", "created_at", "came_by", "score_from", "also")
    fieldsets = (
        (lazy("Who"), {"fields": (("first_name", "last_name"), "title", ("email", "phone"), "external_id")}),
        (
            lazy("Company"),
            {
                "fields": (
                    ("company_name", "company_domain"),
                    ("company_size", "industry"),
                    ("city", "country"),
                    "account",
                )
            },
        ),
        (
            lazy("Worth"),
            {"fields": (("source", "lead_type"), ("score", "engagement", "deal_size"), "score_from", "message")},
        ),
        (
            lazy("Where it stands"),
            {"fields": (("stage", "stage_at"), ("captured_at", "created_at", "came_by"), "also")},
        ),
    )

    @display(description=lazy("company"))
    def company(self, obj: Lead) -> str:
        return obj.label

    @display(description=lazy("name"))
    def person(self, obj: Lead) -> str:
        return obj.full_name

    @display(description=lazy("stage"))
    def stage_shown(self, obj: Lead) -> str:
        return obj.get_stage_display()

    @display(description=lazy("channel"))
    def came_by(self, obj: Lead) -> str:
        return str(dict(Capture.Channel.choices).get(obj.channel, obj.channel))

    @display(description=lazy("made of"))
    def score_from(self, obj: Lead) -> str:
        words = {"given": _("given"), "fit": _("fit"), "engagement": _("engagement"), "source": _("source")}
        parts = [
            f"{words.get(part, part)} {points}/{most}" for part, (points, most, *_rules) in obj.score_parts.items()
        ]
        return ", ".join(parts)

    @display(description=lazy("other columns"))
    def also(self, obj: Lead) -> str:
        return "; ".join(f"{name}: {value}" for name, value in obj.extra.items())

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        context.setdefault("show_save_and_add_another", False)
        return super().render_change_form(request, context, *args, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        """Leads are never deleted (A8)."""
        return False

    def get_search_results(self, request: HttpRequest, queryset, search_term: str):
        """Search by index only: identities, domain, number."""
        term = search_term.strip()
        if not term:
            return queryset, False
        known = Identity.objects.filter(value__in={term, term.lower()}).order_by("pk").values_list("lead", flat=True)
        wanted = set(known[:100])
        if number := read_id(term.lstrip("#")):
            wanted.add(number)
        by_domain = queryset.filter(company_domain=term.lower()).order_by("-pk").values_list("pk", flat=True)
        return queryset.filter(pk__in=wanted | set(by_domain[:200])), False

    def change_view(self, request: HttpRequest, object_id: str, *args, **kwargs) -> HttpResponse:
        """A merged lead cannot be corrected; redirect to the lead that it was merged into."""
        merged = self.get_object(request, object_id) if self.has_view_or_change_permission(request) else None
        if merged is None or merged.merged_into_id is None:
            return super().change_view(request, object_id, *args, **kwargs)
        words = {"lead": merged.label, "number": merged.pk, "kept": merged.merged_into.label}
        text = _("%(lead)s #%(number)s was merged into %(kept)s. This is %(kept)s.") % words
        self.message_user(request, text, messages.INFO)
        return HttpResponseRedirect(self.admin_url(merged.merged_into))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Mapping | None = None) -> HttpResponse:
        """Not in one transaction with the page, because a capture is stored before anything else happens (A8)."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ManualLeadForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._added(request, form)
        return self.form_page(
            request,
            form,
            title=_("Add a lead"),
            act=_("Add lead"),
            about=_("The entry rules place it like every other lead. A person who is known already is updated."),
        )

    def _added(self, request: HttpRequest, form: ManualLeadForm) -> HttpResponse:
        capture = capture_lead(form.raw(), channel=Capture.Channel.HAND, at=timezone.now(), by=request.user)
        if capture.lead_id is None:
            self.message_user(request, _("This was stored, but it is not enough for a lead."), messages.ERROR)
            return HttpResponseRedirect(self.admin_url())
        lead = Lead.objects.select_related("resembles").get(pk=capture.lead_id)
        self.log_addition(request, lead, [{"added": {}}])
        if capture.state == Capture.State.MERGED:
            text, level = _("{lead} is known already and was updated. {where}."), messages.WARNING
        else:
            text, level = _("{lead} was added. {where}."), messages.SUCCESS
        where = destination_text(lead, destinations_of([lead.pk]).get(lead.pk))
        self.message_user(request, format_html(text, lead=lead.label, where=where), level)
        if capture.state == Capture.State.MADE and lead.resembles:
            self._warn_of_duplicate(request, lead)
        return HttpResponseRedirect(self.admin_url(lead))

    def _warn_of_duplicate(self, request: HttpRequest, lead: Lead) -> None:
        """A possible duplicate is not merged by itself; a person decides (A3)."""
        text = _('It may be the same as <a href="{place}">{other} (#{number})</a>: {percent} % alike.')
        other = lead.resembles
        words = {"place": self.admin_url(other), "other": other.label, "number": other.pk}
        self.message_user(request, format_html(text, **words, percent=lead.resembles_percent), messages.WARNING)

    def save_model(self, request: HttpRequest, obj: Lead, form: ModelForm, change: bool) -> None:
        """The action saves every field, because the form's copy of the row may be outdated."""
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        try:
            correct_lead(obj, changes, by=request.user, at=timezone.now())
        except NothingCorrected:
            return
        except LeadIsMerged:
            request.refusal = _("This lead was merged into another one in the meantime. Nothing was saved.")
        except IdentityTaken as problem:
            request.refusal = identity_taken_text(problem.lead)

    def response_change(self, request: HttpRequest, obj: Lead) -> HttpResponse:
        if refusal := getattr(request, "refusal", ""):
            self.message_user(request, refusal, messages.ERROR)
            return HttpResponseRedirect(self.admin_url(obj))
        return super().response_change(request, obj)
