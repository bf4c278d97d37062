"""The forms of a person's own name, language and clock, and own password (J1, J3, J4)."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.people import own_language
from leads.decisions.facts.text import one_line
from routing.forms.hours import zones

LONGEST_NAME = 80


class MeForm(forms.Form):
    """A language is asked for only where there are several."""

    name = forms.CharField(
        label=lazy("Name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={
            "required": lazy("Write your name."),
            "max_length": lazy("A name has at most 80 signs."),
        },
    )

    def __init__(self, *args: Any, own_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) > 1:
            choices = [(code, own_language(code)) for code, _name in settings.LANGUAGES]
            self.fields["language"] = forms.ChoiceField(
                label=_("Language"),
                required=False,  # a page from before there were several sends none
                choices=choices,
                initial=get_language(),
                error_messages={"invalid_choice": _("Choose a language of the list.")},
            )
        usual = _("As in my calendar (%(zone)s)") % {"zone": own_zone}
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            required=False,
            choices=[("", usual), *zones()],
            error_messages={"invalid_choice": _("Choose a time zone of the list.")},
        )

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not any(sign.isalpha() for sign in name):
            raise ValidationError(_("Write your name."))
        return name


class OwnPasswordForm(PasswordChangeForm):
    """Wrong old passwords count as wrong sign-ins do: an open page is no way around the throttle."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": lazy("This is not your password now. Check it and try again."),
    }

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        self.request = request
        super().__init__(cast("User", request.user), data)
        self.fields["old_password"].label = _("Password now")
        self.fields["old_password"].widget.attrs.pop("autofocus", None)  # the page has other things as well

    def clean_old_password(self) -> str:
        typed = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.get_username(), password=typed) is None:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return typed
