"""The members of a rotation as lines of its admin page, and what a save changed on them."""

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction

from django import forms
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from config.admin.base import bounded
from config.history import Difference, differences, names_of
from routing.actions.rotation.editing import FIRST_PLACE, MemberEdit
from routing.admin.membership import MAX_RULES
from routing.decisions.availability.caps import WINDOWS
from routing.decisions.rotation.ramp import MAX_LENGTH as MAX_RAMP_LENGTH
from routing.decisions.rotation.ramp import stored_ramp
from routing.decisions.rotation.weights import MAX_LENGTH, parts_of_leads
from routing.forms.ramps import RampField
from routing.forms.weights import WeightField
from routing.models import Rep, RotationMember
from routing.presenters.ramps import ramp_text
from routing.presenters.weights import percent_text
from routing.queries.rotation.member_history import joined_or_left
from routing.queries.rotation.state import load_state


class MemberForm(ModelForm):
    weight = WeightField(
        label=lazy("weight"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"maxlength": MAX_LENGTH, "size": 6, "autocomplete": "off"}),
    )
    ramp = RampField(
        label=lazy("ramp"),
        required=False,
        widget=UnfoldAdminTextInputWidget(
            attrs={"maxlength": MAX_RAMP_LENGTH, "placeholder": lazy("none"), "autocomplete": "off"}
        ),
    )
    position = forms.IntegerField(
        label=lazy("place"),
        required=False,
        min_value=0,
        max_value=10_000,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"placeholder": lazy("at the end")}),
    )

    def clean_weight(self) -> Decimal | None:
        """A new line without a weight gets 1; an old one would lose what it had."""
        weight = self.cleaned_data["weight"]
        if weight is None and self.instance.pk and self.add_prefix("weight") in self.data:
            raise ValidationError(_("Write a weight. 1 is a usual share; 0 gives no leads."))
        return weight

    def clean_ramp(self) -> str:
        text = self.cleaned_data["ramp"]
        plan = stored_ramp(text)
        if "ramp" in self.changed_data and plan is not None and plan.ends_on <= timezone.localdate():
            raise ValidationError(_("This plan would be over already. Write a later day, or leave it empty."))
        return text

    def __init__(self, *args, **kwargs) -> None:
        """Who a rule added is nobody else, and a list of all reps on each of many lines would be long."""
        super().__init__(*args, **kwargs)
        field = self.fields["rep"]
        if self.instance.rule_id and isinstance(field, forms.ModelChoiceField):
            field.disabled, field.choices = True, [(self.instance.rep_id, str(self.instance.rep))]

    def clean(self) -> dict:
        super().clean()
        typed = self.cleaned_data
        if typed.get("DELETE") and self.instance.rule_id and not self._loses_rule():
            typed["DELETE"] = False  # otherwise nobody would see the message
            text = _("%(rep)s fits the rule “%(rule)s” and would join again. Pause the member or change the rule.")
            self.add_error(None, text % {"rep": self.instance.rep, "rule": self.instance.rule})
        return typed

    def _post_clean(self) -> None:
        """Checks the columns; a line that nobody changed is as it was, and each check is a query."""
        if self.instance.pk is None or self.has_changed():
            super()._post_clean()

    def _loses_rule(self) -> bool:
        """Whether the same form deletes the rule that added this member."""
        total = self.data.get("rules-TOTAL_FORMS", "")
        lines = range(min(int(total), MAX_RULES) if total.isascii() and total.isdigit() else 0)
        gone = {self.data.get(f"rules-{n}-id") for n in lines if f"rules-{n}-DELETE" in self.data}
        return str(self.instance.rule_id) in gone


