"""Entry rules are tried before they are saved: what they would have done with the leads of 30 days is shown first (A7).

Whatever a form asks for is done in a transaction; then the list of rules is compared with what it was. When it would
decide otherwise, and this very effect was not seen yet, everything is taken back and the effect is shown, with all that
was typed. The page names what was compared, so that nothing is saved that others changed since: it is shown anew.
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
from queues.decisions.rule_effect import decides_alike, essence
from queues.models import EntryRule
from queues.presenters import rule_effect as effect_words
from queues.presenters.rule_warnings import rule_warnings, rules_or_none
from queues.queries.rule_effect import judge

SEEN, AGAIN, AS_CSV = "effect_seen", "change_again", "effect_csv"
LOOK = "queues_entryrule_see_effect"  # as the theme names the button of `see_effect`
OWN_KEYS = {SEEN, AGAIN, AS_CSV, "csrfmiddlewaretoken"}
Rules = Sequence[Rule] | None


@dataclass(eq=False)
class Trial(Exception):
    """What was tried and taken back. `rule` is the one that was saved, when it was one."""

    before: Rules
    after: Rules
    rule: EntryRule | None = None
    is_new: bool = False
    was_switched_on: bool = False

    @property
    def name(self) -> str:
        """The two lists as one short word: the same word means the same effect."""
        lists = [rules if rules is None else [essence(rule) for rule in rules] for rules in (self.before, self.after)]
        return sha256(repr(lists).encode()).hexdigest()[:32]


@dataclass
class Saved:
    """What a request saved, as far as it came."""

    rules: list[tuple[EntryRule, bool]] = field(default_factory=list)  # with whether it is new
    is_deleted: bool = False


class TriedFirst:
    """For the admin of the entry rules: every door that saves goes through `_tried`."""

    actions_submit_line = ("see_effect",)

    @action(description=lazy("See the effect"), icon="visibility")
    def see_effect(self, request: HttpRequest, obj: EntryRule) -> None:
        """Asked for by its name in what is sent; nothing is left to do here."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        shown = {"actions_submit_line": self.get_actions_submit_line(request, 0), **(extra_context or {})}
        act = partial(super().changeform_view, request, object_id, form_url, shown)
        return self._tried(request, act) if request.method == "POST" else act()

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        act = partial(super().changelist_view, request, extra_context)
        return self._tried(request, act) if request.method == "POST" and "_save" in request.POST else act()

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        act = partial(super().delete_view, request, object_id, extra_context)
        rule = self.get_object(request, unquote(object_id))
        if rule is None or not self.has_delete_permission(request, rule):
            return act()
        if request.method == "POST":
            return self._tried(request, act, deleted=rule)
        return self._shown(request, self._without(rule), deleted=rule)

    def get_form(self, request: HttpRequest, obj: EntryRule | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (_OpenForm, form), {}) if AGAIN in request.POST else form

    def get_changelist_formset(self, request: HttpRequest, **kwargs):
        formset = super().get_changelist_formset(request, **kwargs)
        return type(formset.__name__, (_OpenList, formset), {}) if AGAIN in request.POST else formset

    def save_model(self, request: HttpRequest, obj: EntryRule, form, change: bool) -> None:
        super().save_model(request, obj, form, change)
        request.saved.rules.append((obj, not change))

    def delete_model(self, request: HttpRequest, obj: EntryRule) -> None:
        super().delete_model(request, obj)
        request.saved.is_deleted = True

    def _tried(
        self, request: HttpRequest, act: Callable[[], HttpResponse], *, deleted: EntryRule | None = None
    ) -> HttpResponse:
        """Do it; take it back when its effect must be seen first. Messages of what was taken back are forgotten."""
        kept, request._messages = request._messages, default_storage(request)
        request.saved = Saved()
        try:
            with transaction.atomic():
                one_at_a_time(EntryRule)  # so that what was shown is what is saved
                before = rules_or_none()
                response = act()
                self._check(request, before)
                return response
        except Trial as trial:
            request._messages = kept
            return self._shown(request, trial, deleted=deleted)

    def _check(self, request: HttpRequest, before: Rules) -> None:
        saved = request.saved
        if not saved.rules and not saved.is_deleted:
            return  # refused, or nothing to save
        rule, is_new = saved.rules[0] if len(saved.rules) == 1 else (None, False)
        is_asked = AS_CSV in request.POST or (LOOK in request.POST and SEEN not in request.POST)
        was_on = before is not None and rule is not None and rule.pk in {each.id for each in before}
        is_off = is_asked and rule is not None and not rule.is_active and not was_on
        if is_off:
            EntryRule.objects.filter(pk=rule.pk).update(is_active=True)  # taken back with the rest
        trial = Trial(before, rules_or_none(), rule, is_new, is_off)
        if is_asked or (request.POST.get(SEEN) != trial.name and not decides_alike(trial.before, trial.after)):
            raise trial

    def _without(self, rule: EntryRule) -> Trial:
        """What the list would be without this rule."""
        try:
            with transaction.atomic():
                before = rules_or_none()
                EntryRule.objects.filter(pk=rule.pk).update(is_active=False)
                raise Trial(before, rules_or_none())
        except Trial as trial:
            return trial

    def _shown(self, request: HttpRequest, trial: Trial, *, deleted: EntryRule | None = None) -> HttpResponse:
        judged = judge(trial.before, trial.after, at=timezone.now())
        names = effect_words.queue_names()
        rows = effect_words.way_rows(judged.effect, names)
        if AS_CSV in request.POST:
            table = [(row.before, row.after, row.count) for row in rows]
            return csv_response("rules-effect.csv", (_("From"), _("To"), _("Leads")), table)
        known = set(rule_warnings(trial.before))
        context = {
            "title": _title(deleted, trial.rule),
            "sentence": effect_words.effect_sentence(judged, names),
            "bound": effect_words.bound_words(judged),
            "caught": _caught(judged.effect, trial),
            "was_switched_on": trial.was_switched_on,
            "is_stale": bool(request.POST.get(SEEN)),
            "rows": rows,
            "spots": effect_words.spot_rows(judged.effect, names),
            "examples": effect_words.examples(judged.effect, names),
            "warnings": _own_warnings(trial) + [text for text in rule_warnings(trial.after) if text not in known],
            "act": _act_words(trial, deleted),
            "seen": trial.name,
            "sent": [("post", "yes")] if deleted else _sent(request),
            "back": self.admin_url(deleted) if deleted else "",
        }
        return self.page(request, "admin/rule_effect.html", **context)


