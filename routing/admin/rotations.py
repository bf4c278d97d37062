"""Rotations with their members: who takes turns, in which order, and what happens when nobody can (F1, F3, F6)."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import action, display

from config.admin.base import SettingAdmin
from config.company import company_zone
from routing.actions.rotation.editing import edit_rotation
from routing.admin.hours import zone_field
from routing.admin.members import MemberInline, member_differences
from routing.admin.membership import SKILLS_ID, RuleInline
from routing.admin.replay import ReplayMixin
from routing.admin.trial import TrialMixin
from routing.admin.versions import VersionsMixin
from routing.models import Rep, Rotation, RotationMember
from routing.presenters.membership import membership_sentences
from routing.presenters.rotation_warnings import rotation_warnings
from routing.queries.rotation.membership import by_rule_and_by_hand, changed_by_rule, known_skills


class RotationForm(ModelForm):
    time_zone = zone_field(required=True)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial.setdefault("time_zone", company_zone().key)
        if "cap_zone" in self.fields:
            self.fields["cap_zone"].required = False

    def clean_cap_zone(self) -> str:
        """A program that does not send it leaves it as it is."""
        return self.cleaned_data["cap_zone"] or self.instance.cap_zone

    def clean(self) -> dict:
        super().clean()
        typed = self.cleaned_data
        if typed.get("when_nobody") == Rotation.WhenNobody.FALLBACK and not typed.get("fallback"):
            text = _("Choose the fallback person, or something else for when nobody is available.")
            self.add_error("fallback", ValidationError(text))
        return typed


@admin.register(Rotation)
class RotationAdmin(VersionsMixin, ReplayMixin, TrialMixin, SettingAdmin):
    form = RotationForm
    change_form_before_template = "admin/rotation_before.html"
    first_shown, inlines_first = 1, True
    actions_list = ("members_from_file",)
    actions_detail = ("try_it", "replay_leads", "versions", "members_of_file")
    actions_submit_line = ("try_unsaved", "save_draft")
    inlines = (RuleInline, MemberInline)
    list_display = ("name", "is_active", "members_count", "used_by", "when_nobody", "turns_taken", "version")
    search_fields = ("name",)
    readonly_fields = ("turns_taken", "version")
    fieldsets = (
        (None, {"fields": (("name", "is_active"), ("turns_taken", "version"))}),
        (
            lazy("Turns"),
            {
                "fields": (
                    "way",
                    ("value_of", "spread_limit"),
                    ("order", "shuffle_days"),
                    ("resets", "time_zone"),
                    "joins_level",
                )
            },
        ),
        (
            lazy("Passed over"),
            {
                "fields": (
                    ("skips_on_leave", "skips_all_day_meeting", "skips_outside_hours"),
                    ("skips_switched_off", "skips_not_seen", "skips_over_capacity"),
                    "skill",
                )
            },
        ),
        (lazy("What counts as a turn"), {"fields": (("counts_by_hand", "counts_owner_match"),)}),
        (lazy("A skipped turn"), {"fields": (("skipped_means", "owed_limit"), ("owed_a_day", "made_up_percent"))}),
        (lazy("Caps"), {"fields": (("cap_hour", "cap_day"), ("cap_week", "cap_month"), "cap_zone")}),
        (lazy("Nobody available"), {"fields": (("when_nobody", "fallback"),)}),
    )

    def get_queryset(self, request: HttpRequest):
        able = Count(
            "members",
            filter=Q(members__left_at=None, members__is_paused=False, members__rep__user__is_active=True),
            distinct=True,
        )
        return super().get_queryset(request).annotate(how_many=able).prefetch_related("queues", "segments__queue")

    @display(description=lazy("members"))
    def members_count(self, obj: Rotation) -> int:
        return obj.how_many

    @display(description=lazy("queues"))
    def used_by(self, obj: Rotation) -> str:
        names = [queue.name for queue in obj.queues.all()]
        names += [f"{row.queue.name}: {row.name}" for row in obj.segments.all()]
        return ", ".join(names) or _("none")

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "fallback":
            kwargs["queryset"] = Rep.objects.filter(user__is_active=True).select_related("user").order_by("pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        obj = kwargs.get("obj")
        context["known_skills"], context["skills_id"] = known_skills(), SKILLS_ID
        if obj is not None and request.method == "GET":
            context["rotation_warnings"] = rotation_warnings(obj, at=timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)

    @action(description=lazy("Bring members from a file"), icon="upload_file", permissions=["change"])
    def members_from_file(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("routing:bring_members"))

    @action(description=lazy("Members from a file"), icon="upload_file", url_path="members", permissions=["change"])
    def members_of_file(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('routing:bring_members')}?rotation={object_id}")

    def save_model(self, request: HttpRequest, obj: Rotation, form: ModelForm, change: bool) -> None:
        """A new rotation needs its row first; an edit is written together with the members, under the lock."""
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets, change: bool) -> None:
        rules, members = formsets
        for formset in formsets:
            formset.save(commit=False)  # writes nothing, but the admin log needs what changed
        before = by_rule_and_by_hand(form.instance)
        edits = members.member_edits(rules.rules_whose_members_stay())
        edited = edit_rotation(
            form.instance,
            fields=self.changed_values(form) if change else {},
            members=edits,
            rules=rules.rule_edits(),
            by=request.user,
            at=timezone.now(),
            is_new=not change,
        )
        request.edited = edited
        if edits and edited.order == Rotation.Order.HAND and form.initial.get("order") not in (None, "hand"):
            text = _("The members stay where you put them: the order is by hand now.")
            self.message_user(request, text, messages.INFO)
        for text in membership_sentences(*changed_by_rule(before, by_rule_and_by_hand(edited))):
            self.message_user(request, text, messages.INFO)
        if "_continue" not in request.POST:  # otherwise the page itself shows the warnings
            self._warn(request, edited)

    def set_history_delta_changes(self, request: HttpRequest, historical_records, foreign_keys_are_objs=True) -> None:
        """Shows what a save changed on the members together with what it changed on the rotation."""
        super().set_history_delta_changes(request, historical_records, foreign_keys_are_objs)
        records = list(historical_records)
        if not records:
            return
        since = records[-1].prev_record.history_date if records[-1].prev_record else records[-1].history_date
        moved = RotationMember.history.filter(rotation_id=records[0].id, history_date__gt=since)
        versions = list(moved.order_by("history_date", "history_id"))
        for record, before in zip(records, [*(each.history_date for each in records[1:]), since], strict=True):
            own = [row for row in versions if before < row.history_date <= record.history_date]
            record.differences += member_differences(own)

    def _warn(self, request: HttpRequest, rotation: Rotation) -> None:
        """Settings that are allowed but leave leads waiting (F11c)."""
        for text in rotation_warnings(rotation, at=timezone.now()):
            self.message_user(request, text, messages.WARNING)

    def why_not_deletable(self, obj: Rotation) -> str:
        queues = [queue.name for queue in obj.queues.order_by("name", "pk")[:5]]
        queues += [f"{row.queue.name}, {row.name}" for row in obj.segments.select_related("queue").order_by("pk")[:5]]
        if queues:
            text = _("%(queues)s gives its leads to this rotation. Choose another rotation there first.")
            return text % {"queues": ", ".join(queues)}
        if obj.turns.exists():
            return _("It has given out leads, and their receipts name it. Switch it off instead.")
        return ""
