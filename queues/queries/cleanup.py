"""The lists of the weekly cleanup: old leads that are still open, possible duplicates, junk, and what is kept (D7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from config.models import BackgroundJob
from config.web.ids import read_id
from leads.models import Activity, Lead
from leads.queries.junk import junk_in
from queues.models import CleanupRun, CleanupStep, Entry, Escalation, KeptLead, PartnerLead, Queue, ReviewItem
from queues.queries.limits import stale_days_by_type
from queues.queries.partners import stays_of
from queues.queries.stale import LOG_DAYS, OPEN_STAGES
from routing.models import Assignment

OLD, ALIKE, JUNK, PARKED, KEPT, PARTNER = TABS = ("old", "alike", "junk", "parked", "kept", "partner")
TO_DO = (OLD, ALIKE, JUNK)  # what the weekly cleanup is about
OLD_AFTER = timedelta(days=7)
PLACES: Mapping[str, Lead.Stage] = {
    "waiting": Lead.Stage.WAITING,
    "held": Lead.Stage.HELD,
    "review": Lead.Stage.REVIEW,
}
ORDERS: Mapping[str, str] = {"company": "company_name", "source": "source__name", "score": "score", "age": "since"}
OLDEST_FIRST = "-age"
PAGE_SIZE = 50
SUBJECT = "cleanup-"
MAX_ROWS_IN_FILE = 10_000
WORK = (
    Activity.Kind.CONTACTED,
    Activity.Kind.NOTED,
    Activity.Kind.SNOOZED,
    Activity.Kind.RE_ENGAGED,
    Activity.Kind.ASSIGNED,
)


@dataclass(frozen=True, slots=True)
class CleanupFilters:
    """The filters of the list, as they stand in its address. An unknown value shows everything."""

    tab: str = OLD
    place: str = ""
    source: str = ""
    queue: str = ""
    pool: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Where:
    """Where a lead is; one of entry, item, held and stay is set. `kept` counts only while it lasts."""

    entry: Entry | None = None
    item: ReviewItem | None = None
    held: Assignment | None = None
    kept: KeptLead | None = None
    put_off_until: datetime | None = None
    worked_at: datetime | None = None  # the last that somebody did with it
    stay: PartnerLead | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many leads of a run were refused why, "stayed" for those that had moved on when it was undone; where the
    others went from the desk; and how many of the refused ones others had decided about before it began."""

    refused: dict[str, int] = field(default_factory=dict)
    went: dict[str, int] = field(default_factory=dict)
    gone: int = 0


@dataclass(frozen=True, slots=True)
class LastCleaned:
    by: User | None
    at: datetime
    leads: int


def matching(filters: CleanupFilters, *, at: datetime) -> QuerySet[Lead]:
    """The leads of this list, in no order. Every tab starts from open leads, so history does not slow it down."""
    found = _in_tab(filters.tab, at=at)
    if filters.place in PLACES:
        found = found.filter(stage=PLACES[filters.place])
    if filters.source:
        found = found.filter(source__slug=filters.source)
    if filters.pool:
        pool = read_id(filters.pool) or 0
        stays = PartnerLead.objects.filter(lead=OuterRef("pk"), at=OuterRef("stage_at"), pool=pool)
        found = found.filter(Exists(stays))
    if filters.queue:
        waits = Entry.objects.waiting().filter(lead=OuterRef("pk"), queue__slug=filters.queue)
        parked = ReviewItem.objects.filter(lead=OuterRef("pk"), closed_at__isnull=True, parked_for__slug=filters.queue)
        found = found.filter(Exists(waits) | Exists(parked))
    return found


def _in_tab(tab: str, *, at: datetime) -> QuerySet[Lead]:
    if tab == PARTNER:
        return Lead.objects.filter(stage=Lead.Stage.PARTNER)
    opened = Lead.objects.filter(stage__in=sorted(OPEN_STAGES))
    kept = KeptLead.objects.filter(until__gt=at)
    if tab == KEPT:
        return opened.filter(pk__in=kept.values("lead"))
    if tab == PARKED:
        parked = ReviewItem.objects.filter(closed_at__isnull=True, parked_for__isnull=False)
        return opened.filter(pk__in=parked.values("lead"))
    listed = opened.filter(~Exists(kept.filter(lead=OuterRef("pk"))))
    if tab == ALIKE:
        return listed.filter(resembles__isnull=False)
    if tab == JUNK:
        return junk_in(listed)
    return listed.filter(_is_old(at=at))


