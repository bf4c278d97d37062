"""The membership rules of a rotation as lines of its admin page."""

from collections import Counter
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from config.admin.base import bounded
from config.web.figures import number
from leads.decisions.facts.text import folded, one_line
from routing.actions.rotation.membership import RuleEdit
from routing.decisions.availability.skills import MAX_SKILL_LENGTH
from routing.decisions.rotation.membership import MAX_MEMBERS
from routing.decisions.rotation.weights import MAX_LENGTH
from routing.forms.weights import WeightField
from routing.models import MembershipRule, RotationMember, Team
from routing.presenters.membership import people_text
from routing.queries.rotation.membership import people_by_rule, wanted_members

SKILLS_ID = "known-skills"  # the list of suggestions on the page
MAX_RULES = 50
PREFIX = "rules"


class RuleForm(ModelForm):
    skill = forms.CharField(
        label=lazy("skill"),
        required=False,
        max_length=MAX_SKILL_LENGTH,
        widget=UnfoldAdminTextInputWidget(attrs={"list": SKILLS_ID, "autocomplete": "off"}),
    )
    weight = WeightField(
        label=lazy("weight"),
        required=False,
        widget=UnfoldAdminTextInputWidget(
            attrs={"maxlength": MAX_LENGTH, "size": 6, "autocomplete": "off", "placeholder": "1"}
        ),
    )
    keeps_members = forms.BooleanField(
        label=lazy("keep members on deletion"), required=False, widget=UnfoldBooleanSwitchWidget
    )

    def clean_skill(self) -> str:
        skill = one_line(self.cleaned_data["skill"])
        if "," in skill or ";" in skill:
            raise ValidationError(_("Write one skill here, and add a line for each other one."))
        if skill and not folded(skill):
            raise ValidationError(_("Write a skill with letters or digits."))
        return skill

    def clean_weight(self) -> Decimal:
        weight = self.cleaned_data["weight"]
        return Decimal(1) if weight is None else weight

    def clean(self) -> dict:
        super().clean()
        typed = self.cleaned_data
        if "skill" in typed and "team" in typed and not typed["skill"] and not typed["team"]:
            self.add_error("team", ValidationError(_("Choose a team, or write a skill.")))
        return typed

    @property
    def rule(self) -> MembershipRule:
        """As it was typed, not saved."""
        typed = self.cleaned_data
        return MembershipRule(pk=self.instance.pk, team=typed.get("team"), skill=typed.get("skill", ""))


