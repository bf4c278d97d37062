"""Says that somebody else changed or deleted what a page shows: who, when, which fields, from what to what (C8)."""

from collections.abc import Collection, Iterable, Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext as _

from config.admin.three_way import Row, Rows, column_of
from config.history import Change, last_change, row_name, value_text
from config.web.ids import read_id
from config.web.times import when

MAX_LENGTH = 400
MAX_ROWS = 12


def look_again() -> str:
    return _("What you typed is still here; look and save again.")


def page_changes_sentence(row: Row, inlines: Collection[Rows], *, by: AbstractBaseUser) -> str:
    """'Bima Putra changed this at 10:42: hot above from 80 to 60.', as far as the history knows."""
    differences = [_difference(row, name) for name in row.changed] + [_rows_difference(rows) for rows in inlines]
    change, changes = _last_change(row, inlines), "; ".join(differences)[:MAX_LENGTH]
    if change is None:
        return _("This was changed: %(changes)s.") % {"changes": changes}
    if change.person is None:
        words = {"time": when(change.at), "changes": changes}
        return _("This changed by itself at %(time)s: %(changes)s.") % words
    words = {"name": row_name(change.person), "time": when(change.at), "changes": changes}
    if change.person == by:
        return _("You changed this yourself at %(time)s: %(changes)s.") % words
    return _("%(name)s changed this at %(time)s: %(changes)s.") % words


def _last_change(row: Row, inlines: Collection[Rows]) -> Change | None:
    """None where no history is kept, as of leads: their timeline says who."""
    model, pk = type(row.form.instance), row.form.instance.pk
    has_history = row.changed and hasattr(model, "history")
    changes = [last_change(model.history.filter(id=pk), row.changed)] if has_history else []
    changes += [last_change(rows.model.history.filter(**{rows.formset.fk.name: pk}), ()) for rows in inlines]
    return max(filter(None, changes), key=lambda change: change.at, default=None)


def deleted_sentence(model: type[models.Model], pk: str, *, by: AbstractBaseUser) -> str:
    """'Sari Dewi deleted “Fair” at 10:42.', as far as the history knows."""
    versions = model.history.filter(id=pk) if read_id(pk) and hasattr(model, "history") else None
    last = versions.select_related("history_user").order_by("-history_id").first() if versions is not None else None
    if last is None or last.history_type != "-" or last.history_user is None:
        return _("This was deleted. Nothing was saved.")
    words = {"name": row_name(last.history_user), "time": when(last.history_date), "what": last.instance}
    if last.history_user == by:
        return _("You deleted “%(what)s” yourself at %(time)s. Nothing was saved.") % words
    return _("%(name)s deleted “%(what)s” at %(time)s. Nothing was saved.") % words


def _difference(row: Row, name: str) -> str:
    """'hot above from 80 to 60'."""
    column = column_of(type(row.form.instance), name)
    values = [value_text(column, each) if column else str(each) for each in (row.shown[name], row.now[name])]
    label = str(row.form.fields[name].label or name)
    return _from_to(label[:1].lower() + label[1:], *values)


def _rows_difference(rows: Rows) -> str:
    """'members from Adi, Budi to Budi (paused), Citra'; of long lists only the rows that differ."""
    before, after = rows.shown, {key: row.now for key, row in rows.rows.items()}
    name = str(rows.model._meta.verbose_name_plural)
    if max(len(before), len(after)) <= MAX_ROWS:
        return _from_to(name, *(_rows_text(rows.model, side.values()) for side in (before, after)))
    gone = _rows_text(rows.model, [values for key, values in before.items() if key not in after])
    come = _rows_text(rows.model, [values for key, values in after.items() if key not in before])
    same = [key for key in before if key in after and _differ(before[key], after[key])]
    words = {"rows": name, "gone": gone, "come": come, "n": len(same)}
    return _("%(rows)s: gone %(gone)s; new %(come)s; changed %(n)s") % words


def _differ(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """The place of a row follows from the other rows."""
    return any(after[name] != value for name, value in before.items() if name != "position")


def _rows_text(model: type[models.Model], rows: Iterable[Mapping[str, object]]) -> str:
    return ", ".join(_row_text(model, values) for values in rows) or _("none")


def _from_to(field: str, old: str, new: str) -> str:
    return _("%(field)s from %(old)s to %(new)s") % {"field": field, "old": old, "new": new}


def _row_text(model: type[models.Model], values: Mapping[str, object]) -> str:
    """The rows that it points at, and what is switched on."""
    known = [(field, value) for name, value in values.items() if (field := column_of(model, name))]
    names = [value_text(field, value) for field, value in known if field.is_relation]
    marks = [str(field.verbose_name) for field, value in known if value is True]
    return " ".join(names) + (f" ({', '.join(marks)})" if marks else "")