def _is_old(*, at: datetime) -> Q:
    """Waits for 7 days, is on the desk for 7 days, or a rep holds it and did nothing with it for 7 days, without a
    follow-up that lies ahead."""
    limit = at - OLD_AFTER
    queues = list(Queue.objects.order_by("pk").values_list("pk", flat=True))  # so that the index of each queue is used
    waiting = Entry.objects.waiting().filter(queue__in=queues, since_at__lte=limit)
    desk = ReviewItem.objects.filter(closed_at__isnull=True, opened_at__lte=limit)
    worked = Activity.objects.filter(lead=OuterRef("lead"), kind__in=WORK, at__gt=limit)
    held = Assignment.objects.open().filter(assigned_at__lte=limit).exclude(follow_up_at__gt=at)
    held = held.filter(~Exists(worked))
    return (
        Q(stage=Lead.Stage.WAITING, pk__in=waiting.values("lead"))
        | Q(stage=Lead.Stage.REVIEW, pk__in=desk.values("lead"))
        | Q(stage=Lead.Stage.HELD, pk__in=held.values("lead"))
    )


def counts(*, at: datetime) -> dict[str, int]:
    """How many leads each tab has, without filters."""
    return {tab: matching(CleanupFilters(tab), at=at).count() for tab in TABS}


def ordered(leads: QuerySet[Lead], sort: str) -> QuerySet[Lead, int]:
    """By a column, "-" for the largest first; an unknown one means the oldest first. Their ids."""
    key = sort.removeprefix("-")
    key, is_down = (key, sort.startswith("-")) if key in ORDERS else ("age", True)
    if key == "age":
        leads, is_down = leads.annotate(since=_since()), not is_down  # the oldest has the largest age
    field = F(ORDERS[key])
    return leads.order_by(field.desc() if is_down else field.asc(), "pk").values_list("pk", flat=True)


def read_in_order(ids: Sequence[int]) -> list[Lead]:
    """These leads with what their rows show: joined for these only, not for all that the list sorts."""
    found = Lead.objects.select_related("source", "resembles").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _since() -> Coalesce:
    """Since when the lead is where it is."""
    mine = {"lead": OuterRef("pk")}
    waits = Entry.objects.waiting().filter(**mine).order_by().values("since_at")[:1]
    desk = ReviewItem.objects.filter(**mine, closed_at__isnull=True).order_by().values("opened_at")[:1]
    held = Assignment.objects.open().filter(**mine).order_by().values("assigned_at")[:1]
    rows = [Subquery(each, output_field=DateTimeField()) for each in (waits, desk, held)]
    return Coalesce(*rows, "stage_at")


def where_of(leads: Iterable[Lead], *, at: datetime) -> dict[int, Where]:
    """Where each of these leads is; seven queries, however many they are."""
    leads = list(leads)
    ids = [lead.pk for lead in leads]
    entries = Entry.objects.waiting().filter(lead__in=ids).select_related("queue")
    items = ReviewItem.objects.filter(lead__in=ids, closed_at__isnull=True).select_related("parked_for", "rule")
    held = {
        each.lead_id: each
        for each in Assignment.objects.open().filter(lead__in=ids).select_related("holder").order_by("pk")
    }
    kept = KeptLead.objects.filter(lead__in=ids, until__gt=at).select_related("by")
    off = Escalation.objects.filter(lead__in=ids, closed_at__isnull=True, snoozed_until__gt=at)
    worked: dict[int, datetime] = {}
    if held:
        rows = Activity.objects.filter(lead__in=list(held), kind__in=WORK).order_by("pk")
        worked = dict(rows.values_list("lead", "at"))
    by_lead = {each.lead_id: each for each in entries.order_by("pk")}
    on_desk = {each.lead_id: each for each in items.order_by("pk")}
    keeps = {each.lead_id: each for each in kept.order_by("pk")}
    stays = stays_of(lead.pk for lead in leads if lead.stage == Lead.Stage.PARTNER)
    put_off = dict(off.order_by("pk").values_list("lead", "snoozed_until"))
    return {
        pk: Where(
            by_lead.get(pk),
            on_desk.get(pk),
            held.get(pk),
            keeps.get(pk),
            put_off.get(pk),
            worked.get(pk),
            stays.get(pk),
        )
        for pk in ids
    }


