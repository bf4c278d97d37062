"""The story of the last hours of the demo: Rina's leads, Ayu's escalations, Bima's review desk."""

from datetime import datetime, timedelta

from dashboards.demo.arrivals import Post
from dashboards.demo.crew import Crew
from dashboards.demo.guests import BAYU, GUESTS, HORIZON, KEVIN, Guest
from dashboards.demo.hours import Hours, morning_after
from dashboards.demo.office import WHY_LATER, Office
from dashboards.demo.rules import ENTERPRISE, HOT, MQL
from dashboards.demo.taking import Taking
from dashboards.demo.website import Website
from queues.actions.claims.take import AlreadyTaken, NotPickable
from queues.models import Entry, Escalation
from routing.actions.assignment import NotTheHolder, return_lead
from routing.actions.contact import log_contact, snooze
from routing.models import Assignment
from routing.queries.assignments import open_assignment
from routing.queries.rotation.openings import rep_places_in_line

LONG_AGO = timedelta(days=12)
HORIZON_TRIES = (215, 206, 196, 187, 176, 166, 155, 145)
GRAHA_RETURNS = ((90, "wrong_segment"), (71, "no_capacity"), (44, "no_skill"))
CLEARS_DESK = ((262, 3), (249, 4), (238, 5), (223, 8), (207, 3), (190, 3), (160, 3), (135, 4), (95, 9), (35, 9), (8, 9))
DECIDES = ((150, 6), (100, 6), (76, 8), (56, 12), (30, 12), (13, 20))
NO_PATIENCE = timedelta(minutes=1)