class MemberFormSet(PaginationInlineFormSet):
    """Places count from 1, not like the stored positions. Each rep can be named once; the error is at the second line.
    Only members who are ticked leave: an incomplete list is refused."""

    def _construct_form(self, i: int, **kwargs) -> MemberForm:
        form = super()._construct_form(i, **kwargs)
        if form.instance.pk:
            form.initial["position"] = i + FIRST_PLACE
            form.instance.part = self.parts.get(form.instance.pk)
        return form

    @cached_property
    def parts(self) -> dict[int, Fraction]:
        return parts_of_leads(load_state(self.instance, at=timezone.now()))

    def clean(self) -> None:
        named, sent = set(), {form.instance.pk for form in self.forms}
        if self.instance.pk and self.instance.members.exclude(pk__in=sent - {None}).exists():
            raise ValidationError(
                _("The list of members arrived incomplete, so nothing was changed. Open the page again.")
            )
        for form in self.forms:
            rep = form.cleaned_data.get("rep") if hasattr(form, "cleaned_data") else None
            if rep is None or form.cleaned_data.get("DELETE"):
                continue
            if rep.pk in named:
                form.add_error("rep", _("%(rep)s is in the list already.") % {"rep": rep})
            named.add(rep.pk)

    def validate_unique(self) -> None:
        """clean() reports it at the line."""

    def member_edits(self, by_hand_now: Collection[int] = ()) -> list[MemberEdit]:
        """The list as it should be. A line that names another rep than before is a new member in the same place.
        Members whom the rules in `by_hand_now` added are members by hand from now on."""
        found = []
        for form in self.forms:
            typed, weight = form.cleaned_data, form.cleaned_data.get("weight")
            if not typed.get("rep") or typed.get("DELETE"):
                continue
            keeps_rep = form.instance.pk and "rep" not in form.changed_data
            found.append(
                MemberEdit(
                    rep_id=typed["rep"].pk,
                    position=typed.get("position"),
                    is_paused=typed.get("is_paused", False),
                    weight=form.initial.get("weight", Decimal(1)) if weight is None else weight,
                    ramp=typed.get("ramp", ""),
                    caps={window: typed.get(f"cap_{window}") for window in WINDOWS},
                    member_id=form.instance.pk if keeps_rep else None,
                    by_rule=form.instance.rule_id not in {None, *by_hand_now},
                )
            )
        return found


class MemberInline(TabularInline):
    model = RotationMember
    form = MemberForm
    formset = MemberFormSet
    fields = (
        "position",
        "rep",
        "weight",
        "ramp",
        "part",
        "is_paused",
        *(f"cap_{window}" for window in WINDOWS),
        "turns_given",
    )
    readonly_fields = ("part", "turns_given")
    ordering = ("position", "pk")
    ordering_field = "position"
    hide_title = True
    extra = 0
    verbose_name = lazy("member")
    verbose_name_plural = lazy("members in order: drag, or type a place")

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("rep__user", "rule__team")

    @display(description=lazy("part of the leads"))
    def part(self, obj: RotationMember) -> str:
        part = getattr(obj, "part", None)  # set by the formset
        texts = [percent_text(part) if part else "", ramp_text(obj.ramp, on=timezone.localdate())]
        texts += [_("by rule: %(rule)s") % {"rule": obj.rule}] if obj.rule else []
        return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in texts if text))

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs):
        """Reps are added and changed on their own pages."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "rep":
            widget = field.widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        return bounded(field, db_field)

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "rep":
            kwargs["queryset"] = Rep.objects.select_related("user").order_by(
                "user__last_name", "user__first_name", "pk"
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def member_differences(versions: list) -> list[Difference]:
    """Members who joined, left, moved or were paused, by name."""
    found, names = [], names_of(versions)
    for version in versions:
        name = names.get((Rep, version.rep_id), "?")
        before = version.prev_record if version.history_type == "~" else None
        if text := joined_or_left(version, before, names):
            found.append(_with_name(name, Difference("members", "", "", text)))
        elif version.history_type == "~":
            found += [_with_name(name, each) for each in differences(version, before, names)]
    return found


def _with_name(name: str, each: Difference) -> Difference:
    if each.name != "position":
        return Difference(each.name, f"{name} {each.label.lower()}".strip(), each.old, each.new)
    label = _("%(name)s, place") % {"name": name}
    return Difference(each.name, label, str(int(each.old) + FIRST_PLACE), str(int(each.new) + FIRST_PLACE))
