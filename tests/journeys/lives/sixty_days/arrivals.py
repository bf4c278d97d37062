"""Leads that come in: new ones, those that are known by an identity, and those that only resemble another."""

from dataclasses import dataclass, field
from datetime import datetime

from leads.actions.intake.capture import capture_lead, capture_leads
from leads.models import Capture, Lead
from tests.journeys.lives.sixty_days.company import Company

TYPES = ("hot_inbound", "mql", "mql", "warm", "warm", "cold")
SOURCES = ("form", "form", "form", "list", "list", "referral", "newsletter")
COMING_BACK = ("nurture", "recycled")


@dataclass
class Book:
    """What the world knows of what it sent. `since`: when each lead came, or came back after it had been closed."""

    sent: int = 0
    people: list[dict] = field(default_factory=list)
    since: dict[int, datetime] = field(default_factory=dict)
    recycled: set[int] = field(default_factory=set)  # leads that came back from nurture or the pool, the last time


class World:
    def __init__(self, company: Company) -> None:
        self.company, self.book = company, Book()

    def arrive(self, count: int) -> None:
        """Some alone, several at once together."""
        raws = [self._somebody() for _lead in range(count)]
        if not raws:
            return
        book, dice, at = self.book, self.company.dice, self.company.at
        before = dict(Lead.objects.values_list("pk", "stage"))
        channel = Capture.Channel.API
        if len(raws) > 1 and dice.random() < 0.7:
            captures = capture_leads(raws, channel=channel, at=at)
        else:
            captures = [capture_lead(raw, channel=channel, at=at) for raw in raws]
        book.sent += len(captures)
        for capture in captures:
            capture.refresh_from_db()
            assert capture.lead_id is not None, capture.problems
            stage = before.get(capture.lead_id)
            if stage in (None, "nurture", "recycled", "lost", "disqualified", "rejected", "archived"):
                book.since[capture.lead_id] = at
                (book.recycled.add if stage in COMING_BACK else book.recycled.discard)(capture.lead_id)

    def burst(self) -> None:
        """More of one kind than its queue takes."""
        kind = self.company.dice.choice(TYPES)
        raws = [self._new() | {"lead_type": kind, "source": "list", "score": 50} for _lead in range(12)]
        capture_leads(raws, channel=Capture.Channel.API, at=self.company.at)
        self.book.sent += len(raws)
        emails = [raw["email"] for raw in raws]
        fresh = Lead.objects.filter(email__in=emails).values_list("pk", flat=True)
        self.book.since |= dict.fromkeys(fresh, self.company.at)

    def _somebody(self) -> dict:
        dice, people = self.company.dice, self.book.people
        if people and dice.random() < 0.15:
            known = dice.choice(people)
            return {
                "email": known["email"],
                "message": "Hello again",
                "source": known["source"],
                "score": known["score"],
            }
        if people and dice.random() < 0.1:
            known = dice.choice(people)
            return self._new() | {name: known[name] for name in ("first_name", "last_name", "company_name")}
        return self._new()

    def _new(self) -> dict:
        dice, n = self.company.dice, len(self.book.people)
        person = {
            "email": f"a{n}@firm{n}.co.id",
            "first_name": f"Dewi{n}",
            "last_name": f"Lestari{n}",
            "company_name": f"Firm {n}",
            "lead_type": dice.choice(TYPES),
            "source": dice.choice(SOURCES),
            "score": dice.choice((2, 20, 50, 70, 85, 95)),
        }
        self.book.people.append(person)
        return person