def nurture_due(leads: Iterable[Lead], where: Mapping[int, Where]) -> dict[int, datetime]:
    """When the days of each waiting lead are over (D6); none for queues that keep their old leads."""
    leads = list(leads)
    queues = {each.entry.queue_id: each.entry.queue for each in where.values() if each.entry is not None}
    days = stale_days_by_type(list(queues.values()))
    found = {}
    for lead in leads:
        entry = where[lead.pk].entry
        if entry is not None and entry.queue.stale_is_on and entry.queue.is_active:
            days_here = days[entry.queue_id, lead.lead_type].nurture
            found[lead.pk] = max(entry.since_at, entry.entered_at) + timedelta(days=days_here)
    return found


def recent_runs(*, at: datetime, since: timedelta, most: int, is_desk: bool = False) -> list[CleanupRun]:
    """Of the cleanup or of the review desk, the newest first; without the ids that were asked for."""
    rows = listed_runs().filter(at__gt=at - since, at__lte=at, is_desk=is_desk)
    return list(rows.order_by("-at", "-pk")[:most])


def listed_runs() -> QuerySet[CleanupRun]:
    """With all that tells of them, but for the ids that were asked for."""
    rows = CleanupRun.objects.select_related("by", "undo_by", "stopped_by", "queue", "pool")
    return rows.defer("wanted").annotate(gone=F("wanted__gone"))


def subject_of(run: CleanupRun) -> str:
    """What its background jobs are about."""
    return f"{SUBJECT}{run.pk}"


def is_run_under_way() -> bool:
    """Whether a task decides about many leads now."""
    return BackgroundJob.objects.filter(subject__startswith=SUBJECT, finished_at__isnull=True, is_large=True).exists()


def running_jobs(runs: Iterable[CleanupRun]) -> set[int]:
    """Those of these runs that are under way, or are just being undone."""
    by_subject = {subject_of(run): run.pk for run in runs}
    jobs = BackgroundJob.objects.filter(subject__in=by_subject, finished_at__isnull=True)
    return {by_subject[subject] for subject in jobs.order_by("pk").values_list("subject", flat=True)}


def can_undo(run: CleanupRun, *, is_running: bool, at: datetime) -> bool:
    is_undoable = run.done > 0 and run.act != CleanupRun.Act.RECALL and run.undo_at is None
    return is_undoable and not is_running and (at - run.at).days < LOG_DAYS


def tallies(runs: Iterable[CleanupRun]) -> dict[int, Tally]:
    """What became of the leads of each run, in at most two queries."""
    runs = list(runs)
    found = {run.pk: Tally() for run in runs}
    steps = CleanupStep.objects.filter(run__in=runs).filter(~Q(refused="") | Q(stayed=True)).order_by()
    for pk, code, stayed, n in steps.values_list("run", "refused", "stayed").annotate(n=Count("pk")):
        refused, name = found[pk].refused, "stayed" if stayed else code
        refused[name] = refused.get(name, 0) + n
    at_desk = [run.pk for run in runs if run.is_desk]
    went = CleanupStep.objects.filter(run__in=at_desk, refused="", before__went__isnull=False).order_by()
    for pk, where, n in went.values_list("run", "before__went").annotate(n=Count("pk")) if at_desk else ():
        found[pk].went[where] = n
    return {run.pk: _with_gone(run, found[run.pk]) for run in runs}


def _with_gone(run: CleanupRun, tally: Tally) -> Tally:
    """Those that others decided about before the person confirmed are like those that they decided about later."""
    if not (gone := getattr(run, "gone", None) or 0):
        return tally
    return Tally(tally.refused | {"moved": tally.refused.get("moved", 0) + gone}, tally.went, gone)


def last_cleaned() -> LastCleaned | None:
    """Who cleaned up last, when, and how many leads that person cleaned up on that day."""
    runs = CleanupRun.objects.filter(undo_at__isnull=True, is_desk=False).select_related("by").defer("wanted")
    last = runs.order_by("-at", "-pk").first()
    if last is None:
        return None
    midnight = last.at.astimezone(timezone.get_current_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
    done = runs.filter(by=last.by, at__gte=midnight).aggregate(n=Sum("done"))["n"]
    return LastCleaned(last.by, last.at, done or 0)
