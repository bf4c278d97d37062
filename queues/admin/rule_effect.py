"""Before entry rules are saved, show what the change would have done with the leads of the last 30 days (A7).

The form is saved in a transaction; then the list of rules is compared with the list before. If it decides differently
and this effect has not been shown yet, the transaction is rolled back and the effect is shown, together with what was
typed. The page carries a hash of the two lists, so that the effect is shown again if somebody else changed the rules.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from django.contrib.admin.utils import unquote
from django.contrib.messages.storage import default_storage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import action

from config.admin.double_submit import one_at_a_time
from leads.presenters.csv_response import csv_response
from queues.decisions.placement import Rule
from queues.decisions.rule_effect import are_equivalent, decision_key
from queues.models import EntryRule
from queues.presenters.rule_effect import (
    caught_sentence,
    destination_rows,
    effect_sentence,
    example_rows,
    limit_sentence,
    queue_names,
    reroute_rows,
    taken_first,
)
from queues.presenters.rule_warnings import rule_warnings, rules_or_none
from queues.queries.rule_effect import measure_effect

SEEN, AGAIN, AS_CSV = "effect_seen", "change_again", "effect_csv"
SEE_EFFECT = "queues_entryrule_see_effect"  # as the theme names the button of `see_effect`
OWN_KEYS = {SEEN, AGAIN, AS_CSV, "csrfmiddlewaretoken"}
Rules = Sequence[Rule] | None


@dataclass(eq=False)
class EffectPreview(Exception):
    """The change that was rolled back. `rule` is set if one rule was saved."""

    before: Rules
    after: Rules
    rule: EntryRule | None = None
    is_new: bool = False
    was_switched_on: bool = False
    numbers: dict[int, int] = field(default_factory=dict)  # places in the list

    @property
    def new_rule(self) -> Rule | None:
        """As it stands in the changed list; None if this is no new rule, or one that is off."""
        if not self.is_new or self.rule is None:
            return None
        return next((each for each in self.after or () if each.id == self.rule.pk), None)

    @property
    def fingerprint(self) -> str:
        """A hash of the two lists: the same hash means the same effect."""
        lists = [
            rules if rules is None else [decision_key(rule) for rule in rules] for rules in (self.before, self.after)
        ]
        return sha256(repr(lists).encode()).hexdigest()[:32]


@dataclass
class SavedRules:
    """What the request has saved so far."""

    rules: list[tuple[EntryRule, bool]] = field(default_factory=list)  # and whether it is new
    is_deleted: bool = False


class EffectPreviewMixin:
    """For EntryRuleAdmin: every view that saves goes through `_previewed`."""

    actions_submit_line = ("see_effect",)

    @action(description=lazy("See the effect"), icon="visibility")
    def see_effect(self, request: HttpRequest, obj: EntryRule) -> None:
        """The button only sends its name; `_check` looks for it."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        shown = {"actions_submit_line": self.get_actions_submit_line(request, 0), **(extra_context or {})}
        act = partial(super().changeform_view, request, object_id, form_url, shown)
        return self._previewed(request, act) if request.method == "POST" else act()

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        act = partial(super().changelist_view, request, extra_context)
        return self._previewed(request, act) if request.method == "POST" and "_save" in request.POST else act()

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        act = partial(super().delete_view, request, object_id, extra_context)
        rule = self.get_object(request, unquote(object_id))
        if rule is None or not self.has_delete_permission(request, rule):
            return act()
        if request.method == "POST":
            return self._previewed(request, act, deleted=rule)
        return self._shown(request, self._without(rule), deleted=rule)

    def get_form(self, request: HttpRequest, obj: EntryRule | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (_UnsavedForm, form), {}) if AGAIN in request.POST else form

    def get_changelist_formset(self, request: HttpRequest, **kwargs):
        formset = super().get_changelist_formset(request, **kwargs)
        return type(formset.__name__, (_UnsavedFormSet, formset), {}) if AGAIN in request.POST else formset

    def save_model(self, request: HttpRequest, obj: EntryRule, form, change: bool) -> None:
        super().save_model(request, obj, form, change)
        request.saved.rules.append((obj, not change))

    def delete_model(self, request: HttpRequest, obj: EntryRule) -> None:
        super().delete_model(request, obj)
        request.saved.is_deleted = True

    def _previewed(
        self, request: HttpRequest, act: Callable[[], HttpResponse], *, deleted: EntryRule | None = None
    ) -> HttpResponse:
        """Save; roll back if the effect must be shown first, and then drop the messages of the save."""
        kept, request._messages = request._messages, default_storage(request)
        request.saved = SavedRules()
        try:
            with transaction.atomic():
                one_at_a_time(EntryRule)  # so that what was shown is what is saved
                before = rules_or_none()
                response = act()
                self._check(request, before)
                return response
        except EffectPreview as preview:
            request._messages = kept
            return self._shown(request, preview, deleted=deleted)

    def _check(self, request: HttpRequest, before: Rules) -> None:
        saved = request.saved
        if not saved.rules and not saved.is_deleted:
            return  # the form is invalid, or nothing changed
        rule, is_new = saved.rules[0] if len(saved.rules) == 1 else (None, False)
        is_asked = AS_CSV in request.POST or (SEE_EFFECT in request.POST and SEEN not in request.POST)
        was_on = before is not None and rule is not None and rule.pk in {each.id for each in before}
        is_off = is_asked and rule is not None and not rule.is_active and not was_on
        if is_off:
            EntryRule.objects.filter(pk=rule.pk).update(is_active=True)  # rolled back with the rest
        preview = EffectPreview(before, rules_or_none(), rule, is_new, is_off, _numbers())
        if is_asked or (
            request.POST.get(SEEN) != preview.fingerprint and not are_equivalent(preview.before, preview.after)
        ):
            raise preview

    def _without(self, rule: EntryRule) -> EffectPreview:
        """The change of the list if this rule were deleted."""
        try:
            with transaction.atomic():
                before = rules_or_none()
                EntryRule.objects.filter(pk=rule.pk).update(is_active=False)
                raise EffectPreview(before, rules_or_none())
        except EffectPreview as preview:
            return preview

    def _shown(self, request: HttpRequest, preview: EffectPreview, *, deleted: EntryRule | None = None) -> HttpResponse:
        watched = preview.new_rule
        measured = measure_effect(preview.before, preview.after, at=timezone.now(), watched=watched)
        names = queue_names()
        rows = reroute_rows(measured.effect, names)
        if AS_CSV in request.POST:
            table = [(row.before, row.after, row.count) for row in rows]
            return csv_response("rules-effect.csv", (_("From"), _("To"), _("Leads")), table)
        known = set(rule_warnings(preview.before))
        context = {
            "title": _title(deleted, preview.rule),
            "sentence": effect_sentence(measured, names),
            "bound": limit_sentence(measured),
            "caught": _caught(measured.effect, preview),
            "taken": taken_first(measured.effect, preview.after or (), preview.numbers) if watched else None,
            "was_switched_on": preview.was_switched_on,
            "is_stale": bool(request.POST.get(SEEN)),
            "rows": rows,
            "destinations": destination_rows(measured.effect, names),
            "examples": example_rows(measured.effect, names),
            "warnings": _own_warnings(preview) + [text for text in rule_warnings(preview.after) if text not in known],
            "act": _submit_label(preview, deleted),
            "seen": preview.fingerprint,
            "sent": [("post", "yes")] if deleted else _sent(request),
            "back": self.admin_url(deleted) if deleted else "",
        }
        return self.page(request, "admin/rule_effect.html", **context)


