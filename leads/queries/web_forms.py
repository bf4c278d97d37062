"""What public forms brought in, and what they hold back (A1c)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from leads.models import Capture, WebForm

COUNTED = timedelta(days=30)
MOST_HELD = 50


@dataclass(frozen=True)
class Brought:
    """Captures of a form in 30 days. `received` holds them all."""

    received: int = 0
    made: int = 0
    joined: int = 0
    refused: int = 0


def brought_by(forms: Iterable[WebForm], *, at: datetime) -> dict[int, Brought]:
    """By form, all forms of a page at once."""
    ids = [form.pk for form in forms]
    recent = Capture.objects.filter(web_form__in=ids, received_at__gt=at - COUNTED)
    rows = recent.values_list("web_form", "state").annotate(n=Count("pk")).order_by("web_form", "state")
    found: dict[int, dict[str, int]] = {pk: {} for pk in ids}
    for pk, state, count in rows:
        found[pk][state] = count
    return {pk: _brought(by_state) for pk, by_state in found.items()}


def held_as_spam(form: WebForm) -> list[Capture]:
    """The newest that were refused, bounded."""
    refused = Capture.objects.filter(web_form=form, state=Capture.State.REFUSED)
    return list(refused.order_by("-pk")[:MOST_HELD])


def _brought(by_state: dict[str, int]) -> Brought:
    State = Capture.State
    return Brought(
        received=sum(by_state.values()),
        made=by_state.get(State.MADE, 0),
        joined=by_state.get(State.MERGED, 0),
        refused=by_state.get(State.REFUSED, 0),
    )