class RuleFormSet(PaginationInlineFormSet):
    """A form that was sent without any lines of rules, such as a draft of before, leaves the rules as they are."""

    def __init__(self, **kwargs) -> None:
        data, prefix, rotation = kwargs.get("data"), kwargs.get("prefix", PREFIX), kwargs.get("instance")
        if data is not None and f"{prefix}-TOTAL_FORMS" not in data:
            rules = list(rotation.rules.order_by("pk")) if rotation is not None and rotation.pk else []
            kwargs["data"] = _with_lines(data, prefix, rules)
        super().__init__(**kwargs)

    def clean(self) -> None:
        """The same condition once, and not more people than a rotation takes; the error is at the line."""
        stay = [form for form in self._lines() if "team" in form.cleaned_data and "skill" in form.cleaned_data]
        named: Counter = Counter()
        for form in stay:
            key = (form.rule.team_id, folded(form.rule.skill))
            if named[key]:
                form.add_error("team", _("This rule is in the list already."))
            named[key] += 1
        if any(form.has_changed() for form in self.forms) and not any(form.errors for form in stay):
            self._check_limit(stay)

    def _check_limit(self, stay: list[RuleForm]) -> None:
        rules = [form.rule for form in stay]
        for form, people in zip(stay, people_by_rule(self.instance, rules), strict=True):
            if len(people) > MAX_MEMBERS:
                text = _(
                    "This fits %(n)s people, and a rotation takes %(most)s members at most. Narrow it with a team and "
                    "a skill, or make a rotation for each team."
                )
                form.add_error("team", text % {"n": number(len(people)), "most": number(MAX_MEMBERS)})
        if any(form.errors for form in stay) or not stay:
            return
        by_hand = RotationMember.objects.filter(rotation=self.instance.pk, rule__isnull=True).order_by("pk")
        everybody = {*wanted_members(self.instance, rules), *by_hand.values_list("rep", flat=True)}
        if len(everybody) > MAX_MEMBERS:
            text = _(
                "With this rule the rotation would have %(n)s members, and it takes %(most)s at most. Narrow one of "
                "its rules, or remove members."
            )
            changed = [form for form in stay if form.has_changed()] or stay
            changed[-1].add_error("team", text % {"n": number(len(everybody)), "most": number(MAX_MEMBERS)})

    def validate_unique(self) -> None:
        """clean() reports it at the line."""

    def rule_edits(self) -> list[RuleEdit]:
        """The rules as they should be; those that were not sent stay."""
        edits = [
            RuleEdit(
                getattr(form.cleaned_data["team"], "pk", None),
                form.cleaned_data["skill"],
                form.cleaned_data["weight"],
                form.instance.pk,
            )
            for form in self._lines()
        ]
        sent = [form.instance.pk for form in self.forms if form.instance.pk]
        others = MembershipRule.objects.filter(rotation=self.instance.pk).exclude(pk__in=sent).order_by("pk")
        return edits + [RuleEdit(rule.team_id, rule.skill, rule.weight, rule.pk) for rule in others]

    @property
    def are_changed(self) -> bool:
        return any(form.has_changed() for form in self.forms)

    def rules_whose_members_stay(self) -> set[int]:
        """Rules that are deleted, and whose members stay as members by hand."""
        return {
            form.instance.pk for form in self.deleted_forms if form.instance.pk and form.cleaned_data["keeps_members"]
        }

    def _lines(self) -> list[RuleForm]:
        """Without empty and deleted ones."""
        return [
            form
            for form in self.forms
            if hasattr(form, "cleaned_data")
            and not form.cleaned_data.get("DELETE")
            and (form.instance.pk or form.has_changed())
        ]


def _with_lines(data, prefix: str, rules: list[MembershipRule]):
    data = data.copy()
    data[f"{prefix}-TOTAL_FORMS"] = data[f"{prefix}-INITIAL_FORMS"] = str(len(rules))
    for line, rule in enumerate(rules):
        for name, value in {"id": rule.pk, "team": rule.team_id, "skill": rule.skill, "weight": rule.weight}.items():
            data[f"{prefix}-{line}-{name}"] = "" if value is None else str(value)
    return data


class RuleInline(TabularInline):
    model = MembershipRule
    form = RuleForm
    formset = RuleFormSet
    fields = ("team", "skill", "weight", "fitting", "keeps_members")
    readonly_fields = ("fitting",)
    ordering = ("pk",)
    hide_title = True
    extra = 0
    max_num = MAX_RULES
    verbose_name = lazy("membership rule")
    verbose_name_plural = lazy("members by rule: everybody of a team, with a skill, or both")

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("team")

    @display(description=lazy("fits"))
    def fitting(self, obj: MembershipRule) -> str:
        """How many people a saved rule fits, and who."""
        if not obj.pk:
            return _("shown when it is saved")
        if not hasattr(self, "_found"):
            rules = list(obj.rotation.rules.order_by("pk"))
            self._found = dict(zip([rule.pk for rule in rules], people_by_rule(obj.rotation, rules), strict=True))
        return people_text(self._found.get(obj.pk, []))

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs):
        """Teams are added and changed on their own pages."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "team":
            widget = field.widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
            widget.can_delete_related = False
            field.empty_label = _("any team")
        return bounded(field, db_field)

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "team":
            kwargs["queryset"] = Team.objects.order_by("name", "pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