class _UnsavedForm:
    """Shows the typed values again without saving and without errors."""

    def is_valid(self) -> bool:
        return False


class _UnsavedFormSet:
    errors = ()

    def is_valid(self) -> bool:
        return False


def _numbers() -> dict[int, int]:
    keys = EntryRule.objects.order_by("position", "pk").values_list("pk", flat=True)
    return {pk: number for number, pk in enumerate(keys, start=1)}


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The typed values, to be sent again."""
    return [(key, value) for key, values in request.POST.lists() if key not in OWN_KEYS for value in values]


def _title(deleted: EntryRule | None, rule: EntryRule | None) -> str:
    if deleted is not None:
        return _("Delete “%(name)s”?") % {"name": deleted.name}
    if rule is not None:
        return _("What “%(name)s” would have done") % {"name": rule.name}
    return _("What these rules would have done")


def _submit_label(preview: EffectPreview, deleted: EntryRule | None) -> str:
    if deleted is not None:
        return _("Delete the rule")
    return _("Save the rule") if preview.rule is not None else _("Save the rules")


def _caught(effect, preview: EffectPreview) -> str:
    if preview.rule is None or not effect.leads:
        return ""
    return caught_sentence(effect, rule_id=preview.rule.pk, name=preview.rule.name, is_new=preview.is_new)


def _own_warnings(preview: EffectPreview) -> list[str]:
    """Warns if the rule matches every lead, which makes sense only at the end of the list."""
    rule = preview.rule
    if rule is None or rule.conditions or not preview.after or preview.after[-1].id == rule.pk:
        return []
    return [_("“%(name)s” matches every lead: rules below it never take one.") % {"name": rule.name}]
