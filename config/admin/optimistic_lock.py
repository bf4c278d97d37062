"""Two people at one setting: who saves second is told what the first changed, and nothing is overwritten (C8).

Every page carries a sign of what it showed. A save that would change something, though somebody else changed what is
on the page since it was opened, is refused (409) in words that say who, when and what. What was typed stays, what
nobody typed on shows its new value, and the sign is made anew: who looked and saves again is let through.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from config.admin.change_messages import changed_words, difference_words, lines_words, look_again
from config.admin.lines import Lines, Sent
from config.admin.signs import SHOWN, as_python, line, read_sign, shown_by, sign, values_of
from config.history import Change, last_change, named
from config.web.times import when

LIST = "form"  # the prefix of the lines of a list


@dataclass(frozen=True)
class Refusal:
    """Why a save is refused. `fresh`: fields that show their new value; `sent`: the lines as they are shown again."""

    text: str
    fresh: frozenset[str] = frozenset()
    sent: Mapping[str, Sent] = field(default_factory=dict)


@dataclass(frozen=True)
class Collisions:
    """Why a list is not saved: row by row, and about rows that are not in it any more."""

    rows: Mapping[str, str]
    lost: tuple[str, ...] = ()


class SignedPages:
    """For admins: change forms and lists with editable columns that carry a sign."""

    change_form_before_template = "admin/as_shown.html"
    change_list_template = "admin/setting_list.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        is_signed = request.method == "POST" and object_id is not None and SHOWN in request.POST
        if not is_signed or not self.has_change_permission(request):
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            obj = self._locked(request, unquote(object_id))
            if obj is None:
                return self._gone(request, unquote(object_id))
            request.stale = self._refusal(request, obj)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: Mapping | None = None) -> HttpResponse:
        is_signed = request.method == "POST" and "_save" in request.POST and SHOWN in request.POST
        if is_signed and self.has_change_permission(request):
            with transaction.atomic():
                self._compare_list(request)
                response = super().changelist_view(request, extra_context)
        else:
            response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if shown.get("cl") is not None and shown["cl"].formset is not None:
            shown["as_shown"] = sign(shown_by(None, [shown["cl"].formset]))
            response.status_code = 409 if getattr(request, "collisions", None) else response.status_code
        return response

    def get_form(self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "stale", None)
        return type(form.__name__, (_Refused, form), {"refusal": refusal}) if refusal else form

    def get_formset_kwargs(self, request: HttpRequest, obj: models.Model, inline: object, prefix: str) -> dict:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        refusal = getattr(request, "stale", None)
        if refusal and prefix in refusal.sent and "data" in kwargs:
            kwargs["data"] = _with_lines(kwargs["data"], prefix, refusal.sent[prefix])
        return kwargs

    def get_changelist_formset(self, request: HttpRequest, **kwargs) -> type[BaseFormSet]:
        formset = super().get_changelist_formset(request, **kwargs)
        collisions = getattr(request, "collisions", None)
        return type(formset.__name__, (_Collided, formset), {"collisions": collisions}) if collisions else formset

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and obj.pk:
            lists = [each.formset for each in context["inline_admin_formsets"]]
            context["as_shown"] = sign({"of": self._name_of(obj), **shown_by(context["adminform"].form, lists)})
        is_stale = bool(getattr(request, "stale", None))
        if is_stale and set(context["adminform"].form.errors) == {NON_FIELD_ERRORS}:
            context["errors"] = []  # nothing is to be corrected below
        response = super().render_change_form(request, context, *args, **kwargs)
        response.status_code = 409 if is_stale else response.status_code
        return response

    def _locked(self, request: HttpRequest, object_id: str) -> models.Model | None:
        """The row, read behind its lock, so that nobody changes it between the comparison and the save."""
        seen = self.get_object(request, object_id)
        if seen is None:
            return None
        self._lock([seen.pk])
        return self.get_object(request, object_id)

    def _lock(self, keys: Iterable[object]) -> None:
        list(self.model._base_manager.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").only("pk"))

    def _gone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.message_user(request, self.gone_words(object_id, by=request.user), messages.ERROR)
        return HttpResponseRedirect(self.place_of())

    def gone_words(self, key: object, *, by) -> str:
        """Who deleted a row, and when."""
        versions = self.model.history.filter(id=key) if str(key).isdigit() and hasattr(self.model, "history") else None
        last = versions.select_related("history_user").order_by("-history_id").first() if versions is not None else None
        if last is None or last.history_type != "-" or last.history_user is None:
            return _("This is not here any more: it was deleted meanwhile. Nothing was saved.")
        words = {"name": named(last.history_user), "time": when(last.history_date), "what": last.instance}
        if last.history_user == by:
            return _("You deleted “%(what)s” yourself at %(time)s. Nothing was saved.") % words
        return _("%(name)s deleted “%(what)s” at %(time)s. Nothing was saved.") % words

    def _name_of(self, obj: models.Model) -> str:
        return f"{self.opts.label_lower}/{obj.pk}"

    def _refusal(self, request: HttpRequest, obj: models.Model) -> Refusal | None:
        shown = read_sign(request.POST[SHOWN])
        form_class = self.get_form(
            request, obj, change=True, fields=flatten_fieldsets(self.get_fieldsets(request, obj))
        )
        if shown.get("of") != self._name_of(obj):
            return Refusal(_("This page was too old to be saved.") + " " + look_again())
        form, posted = form_class(instance=obj), form_class(request.POST, request.FILES, instance=obj)
        values = values_of(form, form.fields)
        moved = [name for name, now in values.items() if shown["fields"].get(name, now) != now]
        lists = [
            Lines(each, shown["lines"].get(each.prefix, {}), request.POST) for each in self._formsets(request, obj)
        ]
        others = [lines for lines in lists if lines.are_others]
        if not moved and not others:
            return None
        if not posted.has_changed() and not any(lines.would_change_anything() for lines in lists):
            return None  # a second click on the same button
        told = [difference_words(form, name, shown["fields"][name], values[name]) for name in moved]
        changes = [self._last_change(obj.pk, moved)] if moved else []
        for lines in others:
            told.append(lines_words(lines))
            link = lines.formset.fk.name
            changes.append(last_change(lines.formset.model.history.filter(**{link: obj.pk}), ()))
        newest = max(filter(None, changes), key=lambda change: change.at, default=None)
        was = {name: as_python(self.model, name, shown["fields"][name]) for name in moved}
        return Refusal(
            changed_words(newest, told, by=request.user) + " " + look_again(),
            frozenset(name for name in moved if not form.fields[name].has_changed(was[name], posted[name].data)),
            {lines.formset.prefix: lines.again() for lines in others},
        )

    def _formsets(self, request: HttpRequest, obj: models.Model) -> list[BaseFormSet]:
        """The lists of lines as they are now."""
        found = []
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            prefix = formset.get_default_prefix()
            kwargs = self.get_formset_kwargs(request, obj, inline, prefix)
            found.append(formset(**{key: value for key, value in kwargs.items() if key not in ("data", "files")}))
        return found

    def _compare_list(self, request: HttpRequest) -> None:
        """Lay what was typed over the list of now, and say of each row why it cannot be saved."""
        self._lock([key for key in self._get_edited_object_pks(request, LIST) if key.isascii() and key.isdigit()])
        rows = self.get_changelist_instance(request).result_list
        lines = Lines(self.get_changelist_formset(request)(queryset=rows), self._shown_lines(request), request.POST)
        collided, lost = {}, []
        order = getattr(self, "ordering_field", None)
        is_order_old = any(order in names for names in lines.moved.values())
        for pk in lines.typed:
            touched, moved = lines.touched(pk), lines.moved.get(pk, [])
            if touched and pk not in lines.now:
                lost.append(self.gone_words(pk, by=request.user))
            elif pk in lines.now and touched and lines.would_change(pk, touched):
                if moved:
                    collided[pk] = self._collision_words(lines, pk, moved, by=request.user)
                elif order in touched and is_order_old:
                    collided[pk] = _("The order was changed meanwhile.")
        request.POST = _with_lines(request.POST, LIST, lines.again())
        if collided or lost:
            request.collisions = Collisions(collided, tuple(lost))

    def _shown_lines(self, request: HttpRequest) -> dict:
        return read_sign(request.POST[SHOWN]).get("lines", {}).get(LIST, {})

    def _collision_words(self, lines: Lines, pk: str, names: list[str], *, by) -> str:
        form, was = lines.now[pk], lines.shown[pk]
        told = [difference_words(form, name, was[name], line(form)[name]) for name in names]
        return changed_words(self._last_change(pk, names), told, by=by)

    def _last_change(self, key: object, names: Collection[str]) -> Change | None:
        """Nobody is named where no history is kept, as of leads: their timeline tells."""
        return last_change(self.model.history.filter(id=key), names) if hasattr(self.model, "history") else None


class _Refused:
    """A form that is not saved this time; what nobody typed on shows what is there now."""

    refusal: Refusal

    def clean(self) -> dict:
        typed = super().clean()
        self.add_error(None, self.refusal.text)
        for name in self.refusal.fresh:
            self.fields[name].bound_data = lambda _typed, now: now
        return typed


class _Collided:
    """A list that is not saved this time; each row that somebody else changed says so."""

    collisions: Collisions

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            if text := self.collisions.rows.get(str(form.instance.pk)):
                form.add_error(None, text)
        raise ValidationError([*self.collisions.lost, look_again()])


def _with_lines(data: QueryDict, prefix: str, sent: Sent) -> QueryDict:
    """The same form with other lines."""
    changed = data.copy()
    for key in [key for key in changed if key.startswith(f"{prefix}-")]:
        del changed[key]
    for key, values in sent.items():
        changed.setlist(key, values)
    return changed
