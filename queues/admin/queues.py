"""Admin of queues: who sees them, how they hand out leads, in which order, with which clocks and limits."""

from typing import cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display

from config.admin.sortable import ArrangedAdmin
from queues.actions.contact_steps import set_contact_steps
from queues.actions.queue_settings import apply_queue_settings
from queues.admin.contact_steps import StepFormSet, StepInline
from queues.admin.move_waiting import MoveWaitingMixin, in_use_reason, rule_links
from queues.admin.queue_parts.clocks import CLOCK_FIELDSETS, CLOCK_READONLY, ClocksMixin
from queues.admin.queue_parts.limits import (
    LIMIT_FIELDSETS,
    LIMIT_READONLY,
    MUST_RISE,
    MUST_RISE_STRICTLY,
    IntakeMixin,
    overflow_refusal,
    pool_refusal,
)
from queues.models import Entry, Queue
from queues.presenters.clock_words import clock_warnings
from queues.presenters.routing_trail import plan_sentences, segment_warnings
from queues.queries.counts import depth_by_queue
from routing.presenters.rotation_warnings import own_warnings


class QueueForm(ModelForm):
    def clean(self) -> dict:
        typed = super().clean()
        if typed.get("dispatch") not in (None, Queue.Dispatch.PULL) and not typed.get("rotation"):
            self.add_error("rotation", _("A queue that pushes needs a rotation."))
        asks_owner = typed.get("owner_match") not in (None, Queue.OwnerMatch.OFF)
        is_waiting = asks_owner and typed.get("owner_away") == Queue.OwnerAway.WAIT
        if is_waiting and typed.get("dispatch") == Queue.Dispatch.PULL:
            text = _("Where reps take leads themselves, no lead waits for its owner. Choose another way.")
            self.add_error("owner_away", text)
        self._check_rising(("first_band_hours", "second_band_hours", "escalate_after_hours"), is_strict=True)
        self._check_rising(("second_band_percent", "first_band_percent"))
        self._check_rising(MUST_RISE)
        for names in MUST_RISE_STRICTLY:
            self._check_rising(names, is_strict=True)
        if refusal := overflow_refusal(self.instance, self.cleaned_data):
            self.add_error("overflow_queue", refusal)
        if refusal := pool_refusal(self.cleaned_data):
            self.add_error("overflow_pool", refusal)
        if typed.get("is_blind") and typed.get("picks_within"):
            self.add_error("is_blind", _("A blind queue gives leads by Take next only. Set picking to 0."))
        if typed.get("is_reserving") and typed.get("picks_within") == 0:
            self.add_error("is_reserving", _("Reps can open leads only where they may pick. Set picking above 0."))
        is_closing = self.instance.pk and "is_active" in self.changed_data and typed.get("is_active") is False
        if is_closing and (refusal := in_use_reason(self.instance)):
            self.add_error("is_active", refusal)
        return typed

    def _check_rising(self, names: tuple[str, ...], *, is_strict: bool = False) -> None:
        """Each of these numbers must be larger than the one before, or without `is_strict` at least as large."""
        typed = self.cleaned_data
        for lower, upper in zip(names, names[1:], strict=False):
            small, large = typed.get(lower), typed.get(upper)
            if small is None or large is None or large > small or (large == small and not is_strict):
                continue
            words = {"field": self.fields[lower].label, "value": small}
            text = _('Must be more than "%(field)s" (%(value)s).') if is_strict else None
            text = text or _('Must not be less than "%(field)s" (%(value)s).')
            self.add_error(upper, ValidationError(text % words))


@admin.register(Queue)
class QueueAdmin(ClocksMixin, IntakeMixin, MoveWaitingMixin, ArrangedAdmin):
    form = QueueForm
    inlines = (StepInline,)
    list_display = ("name", "waiting", "is_active", "team", "dispatch", "rotation", "order", "position")
    list_editable = ("position",)
    list_select_related = ("team", "rotation")
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("rules_here", "plan", *CLOCK_READONLY, *LIMIT_READONLY)
    first_shown = 4
    fieldsets = (
        (None, {"fields": (("name", "slug"), ("is_active", "rules_here"))}),
        (lazy("Who sees it"), {"fields": (("team", "region"),)}),
        (lazy("How it hands out leads"), {"fields": (("dispatch", "rotation"), "opens_after_minutes", "plan")}),
        (lazy("Order"), {"fields": (("order", "hot_score"),)}),
        (lazy("Account owner first"), {"fields": (("owner_match", "owner_alike"), "owner_away")}),
        (
            lazy("Aged leads move up"),
            {
                "fields": (
                    ("first_band_hours", "first_band_percent"),
                    ("second_band_hours", "second_band_percent"),
                    "escalate_after_hours",
                )
            },
        ),
        *CLOCK_FIELDSETS,
        (lazy("Taking leads"), {"fields": (("picks_within", "batch_size"),)}),
        (lazy("Guards"), {"fields": ("uncontacted_limit", "is_blind", "is_reserving")}),
        *LIMIT_FIELDSETS,
    )

    def get_changelist_instance(self, request: HttpRequest):
        """With the depths of all queues, in one query."""
        changelist = super().get_changelist_instance(request)
        depths = depth_by_queue(changelist.result_list)
        for queue in changelist.result_list:
            queue.depth = depths.get(queue.pk, 0)
        return changelist

    @display(description=lazy("in this order, as it is now"))
    def plan(self, obj: Queue) -> str:
        """Account owner, segments and rotation as sentences, with links to the segments."""
        if obj.pk is None:
            return _("Shown once the queue is saved.")
        steps = format_html_join("", "<li>{}</li>", ((text,) for text in plan_sentences(obj)))
        list_of = f"{reverse('admin:queues_segment_changelist')}?queue__id__exact={obj.pk}"
        more = f"{reverse('admin:queues_segment_add')}?queue={obj.pk}"
        links = "" if obj.is_pull else _links((list_of, _("Segments of this queue")), (more, _("Add a segment")))
        return format_html('<ol class="al-rows al-plan">{}</ol>{}', steps, links)

    @display(description=lazy("waiting"))
    def waiting(self, obj: Queue) -> int:
        return obj.depth

    def save_model(self, request: HttpRequest, obj: Queue, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        apply_queue_settings(obj, changed=form.changed_data, by=request.user, at=timezone.now())
        self._warn(request, obj)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: StepFormSet, change: bool) -> None:
        by = cast(User, request.user)
        set_contact_steps(form.instance, formset.step_lines(), by=by, at=timezone.now())
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []  # the history has them

    def _warn(self, request: HttpRequest, queue: Queue) -> None:
        """Warn about settings that are allowed but leave leads waiting (F11c)."""
        if queue.is_active and queue.is_push and queue.rotation is not None:
            for text in own_warnings(queue.rotation, at=timezone.now()):
                self.message_user(request, text, messages.WARNING)
        for text in (*segment_warnings(queue), *clock_warnings(queue, at=timezone.now())):
            self.message_user(request, text, messages.WARNING)

    def why_not_deletable(self, obj: Queue) -> str:
        if refusal := in_use_reason(obj):
            return refusal
        if obj.rules.exists():
            rules = rule_links(obj.rules.order_by("position", "pk"))
            return mark_safe(_("Entry rules name this queue, though they are off: %s. Delete them first.") % rules)
        if Entry.objects.filter(queue=obj).exists():
            return _("Leads have been in this queue, and their history refers to it. Switch it off instead.")
        return ""


def _links(*pairs: tuple[str, str]) -> SafeString:
    return format_html_join(" · ", '<a href="{}">{}</a>', pairs)
