"""Keeps the demo going while a visitor looks at it: leads arrive, colleagues take and work them.

Never touched: what Rina holds, and what only a manager or sales ops may decide. Lines keep their length: nothing
arrives where a line is long, and nobody takes where it is short.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.models import User

from dashboards.demo.arrivals import DESK, STREAMS, Post
from dashboards.demo.cast import Cast
from dashboards.demo.companies import Crowd
from dashboards.demo.rules import ENTERPRISE, HOT, MQL, RECYCLED, SMB
from dashboards.demo.website import Website
from leads.actions.stages import StageRefused, close_lead
from leads.models import Lead
from queues.actions.claims.guards import LeadIsLocked, LeadIsReserved, TooManyUncontacted
from queues.actions.claims.reservations import reserve
from queues.actions.claims.take import AlreadyTaken, NotPickable, NotYourQueue, QueueIsEmpty, take_next
from queues.models import Entry
from queues.queries.counts import depth_by_queue
from queues.queries.review import items_to_decide
from queues.queries.waiting import first_positions
from routing.actions.assignment import NotTheHolder
from routing.actions.contact import log_contact
from routing.models import Assignment
from routing.queries.availability.status import availability_of

# slug -> (shortest, longest): colleagues take above the one, leads arrive below the other
LINES = {HOT: (2, 6), MQL: (10, 22), SMB: (112, 130), ENTERPRISE: (0, 8), RECYCLED: (40, 56), DESK: (0, 11)}
PULLED = (HOT, MQL, RECYCLED, SMB)
ARRIVAL_SHARE = 0.5  # of all steps
PATIENCE = timedelta(minutes=4)  # how long a colleague has held a lead before the first call
DONE_AFTER = timedelta(minutes=40)  # after the first contact a lead may be closed
VISITOR = "Rina"
LOOKS = 0.5  # of the times at which somebody could look
LOOKED_PAST = (LeadIsReserved, LeadIsLocked, NotPickable, NotYourQueue, AlreadyTaken, TooManyUncontacted)


class Traffic:
    """One step at a time; the same generator and database give the same step."""

    def __init__(self, cast: Cast, rng: Random) -> None:
        self.cast, self.rng, self.website = cast, rng, Website(rng.randrange(1000))
        self.post = Post(Crowd(rng, first_number=Lead.objects.count() + rng.randrange(1000)), rng)

    def step(self, *, at: datetime) -> str:
        """Do one small thing and return its name; "rest" if there was nothing to do."""
        depths = self._depths()
        if self.rng.random() < ARRIVAL_SHARE:
            return self._arrive(depths, at=at)
        colleagues = self._colleagues(at=at)
        if not colleagues:
            return "rest"
        for act in self.rng.sample((self._call, self._take, self._close, self._look), 4):
            said = act(colleagues, depths, at=at)
            if said:
                return said
        return "rest"

    def _arrive(self, depths: dict[str, int], *, at: datetime) -> str:
        room = [slug for slug in STREAMS if depths[slug] < LINES[slug][1]]
        if not room:
            return "rest"
        stream = self.rng.choices(room, [STREAMS[slug].a_day for slug in room])[0]
        stored = self.website.bring(self.post.letter(stream), channel="form", at=at)
        return f"arrived {stored.lead_id}"

    def _take(self, colleagues: Sequence[User], depths: dict[str, int], *, at: datetime) -> str:
        long = [slug for slug in PULLED if depths[slug] > LINES[slug][0]]
        if not long:
            return ""
        rep, slug = self.rng.choice(colleagues), self.rng.choice(long)
        try:
            return f"took {take_next(self.cast.queues[slug], by=rep, at=at).lead_id}"
        except (QueueIsEmpty, NotYourQueue, TooManyUncontacted):
            return ""

    def _look(self, colleagues: Sequence[User], depths: dict[str, int], *, at: datetime) -> str:
        """A colleague opens the preview of one of the first leads of SMB, if it is free."""
        queue = self.cast.queues[SMB]
        if self.rng.random() > LOOKS or Entry.objects.waiting().filter(queue=queue).reserved(at).exists():
            return ""
        rep = self.rng.choice(colleagues)
        places = first_positions(queue, at=at, limit=queue.picks_within, for_rep=rep)
        entry = Entry.objects.select_related("queue").filter(pk__in=[place.entry.id for place in places[1:]]).first()
        if entry is None:
            return ""
        try:
            return f"looked at {reserve(entry, by=rep, at=at).lead_id}"
        except LOOKED_PAST:
            return ""

    def _call(self, colleagues: Sequence[User], depths: dict[str, int], *, at: datetime) -> str:
        waiting = Assignment.objects.uncontacted().filter(holder__in=colleagues, assigned_at__lte=at - PATIENCE)
        held = waiting.select_related("lead", "holder").order_by("assigned_at", "pk").first()
        if held is None:
            return ""
        outcome = self.rng.choice(("reached", "reached", "no_answer", "left_message"))
        kind = self.rng.choice(("call", "call", "email", "message"))
        try:
            log_contact(held, kind=kind, outcome=outcome, note="", by=held.holder, at=at)
        except NotTheHolder:
            return ""
        return f"called {held.lead_id}"

    def _close(self, colleagues: Sequence[User], depths: dict[str, int], *, at: datetime) -> str:
        done = Assignment.objects.open().filter(
            holder__in=colleagues, first_contact_at__lte=at - DONE_AFTER, follow_up_at__isnull=True
        )
        held = done.select_related("lead", "holder").order_by("first_contact_at", "pk").first()
        if held is None:
            return ""
        stage = self.rng.choices(("converted", "lost", "disqualified", "nurture"), (3, 3, 2, 2))[0]
        reason = "no_need" if stage == "disqualified" else ""
        try:
            close_lead(held.lead, stage=stage, by=held.holder, at=at, reason=reason)
        except StageRefused:
            return ""
        return f"closed {held.lead_id}"

    def _depths(self) -> dict[str, int]:
        queues = self.cast.queues
        by_queue = depth_by_queue(queues.values())
        return {slug: by_queue.get(queue.pk, 0) for slug, queue in queues.items()} | {DESK: items_to_decide().count()}

    def _colleagues(self, *, at: datetime) -> list[User]:
        """Available reps, without the one of the visitor."""
        reps = [user.rep for user in self.cast.reps if user.first_name != VISITOR]
        states = availability_of(reps, at=at)
        return [rep.user for rep in reps if states[rep.pk].is_available]