class _OpenForm:
    """Shown again with everything that was typed; not saved, and nothing is wrong with it."""

    def is_valid(self) -> bool:
        return False


class _OpenList:
    errors = ()

    def is_valid(self) -> bool:
        return False


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to be sent once more."""
    return [(key, value) for key, values in request.POST.lists() if key not in OWN_KEYS for value in values]


def _title(deleted: EntryRule | None, rule: EntryRule | None) -> str:
    if deleted is not None:
        return _("Delete “%(name)s”?") % {"name": deleted.name}
    if rule is not None:
        return _("What “%(name)s” would have done") % {"name": rule.name}
    return _("What these rules would have done")


def _act_words(trial: Trial, deleted: EntryRule | None) -> str:
    if deleted is not None:
        return _("Delete the rule")
    return _("Save the rule") if trial.rule is not None else _("Save the rules")


def _caught(effect, trial: Trial) -> str:
    if trial.rule is None or not effect.leads:
        return ""
    return effect_words.caught_sentence(effect, rule_id=trial.rule.pk, name=trial.rule.name, is_new=trial.is_new)


def _own_warnings(trial: Trial) -> list[str]:
    """About the rule itself: that it holds for everybody is meant at the end of a list only."""
    rule = trial.rule
    if rule is None or rule.conditions or not trial.after or trial.after[-1].id == rule.pk:
        return []
    return [_("“%(name)s” holds for every lead: rules below it are never asked.") % {"name": rule.name}]
