"""Read what came in through public forms, and what is held as spam (A1c)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from leads.models import Capture, WebForm

COUNT_PERIOD = timedelta(days=30)
MAX_HELD_SHOWN = 50


@dataclass(frozen=True)
class CaptureCounts:
    """How many captures of a form in 30 days had each result; `received` counts all."""

    received: int = 0
    made: int = 0
    joined: int = 0
    refused: int = 0


def form_details(form: WebForm) -> dict[str, str]:
    """What a form itself says about its leads, beside what visitors write."""
    own = {"source": form.source.slug, "lead_type": form.lead_type, "form": form.name}
    return {name: value for name, value in own.items() if value}


def capture_counts(forms: Iterable[WebForm], *, at: datetime) -> dict[int, CaptureCounts]:
    """Counts by form, for all forms of a page at once."""
    ids = [form.pk for form in forms]
    recent = Capture.objects.filter(web_form__in=ids, received_at__gt=at - COUNT_PERIOD)
    rows = recent.values_list("web_form", "state").annotate(n=Count("pk")).order_by("web_form", "state")
    found: dict[int, dict[str, int]] = {pk: {} for pk in ids}
    for pk, state, count in rows:
        found[pk][state] = count
    return {pk: _counts(by_state) for pk, by_state in found.items()}


def held_as_spam(form: WebForm) -> list[Capture]:
    """The newest refused captures, at most MAX_HELD_SHOWN."""
    refused = Capture.objects.filter(web_form=form, state=Capture.State.REFUSED)
    return list(refused.order_by("-pk")[:MAX_HELD_SHOWN])


def _counts(by_state: dict[str, int]) -> CaptureCounts:
    State = Capture.State
    return CaptureCounts(
        received=sum(by_state.values()),
        made=by_state.get(State.MADE, 0),
        joined=by_state.get(State.MERGED, 0),
        refused=by_state.get(State.REFUSED, 0),
    )
