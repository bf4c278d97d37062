"""Reads a rep's own numbers, the leads behind them, and what of them the team has in the middle (C5, C9)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import BigIntegerField, BooleanField, Case, Count, F, Max, Q, QuerySet, Value, When

from dashboards.decisions.my_numbers import Numbers, OwnLead, Period, Span
from queues.decisions.figures.classes import CLASSES, WAIT_EDGES, percentile_in_classes
from queues.models import Entry
from queues.queries.figures.asked import ask
from queues.queries.figures.reading import taken as counted
from queues.queries.figures.seconds import SecondsBetween
from queues.queries.figures.stays import wait_class, with_wait
from queues.queries.figures.taken import ENDS, IS_WITHIN, is_decided, taken, with_contact
from routing.models import Assignment, Rep, Turn

MOST_LEADS = 20_000  # of one rep in eight weeks; beyond them a page says so
MOST_WAITS = 10_000  # leads of a team whose waits are read from the rows


def own_leads(user: User, period: Period, *, at: datetime) -> tuple[list[OwnLead], bool]:
    """All assignments of the period and of what it is compared with; whether that is all. One query."""
    rows = _described(taken(period.earliest, period.span[1], [user.pk]), at)
    columns = ("assigned_at", "waited", "took", "decided", "within", "converted")
    found = [OwnLead(*row) for row in rows.order_by("-assigned_at").values_list(*columns)[: MOST_LEADS + 1]]
    return found[:MOST_LEADS], len(found) <= MOST_LEADS


def colleagues(rep: Rep) -> list[int]:
    """The users of other active reps of the rep's teams."""
    mates = Rep.objects.filter(teams__in=rep.teams.all(), user__is_active=True).exclude(pk=rep.pk)
    return list(mates.order_by("user").values_list("user", flat=True).distinct())


def numbers_of(user_ids: Collection[int], span: Span, *, at: datetime) -> list[Numbers]:
    """Of those who took a lead. Medians are read from counts by class, so they are about right. No counts are kept of
    how long the leads of a rep had waited: where the team took more than MOST_WAITS leads, nobody has that figure."""
    if not user_ids:
        return []
    totals = counted(ask(span[0], span[1], at=at, reps=tuple(user_ids)), "rep")
    working = [(pk, total) for pk in user_ids if (total := totals.get((pk,))) is not None and total.taken]
    is_readable = sum(total.taken for _pk, total in working) <= MOST_WAITS
    waits = _median_waits([pk for pk, _total in working], span) if working and is_readable else {}
    return [
        Numbers(
            taken=total.taken,
            waited=waits.get(pk),
            contacted=total.contacted,
            contact=total.percentile(50),
            within=total.share_within,
            conversion=total.conversion,
        )
        for pk, total in working
    ]


def leads_behind(user: User, figure: str, span: Span, *, at: datetime) -> QuerySet[Assignment]:
    """The assignments that a figure counts; for shares, all that it divides by. KeyError for an unknown figure."""
    rows = _described(taken(span[0], span[1], [user.pk]), at).select_related("lead")
    narrowed: Mapping[str, QuerySet[Assignment]] = {
        "taken": rows,
        "waited": rows.filter(entry__isnull=False),
        "contact": rows.filter(first_contact_at__isnull=False),
        "contacted": rows.filter(first_contact_at__isnull=False),
        "within": rows.filter(is_decided(at)),
        "conversion": rows,
    }
    return narrowed[figure].order_by("-assigned_at", "-pk")


def turns_behind(rep: Rep, rotation_id: int, span: Span) -> QuerySet[Turn]:
    """The turns of one rotation that this rep was given, without undone ones."""
    rows = Turn.objects.filter(rotation=rotation_id, rep=rep, at__gte=span[0], at__lt=span[1], roster__isnull=False)
    rows = rows.exclude(assignment__ended_how=Assignment.Ended.UNDONE).exclude(size=0)
    return rows.select_related("lead").order_by("-at", "-pk")


def _described(rows: QuerySet[Assignment], at: datetime) -> QuerySet[Assignment]:
    """With what the figures count of each; the wait is that in the queue it was taken from."""
    return with_contact(rows).annotate(
        waited=Case(
            When(entry__left_at__isnull=False, then=SecondsBetween(F("entry__entered_at"), F("entry__left_at"))),
            default=Value(None),
            output_field=BigIntegerField(),
        ),
        decided=_is(is_decided(at)),
        within=_is(IS_WITHIN),
        converted=_is(Q(ended_how__in=ENDS["converted"])),
    )


def _is(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _median_waits(user_ids: Collection[int], span: Span) -> dict[int, float | None]:
    """From counts by class, one query for all."""
    stays = Entry.objects.filter(
        assignment__in=taken(span[0], span[1], list(user_ids)).values("pk"), left_at__isnull=False
    )
    rows = with_wait(stays).annotate(wait_class=wait_class())
    counts: dict[int, list[int]] = {}
    longest: dict[int, int] = {}
    grouped = rows.values("assignment__holder", "wait_class").annotate(n=Count("pk"), most=Max("wait"))
    for row in grouped.order_by("assignment__holder", "wait_class"):
        holder = row["assignment__holder"]
        counts.setdefault(holder, [0] * CLASSES)[row["wait_class"]] += row["n"]
        longest[holder] = max(longest.get(holder, 0), row["most"])
    return {
        holder: percentile_in_classes(each, 50, WAIT_EDGES, longest=longest[holder]) for holder, each in counts.items()
    }