class Story:
    """Puts every scene on the agenda, in minutes before the end."""

    def __init__(self, hours: Hours, crew: Crew, taking: Taking, office: Office, post: Post, website: Website) -> None:
        self.hours, self.crew, self.taking, self.office, self.post = hours, crew, taking, office, post
        self.website = website
        self.agenda, self.cast, self.rng = crew.agenda, crew.cast, crew.rng
        self.lead_ids: dict[str, int] = {}

    def plan(self, *, start: datetime) -> None:
        self._at(300, self.office.open_doors)
        for guest in GUESTS:
            self._at(guest.minutes, self.arrive, guest)
        self._plan_bayu(start)
        self._plan_rina()
        self._at(277, self.take, "Delta Medika Group", "Budi", MQL)
        for minutes, reason in GRAHA_RETURNS:
            self._at(minutes, self.give_back, "Graha Sehat Clinics", reason)
        for minutes, most in DECIDES:
            self._at(minutes, self.decide, most)
        self._at(70, self.put_off, "Berkah Tekstil")
        for minutes in (230, 180, 130, 85, 50, 26, 10):
            self._at(minutes, self.review)
        self._at(58, self.office.read_inbox)
        self._at(47, self.website.somebody_is_hasty)

    def arrive(self, guest: Guest, *, at: datetime) -> None:
        row = self.website.bring(guest.letter, channel=guest.channel, at=at)
        if guest.has_scenes and row.lead_id is not None:
            self.lead_ids[guest.company] = row.lead_id
            self.crew.leave_alone(row.lead_id)
            self.taking.reserved.add(row.lead_id)
            self.office.kept_leads.add(row.lead_id)

    def take(self, company: str, name: str, slug: str, *, at: datetime) -> None:
        """This rep gets this lead by Take next; colleagues take the leads before it."""
        lead_id = self._released(company)
        self.taking.take_this(lead_id, self.cast.people[name], slug, at=at)

    def pick(self, company: str, *, at: datetime) -> None:
        """Rina picks this lead, or another one if the rotation was faster."""
        rina, lead_id = self.cast.people["Rina"], self._released(company)
        try:
            self.taking.pick_this(lead_id, rina, at=at)
        except (NotPickable, AlreadyTaken, Entry.DoesNotExist):
            self.lead_ids[company] = self.taking.choose(rina, at=at)
            self.crew.leave_alone(self.lead_ids[company])

    def call(
        self, company: str, outcome: str, note: str, follow_up_at: datetime | None = None, *, at: datetime
    ) -> None:
        held = self._held(company)
        log_contact(held, kind="call", outcome=outcome, note=note, by=held.holder, at=at, follow_up_at=follow_up_at)

    def sleep(self, company: str, until: datetime, *, at: datetime) -> None:
        held = self._held(company)
        snooze(held, until=until, by=held.holder, at=at)

    def give_back(self, company: str, reason: str, *, at: datetime) -> None:
        held = self._held(company)
        return_lead(held, reason=reason, note="", by=held.holder, at=at)

    def decide(self, most: int, *, at: datetime) -> None:
        self.office.decide(at, patience=NO_PATIENCE, most=most)

    def put_off(self, company: str, *, at: datetime) -> None:
        """One escalation is snoozed until later today, with a reason."""
        escalation = Escalation.objects.get(lead=self.lead_ids[company], closed_at__isnull=True)
        self.office.snooze(escalation, WHY_LATER[0], at=at)

    def review(self, *, at: datetime) -> None:
        self.office.review(at, patience=NO_PATIENCE)

    def horizon_comes(self, *, at: datetime) -> None:
        """Leads arrive until the next turn of Enterprise is Rina's; if she cannot get one now, try again later."""
        if HORIZON.company in self.lead_ids:
            return
        line = rep_places_in_line(self.cast.people["Rina"].rep, at=at)
        place = next((each["place"] for each in line if each["rotation"].name == "Enterprise"), None)
        if place is None:
            return
        for _turn in range(place - 1):
            letter = self.post.letter(ENTERPRISE)
            self.website.bring(letter, channel="form", at=at - timedelta(seconds=90))
        self.arrive(HORIZON, at=at)
        tomorrow = morning_after(self.hours.until, 1)
        self.agenda.add(
            at + timedelta(minutes=11), self.call, HORIZON.company, "reached", "Meeting with the fleet", tomorrow
        )

    def _plan_bayu(self, start: datetime) -> None:
        """David has held one of the possible duplicates for a long time."""
        until = self.hours.until
        came_at = start + timedelta(hours=9)
        if until - start > LONG_AGO + timedelta(days=3):
            came_at = self.hours.later(until - LONG_AGO, 0, self.rng)
        taken_at = came_at + timedelta(minutes=14)
        called_again_at = self.hours.later(came_at + (until - came_at) * 0.6, 5, self.rng)
        self.agenda.add(came_at, self.arrive, KEVIN)
        self.agenda.add(came_at, self.arrive, BAYU)
        self.agenda.add(taken_at, self.take, BAYU.company, "David", MQL)
        self.agenda.add(taken_at + timedelta(minutes=9), self.call, BAYU.company, "reached", "Sends floor plans")
        self.agenda.add(called_again_at, self.call, BAYU.company, "call_back", "", until + timedelta(hours=26))

    def _plan_rina(self) -> None:
        until = self.hours.until
        self._at(234, self.take, "Sumber Pangan Abadi", "Rina", MQL)
        self._at(221, self.call, "Sumber Pangan Abadi", "reached", "Send the offer", until + timedelta(minutes=258))
        self._at(215, self.take, "Cakrawala Textiles", "Rina", MQL)
        self._at(202, self.call, "Cakrawala Textiles", "call_back", "", until + timedelta(minutes=168))
        for minutes in HORIZON_TRIES:
            self._at(minutes, self.horizon_comes)
        self._at(186, self.pick, "Lumbung Tani")
        self._at(175, self.call, "Lumbung Tani", "left_message", "In the field until Wednesday")
        self._at(60, self.sleep, "Lumbung Tani", morning_after(until, 2))
        self._at(132, self.take, "Acme Widgets", "Rina", MQL)
        self._at(74, self.take, "Nusantara Foods", "Rina", HOT)
        self._at(29, self.take, "Bintang Retail Group", "Rina", MQL)
        for minutes, most in CLEARS_DESK:
            self._at(minutes, self.crew.clear_desk, self.cast.people["Rina"], most)

    def _at(self, minutes: float, act, *given: object) -> None:
        self.agenda.add(self.hours.until - timedelta(minutes=minutes), act, *given)

    def _held(self, company: str) -> Assignment:
        held = open_assignment(self.lead_ids[company])
        if held is None:
            raise NotTheHolder
        return held

    def _released(self, company: str) -> int:
        lead_id = self.lead_ids[company]
        self.taking.reserved.discard(lead_id)
        return lead_id
