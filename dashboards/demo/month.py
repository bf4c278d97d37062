"""The simulation of the month: arriving leads, the acts of people, and the sweeps of the worker, on one clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from dashboards.demo.absences import Absences
from dashboards.demo.agenda import Agenda
from dashboards.demo.arrivals import BY_TOOL, DESK, STREAMS, Post, arrivals_of_hour, handed_over
from dashboards.demo.cast import Cast
from dashboards.demo.changes import plan_changes
from dashboards.demo.companies import Crowd
from dashboards.demo.crew import Crew
from dashboards.demo.hours import JAKARTA, Hours, drawn, is_working_day
from dashboards.demo.office import Office
from dashboards.demo.rules import ENTERPRISE, HOT, MQL, RECYCLED, SMB
from dashboards.demo.story import Story
from dashboards.demo.taking import LAST_MQL, Taking
from dashboards.demo.website import Website
from leads.actions.intake.capture import capture_leads
from queues.actions.clocks.ages import lift_aged
from queues.actions.clocks.cleanup import clear_stale
from queues.actions.clocks.contact import escalate_overdue
from queues.actions.clocks.waits import expire_waits
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.figures.forecasting import forecast_breaches
from queues.actions.figures.sweep import count_figures
from queues.decisions.figures.calendar import hour_start
from queues.queries.counts import depth_by_queue
from routing.actions.availability.time_off import end_due_pauses

SEED = 20261116
TROUBLE = timedelta(hours=44)  # since when SMB fills up
TROUBLE_DEPTH = 118
MQL_DEPTH = 14  # beside the guests
MONDAY = 0
NIGHT_SWEEPS = (18, 20, 23, 4, 7)  # o'clock; by day the sweeps come every hour
QUIET = {HOT: 92, ENTERPRISE: 60, MQL: 130, RECYCLED: 12, DESK: 28}  # minutes before the end without chance arrivals
TICK, NIGHT_TICK, SHOW_TICK, LAST_TICK = (timedelta(minutes=count) for count in (20, 60, 10, 3))


@dataclass(frozen=True, slots=True)
class Day:
    """The result of one simulated day."""

    on: datetime
    arrived: int
    waiting: dict[str, int]


class Month:
    """Everything that happens from `start` to `until`; the same seed and times give the same month."""

    def __init__(self, cast: Cast, *, start: datetime, until: datetime, seed: int = SEED) -> None:
        self.cast, self.start, self.until = cast, start, until
        self.rng = Random(seed)
        self.hours, self.agenda = Hours(until), Agenda()
        self.absences = Absences(cast, self.hours)
        self.post = Post(Crowd(self.rng), self.rng)
        self.crew = Crew(cast, self.hours, self.absences, self.agenda, self.rng)
        self.taking = Taking(self.crew, self.absences)
        self.office = Office(cast, self.hours, self.absences, self.agenda, self.rng)
        self.website = Website(seed)
        self.story = Story(self.hours, self.crew, self.taking, self.office, self.post, self.website)
        self.bundles: dict[datetime, list[dict[str, str]]] = {}
        self.arrived = 0
        self.depth: dict[str, int] = {}
        self.trouble_from: int | None = None

    def play(self, tell: Callable[[Day], None]) -> None:
        """Day by day, each in one transaction; `tell` is called after each day."""
        self.absences.announce(self.agenda, start=self.start)
        self.story.plan(start=self.start)
        plan_changes(self.cast, self.hours, self.agenda, start=self.start)
        self._write_last_mqls()
        now = self.start
        with self.crew.listening():
            while now < self.until:
                midnight = now.astimezone(JAKARTA).replace(hour=0, minute=0, second=0, microsecond=0)
                tomorrow = min(midnight + timedelta(days=1), self.until)
                self.arrived = 0
                with transaction.atomic():
                    self._begin_day(now)
                    while now < tomorrow:
                        now = self._tick(now, min(now + self._length(now), tomorrow))
                tell(Day(midnight, self.arrived, dict(self.depth)))

    def _begin_day(self, at: datetime) -> None:
        local = at.astimezone(JAKARTA)
        if is_working_day(local.date()):
            self.office.begin_day(local.date())
            self.agenda.add(local.replace(hour=9, minute=5), self.office.read_inbox)
        self.agenda.add(local.replace(hour=3, minute=40), self.website.robot_writes)
        for hour in range(24):
            self.agenda.add(local.replace(hour=hour), self._write_hour)

    def _write_hour(self, *, at: datetime) -> None:
        """The leads of this hour, each delivered at its time."""
        for moment, stream in arrivals_of_hour(self.hours, at, self.rng):
            if moment >= at and not (stream == SMB and self._in_trouble(moment)):
                self._post(moment, self.post.letter(stream), quiet=QUIET.get(stream, 0))
        letter = self.post.again() if self.rng.random() < 0.25 else None
        if letter is not None:
            moment = at + timedelta(minutes=self.rng.uniform(0, 60))
            self._post(moment, letter | {"source": "inbound-form"}, quiet=120)

    def _post(self, at: datetime, letter: dict[str, str], *, quiet: float) -> None:
        """`quiet`: for how many minutes before the end no such lead may arrive by chance."""
        then = handed_over(at, letter)
        if then > self.until - timedelta(minutes=quiet):
            return
        if letter["source"] not in BY_TOOL:
            self.agenda.add(then, self._deliver, [letter], "form")
        elif then in self.bundles:
            self.bundles[then].append(letter)
        else:
            self.bundles[then] = [letter]
            self.agenda.add(then, self._deliver, self.bundles[then], "api")

    def _deliver(self, letters: list[dict[str, str]], channel: str, *, at: datetime) -> None:
        self.arrived += len(letters)
        if len(letters) == 1:
            self.website.bring(letters[0], channel=channel, at=at)
        else:
            capture_leads(letters, channel=channel, at=at)

    def _write_last_mqls(self) -> None:
        for number in range(MQL_DEPTH):
            at = self.until - LAST_MQL * ((number + self.rng.uniform(0.05, 0.95)) / MQL_DEPTH)
            self.agenda.add(at, self._write_and_deliver, MQL)

    def _write_and_deliver(self, stream: str, *, at: datetime) -> None:
        self._deliver([self.post.letter(stream)], "api", at=at)

    def _length(self, at: datetime) -> timedelta:
        if at >= self.until - timedelta(hours=1):
            return LAST_TICK
        if at >= self.hours.show_from:
            return SHOW_TICK
        return TICK if self.hours.is_open(at) or self.hours.is_late(at) else NIGHT_TICK

    def _tick(self, since: datetime, at: datetime) -> datetime:
        """People take leads, everything due until `at` happens, then the sweeps run."""
        if self.hours.is_open(since) or self.hours.is_late(since):
            self.taking.consider(since, at - since)
        if self._in_trouble(since):
            self._flood(since, at)
        self.agenda.run_until(at)
        self._sweep(since, at)
        if self._in_trouble(at) or since.hour != at.hour:
            self._count()
        return at

    def _count(self) -> None:
        by_queue = depth_by_queue(self.cast.queues.values())
        self.depth = {slug: by_queue.get(queue.pk, 0) for slug, queue in self.cast.queues.items()}

    def _sweep(self, since: datetime, at: datetime) -> None:
        """What the worker does every minute or hour."""
        is_new_hour, in_show = since.hour != at.hour, at >= self.hours.show_from
        is_open, hour = self.hours.is_open(at), at.astimezone(JAKARTA).hour
        if in_show or (is_new_hour and (is_open or hour in NIGHT_SWEEPS)):
            escalate_overdue(at=at)
            expire_waits(at=at)
            if is_open and not in_show:
                self.office.decide(at)
                self.office.review(at)
        if self.office.pauses_end(at):
            end_due_pauses(at=at)
        if self.office.night_ends(at):
            serve_waiting(at=at)
        if is_open and (self.crew.somebody_is_free or is_new_hour):
            if self.depth.get(SMB) or self.depth.get(ENTERPRISE):
                serve_waiting(at=at)
            self.crew.somebody_is_free = False
        if is_new_hour and hour == 0:
            lift_aged(at=at)
        if is_new_hour and hour == 0 and at.astimezone(JAKARTA).weekday() == MONDAY:
            count_figures(at=at, patience=0)  # a week at once; the rest is counted at the end
        if is_new_hour and is_open:
            forecast_breaches(at=hour_start(at))
        if is_new_hour and hour == 1:
            clear_stale(at=at)

    def _in_trouble(self, at: datetime) -> bool:
        return at >= self.until - TROUBLE

    def _flood(self, since: datetime, at: datetime) -> None:
        """So many SMB leads that the queue grows to its final depth, however many are taken."""
        depth = self.depth.get(SMB, 0)
        if self.trouble_from is None:
            self.trouble_from = min(depth, 40)
        passed = 1 - (self.until - at) / TROUBLE
        wanted = self.trouble_from + (TROUBLE_DEPTH - self.trouble_from) * passed
        share = self.hours.intensity(since) * ((at - since) / timedelta(hours=1))
        usual = drawn(STREAMS[SMB].a_day * share, self.rng)
        lacking, letters = round(wanted - depth), []
        for _number in range(min(usual, 2) if lacking <= 0 else max(min(lacking, 7), usual)):
            letters.append(self.post.letter(SMB) | {"source": "campaign", "campaign": "Gudang tanpa selisih"})
        if letters:
            self.agenda.add(since + (at - since) * self.rng.uniform(0.02, 0.98), self._deliver, letters, "api")
