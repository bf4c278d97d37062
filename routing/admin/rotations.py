"""Rotations with their members: who takes turns, in which order, and what happens when nobody can (F1, F3, F6)."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from config.admin_base import SettingAdmin
from routing.actions.editing import Place, edit_rotation
from routing.models import Rep, Rotation, RotationMember
from routing.queries import candidates


class RotationForm(ModelForm):
    def clean(self) -> dict:
        typed = super().clean()
        if typed.get("when_nobody") == Rotation.WhenNobody.FALLBACK and not typed.get("fallback"):
            text = _("Choose the fallback person, or another answer to nobody being available.")
            self.add_error("fallback", ValidationError(text))
        return typed


class MemberForm(ModelForm):
    position = forms.IntegerField(
        label=lazy("place"),
        required=False,
        min_value=0,
        max_value=10_000,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"placeholder": lazy("at the end")}),
    )


class MemberFormSet(PaginationInlineFormSet):
    """Each rep once; the message stands at the second line that names the same rep."""

    def clean(self) -> None:
        seen = set()
        for form in self.forms:
            rep = form.cleaned_data.get("rep") if hasattr(form, "cleaned_data") else None
            if rep is None or form.cleaned_data.get("DELETE"):
                continue
            if rep.pk in seen:
                form.add_error("rep", _("%(rep)s is in the list already.") % {"rep": rep})
            seen.add(rep.pk)

    def validate_unique(self) -> None:
        """Said at the line, by clean()."""

    def places(self) -> list[Place]:
        """The list as it shall be. A line that names another rep than before is a new member in the same place."""
        found = []
        for form in self.forms:
            typed = form.cleaned_data
            if not typed.get("rep") or typed.get("DELETE"):
                continue
            keeps_rep = form.instance.pk and "rep" not in form.changed_data
            found.append(
                Place(
                    rep_id=typed["rep"].pk,
                    position=typed.get("position"),
                    is_paused=typed.get("is_paused", False),
                    member_id=form.instance.pk if keeps_rep else None,
                )
            )
        return found


class MemberInline(TabularInline):
    model = RotationMember
    form = MemberForm
    formset = MemberFormSet
    fields = ("position", "rep", "is_paused", "turns_given")
    readonly_fields = ("turns_given",)
    ordering = ("position", "pk")
    ordering_field = "position"
    extra = 0
    verbose_name = lazy("member")
    verbose_name_plural = lazy("members in order: drag, or type a place")

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("rep__user")

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "rep":
            kwargs["queryset"] = Rep.objects.select_related("user").order_by(
                "user__last_name", "user__first_name", "pk"
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Rotation)
class RotationAdmin(SettingAdmin):
    form = RotationForm
    inlines = (MemberInline,)
    list_display = ("name", "is_active", "members_count", "used_by", "when_nobody", "turns_taken", "version")
    search_fields = ("name",)
    readonly_fields = ("turns_taken", "version")
    fieldsets = (
        (None, {"fields": (("name", "is_active"), ("turns_taken", "version"))}),
        (lazy("Passed over"), {"fields": (("skips_on_leave", "skips_switched_off", "skips_over_capacity"),)}),
        (lazy("Nobody available"), {"fields": (("when_nobody", "fallback"),)}),
    )

    def get_queryset(self, request: HttpRequest):
        able = Count("members", filter=Q(members__is_paused=False, members__rep__user__is_active=True), distinct=True)
        return super().get_queryset(request).annotate(how_many=able).prefetch_related("queues")

    @display(description=lazy("members"))
    def members_count(self, obj: Rotation) -> int:
        return obj.how_many

    @display(description=lazy("queues"))
    def used_by(self, obj: Rotation) -> str:
        return ", ".join(queue.name for queue in obj.queues.all()) or _("none")

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "fallback":
            kwargs["queryset"] = Rep.objects.filter(user__is_active=True).select_related("user").order_by("pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Rotation, form: ModelForm, change: bool) -> None:
        """A new rotation needs its row first; changes are written together with the members, under its lock."""
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets, change: bool) -> None:
        places = None
        for formset in formsets:
            formset.save(commit=False)  # writes nothing; the log of the page asks it what changed
            places = formset.places()
        edited = edit_rotation(
            form.instance,
            fields=self.changed(form) if change else {},
            places=places,
            by=request.user,
            at=timezone.now(),
            is_new=not change,
        )
        self._warn(request, edited)

    def _warn(self, request: HttpRequest, rotation: Rotation) -> None:
        """What is allowed, but leaves leads waiting (F11c)."""
        line = candidates(rotation, at=timezone.now())
        if not line:
            text = _("%(name)s has no members: its leads wait until you add some.")
        elif not any(member.is_available and not member.is_paused for member in line):
            text = _("Nobody in %(name)s is available now.")
        else:
            return
        self.message_user(request, text % {"name": rotation.name}, messages.WARNING)

    def why_kept(self, obj: Rotation) -> str:
        queues = [queue.name for queue in obj.queues.order_by("name", "pk")[:5]]
        if queues:
            text = _("%(queues)s hands its leads to this rotation. Choose another rotation there first.")
            return text % {"queues": ", ".join(queues)}
        if obj.turns.exists():
            return _("It has given out leads, and their receipts name it. Switch it off instead.")
        return ""
