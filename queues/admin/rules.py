"""Admin of entry rules and priority tiers: lists ordered by dragging, with a condition editor (A5, B4)."""

from collections.abc import Mapping

from django import forms
from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from config.admin.sortable import ArrangedAdmin
from config.web.figures import number
from leads.admin.conditions import ConditionsAdmin
from queues.actions.queue_settings import apply_tiers
from queues.admin.rule_effect import EffectPreviewMixin
from queues.decisions.rule_coverage import place_of_new
from queues.models import EntryRule, PriorityTier, Queue
from queues.presenters.rule_warnings import rule_warnings, rules_or_none
from queues.queries.rules import priority_queues, waiting_by_tier


class EntryRuleForm(ModelForm):
    before = forms.ModelChoiceField(
        label=lazy("Before which rule?"),
        queryset=EntryRule.objects.order_by("position", "pk"),
        required=False,
        empty_label=lazy("At the end"),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "before" in self.fields:
            place = place_of_new(rules_or_none() or ())
            self.fields["before"].initial = place.id if place is not None else None

    def clean(self) -> dict:
        typed = super().clean()
        into_queue = typed.get("outcome") == EntryRule.Outcome.QUEUE
        if into_queue and not typed.get("queue"):
            self.add_error("queue", _("Name the queue into which the leads go."))
        elif typed.get("outcome") and not into_queue and typed.get("queue"):
            self.add_error("queue", _("Leave the queue empty: with this outcome leads go into none."))
        elif typed.get("queue") and not typed["queue"].is_active and typed.get("is_active"):
            self.add_error(
                "queue", _("This queue is off: the leads would land on the review desk. Switch it on first.")
            )
        return typed


@admin.register(EntryRule)
class EntryRuleAdmin(EffectPreviewMixin, ConditionsAdmin, ArrangedAdmin):
    form = EntryRuleForm
    list_display = ("name", "reads_as", "then", "is_active", "position")
    list_editable = ("is_active", "position")
    list_select_related = ("queue",)
    list_before_template = "admin/rules_before.html"
    fieldsets = (
        (None, {"fields": (("name", "is_active"),)}),
        (lazy("When"), {"fields": ("conditions",)}),
        (lazy("Then"), {"fields": (("outcome", "queue"),)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: EntryRule | None = None):
        """A new rule is asked for its place; the list moves the others."""
        shown = super().get_fieldsets(request, obj)
        return shown if obj is not None else (*shown, (lazy("Its place"), {"fields": ("before",)}))

    @display(description=lazy("then"))
    def then(self, obj: EntryRule) -> str:
        return obj.queue.name if obj.queue else obj.get_outcome_display()

    def changelist_view(self, request: HttpRequest, extra_context: Mapping | None = None) -> HttpResponse:
        return super().changelist_view(
            request, {**(extra_context or {}), "rule_warnings": rule_warnings(rules_or_none())}
        )

    def get_changelist_form(self, request: HttpRequest, **kwargs) -> type[ModelForm]:
        """The form of the list: a rule can be switched on there only if its queue is on."""
        return super().get_changelist_form(request, **{**kwargs, "form": RuleSwitch})

    def save_model(self, request: HttpRequest, obj: EntryRule, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and (before := form.cleaned_data.get("before")) is not None:
            self.arrange(request, {obj.pk: before.position})
        if change and not {"conditions", "is_active"} & set(form.changed_data):
            return
        self.warn_about_conditions(request, obj)


class RuleSwitch(forms.ModelForm):
    def clean_is_active(self) -> bool:
        is_active = self.cleaned_data["is_active"]
        queue = Queue.objects.filter(pk=self.instance.queue_id).first()
        if is_active and queue is not None and not queue.is_active and "is_active" in self.changed_data:
            raise forms.ValidationError(_("Its queue is off. Switch the queue on first."))
        return is_active


@admin.register(PriorityTier)
class PriorityTierAdmin(ConditionsAdmin, ArrangedAdmin):
    list_display = ("name", "reads_as", "waiting_now", "position")
    list_editable = ("position",)
    list_before_template = "admin/tiers_before.html"
    fieldsets = ((None, {"fields": ("name",)}), (lazy("When"), {"fields": ("conditions",)}))

    def changelist_view(self, request: HttpRequest, extra_context: Mapping | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "priority_queues": priority_queues()})

    def get_changelist_instance(self, request: HttpRequest):
        """With the number of leads in each tier, and in none, in one query."""
        changelist = super().get_changelist_instance(request)
        counts, tiers = waiting_by_tier(), list(changelist.result_list)
        numbers = [tier.position for tier in tiers]
        if len(set(numbers)) < len(numbers):  # decisions.placement numbers them in the same way
            numbers = range(len(tiers))
        for position, tier in zip(numbers, tiers, strict=True):
            tier.waits = counts.pop(position, 0)
        changelist.in_no_tier = counts.total()
        return changelist

    @display(description=lazy("waiting now"))
    def waiting_now(self, obj: PriorityTier) -> str:
        return number(obj.waits)

    def save_model(self, request: HttpRequest, obj: PriorityTier, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "conditions" in form.changed_data:
            self.warn_about_conditions(request, obj)
        if "position" not in form.changed_data:  # moved rows are numbered together by arrange()
            apply_tiers(by=request.user, at=timezone.now())

    def arrange(self, request: HttpRequest, typed) -> None:
        super().arrange(request, typed)
        apply_tiers(by=request.user, at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: PriorityTier) -> None:
        super().delete_model(request, obj)
        apply_tiers(by=request.user, at=timezone.now())
