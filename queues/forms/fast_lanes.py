"""Which leads a fast lane gives out, through which rotation, and until when (D8)."""

from datetime import datetime
from typing import cast

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from config.web.ids import read_id
from queues.forms.loans import end_of_day
from queues.models import Queue
from queues.queries.fast_lanes import MAX_SCORE, default_score, lane_rotations
from routing.models import Rotation


class FastLaneForm(forms.Form):
    """`until` may be empty: until the queue is clear."""

    min_score = forms.IntegerField(
        label=_("Score from"),
        min_value=1,
        max_value=MAX_SCORE,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Choose a score from 1 to 100.")
        ),
    )
    rotation = forms.ChoiceField(
        label=_("Through the rotation"),
        error_messages={
            "required": _("Choose a rotation."),
            "invalid_choice": _("This rotation is off or gone. Choose another."),
        },
    )
    until = forms.DateField(
        label=_("At the latest until the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Choose a date, such as 2026-12-31.")},
    )

    def __init__(self, *args, queue: Queue, user: User, **kwargs) -> None:
        rotations = lane_rotations(user)
        own = queue.rotation_id if queue.rotation_id in {each.pk for each in rotations} else None
        kwargs.setdefault("initial", {"min_score": default_score(queue), "rotation": own})
        super().__init__(*args, **kwargs)
        self.rotations = {each.pk: each for each in rotations}
        cast(forms.ChoiceField, self.fields["rotation"]).choices = [(str(each.pk), each.name) for each in rotations]

    def clean_rotation(self) -> Rotation:
        return self.rotations[read_id(self.cleaned_data["rotation"]) or 0]

    def clean_until(self) -> datetime | None:
        day = self.cleaned_data["until"]
        return end_of_day(day) if day else None
