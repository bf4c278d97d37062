"""Read what came in through public forms, and what is held as spam (A1c)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from leads.decisions.web_forms.questions import SPAM
from leads.models import Capture, WebForm

COUNT_PERIOD = timedelta(days=30)
MAX_HELD_SHOWN = 50
MOST_HELD_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Held:
    """`is_cut`: there are more than were counted."""

    count: int
    oldest_at: datetime | None
    is_cut: bool


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


def held_count() -> Held:
    """How many submissions of public forms nobody has looked at, and since when the oldest waits; in one query."""
    first = unjudged().order_by("pk").values("pk")[: MOST_HELD_COUNTED + 1]
    row = Capture.objects.filter(pk__in=first).aggregate(n=Count("pk"), oldest=Min("received_at"))
    return Held(min(row["n"], MOST_HELD_COUNTED), row["oldest"], is_cut=row["n"] > MOST_HELD_COUNTED)


def unjudged() -> QuerySet[Capture]:
    """Held as spam, and no person has said whether it is."""
    return Capture.objects.filter(web_form__isnull=False, state=Capture.State.REFUSED, judged_at__isnull=True)


def judged_spam() -> QuerySet[Capture]:
    """Held as spam, as a person agrees."""
    is_spam = Q(problems__0__code__in=SPAM)
    held = Capture.objects.filter(web_form__isnull=False, state=Capture.State.REFUSED, judged_at__isnull=False)
    return held.filter(is_spam)


def held_submissions(*, form: int | None = None, is_judged: bool = False) -> QuerySet[Capture]:
    """The newest first; of one form, or of all."""
    rows = judged_spam() if is_judged else unjudged()
    rows = rows.filter(web_form=form) if form is not None else rows
    return rows.select_related("web_form", "judged_by").order_by("-pk")


def form_names() -> dict[int, str]:
    return dict(WebForm.objects.order_by("name", "pk").values_list("pk", "name"))


def _counts(by_state: dict[str, int]) -> CaptureCounts:
    State = Capture.State
    return CaptureCounts(
        received=sum(by_state.values()),
        made=by_state.get(State.MADE, 0),
        joined=by_state.get(State.MERGED, 0),
        refused=by_state.get(State.REFUSED, 0),
    )
