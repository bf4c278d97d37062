"""Puts the cursor where a refused form wants something else."""

from django.forms import BaseForm


def focus_first_error(form: BaseForm) -> None:
    for name, field in form.fields.items():
        if name in form.errors:
            field.widget.attrs["autofocus"] = True
            return
