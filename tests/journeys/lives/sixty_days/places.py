"""Where every lead is: in exactly one place, none lost, none twice; and what is parked enters in order with its age."""

from collections import Counter
from datetime import datetime

from django.db.models import Count, Sum

from leads.models import Capture, Lead
from queues.models import Entry, IntakeState, Queue, ReviewItem, SourcePause, Tally
from routing.models import Assignment
from tests.journeys.lives.sixty_days.arrivals import Book

PLACES = {"waiting": "waiting", "held": "held", "review": "desk"}  # all other stages are none of these


def check_every_lead_is_in_one_place(book: Book) -> None:
    stages = dict(Lead.objects.order_by("pk").values_list("pk", "stage"))
    found = {
        "waiting": Counter(Entry.objects.waiting().values_list("lead", flat=True)),
        "held": Counter(Assignment.objects.open().values_list("lead", flat=True)),
        "desk": Counter(ReviewItem.objects.filter(closed_at__isnull=True).values_list("lead", flat=True)),
    }
    for place, leads in found.items():
        wanted = {pk for pk, stage in stages.items() if PLACES.get(stage) == place}
        assert leads == dict.fromkeys(wanted, 1), place
    assert "captured" not in stages.values()
    merged = Lead.objects.filter(stage="merged")
    assert (
        not merged.filter(merged_into__isnull=True).exists() and not merged.filter(merged_into__stage="merged").exists()
    )
    states = Counter(Capture.objects.values_list("state", flat=True))
    assert states.total() == book.sent and set(states) <= {"made", "merged"}
    assert len(stages) == states["made"]
    assert not Capture.objects.filter(lead__isnull=True).exists()


def check_counts() -> None:
    """The cheap counts say what lies there, before anybody counts again."""
    counted = dict(Tally.objects.order_by().values_list("queue").annotate(n=Sum("waiting")).filter(n__gt=0))
    there = Entry.objects.waiting().order_by().values_list("queue").annotate(n=Count("pk"))
    assert counted == dict(there)


def check_parked(book: Book) -> None:
    """While something is parked for a queue it is paused, so that nothing overtakes; each with its time of arrival."""
    paused = dict(IntakeState.objects.order_by("pk").values_list("queue", "full_since"))
    aged = dict(IntakeState.objects.order_by("pk").values_list("queue", "aged_since"))
    for item in ReviewItem.objects.filter(closed_at__isnull=True, parked_for__isnull=False).order_by("pk"):
        assert item.opened_at == book.since[item.lead_id]
        pauses = SourcePause.objects.filter(queue=item.parked_for, source__leads=item.lead, ended_at__isnull=True)
        is_paused = paused.get(item.parked_for_id) or aged.get(item.parked_for_id)
        assert is_paused or (item.parked_why == "source" and pauses.exists()), f"{item} is parked for nothing"


class Admission:
    """Tells what may enter before the sweep of the intakes, and looks at what entered."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.entered = 0

    def before(self) -> None:
        """The parked leads of each queue in their order of arrival, without those of paused sources."""
        self.line: dict[int, list[tuple[datetime, int, int]]] = {}
        rows = ReviewItem.objects.filter(closed_at__isnull=True, parked_for__is_active=True)
        for item in rows.select_related("lead").order_by("opened_at", "pk"):
            self.line.setdefault(item.parked_for_id, []).append((item.opened_at, item.pk, item.lead_id))

    def after(self, *, at: datetime) -> None:
        for queue_id, line in self.line.items():
            items = ReviewItem.objects.in_bulk([pk for _opened, pk, _lead in line])
            still = set(SourcePause.objects.filter(queue=queue_id, ended_at=None).values_list("source", flat=True))
            sources = dict(Lead.objects.filter(pk__in=[lead for _at, _pk, lead in line]).values_list("pk", "source"))
            free = [
                (opened_at, pk, lead)
                for opened_at, pk, lead in line
                if items[pk].parked_why != "source" or sources[lead] not in still
            ]
            entered = [items[pk].closed_how == "entered" and items[pk].closed_at == at for _at, pk, _lead in free]
            assert entered == sorted(entered, reverse=True), "somebody overtook a lead that was parked before"
            queue = Queue.objects.get(pk=queue_id)
            last = 0
            for opened_at, _pk, lead in free[: sum(entered)]:
                entry = Entry.objects.filter(lead=lead, entered_at=at, queue=queue).latest("pk")
                assert (entry.since_at, entry.since_at) == (opened_at, self.book.since[lead])
                assert entry.is_recycled == (lead in self.book.recycled)
                assert entry.pk > last
                last = entry.pk
            self.entered += sum(entered)
