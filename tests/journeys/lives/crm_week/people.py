"""Whom leads are about, and what the people of the company do in the CRM itself (I4)."""

from random import Random

from tests.crm.wire import Call
from tests.journeys.lives.crm_week.sides import OPPORTUNITIES, Side

CITIES = ("Bandung", "Surabaya", "Medan")


class Book:
    """Everybody who ever comes, some of them twice."""

    def __init__(self) -> None:
        self.people: list[dict[str, str]] = []

    def somebody(self, dice: Random) -> dict[str, str]:
        """One in seven was here before, with other words about the same address."""
        if self.people and dice.random() < 0.15:
            known = dice.choice(self.people)
            return {**known, "title": dice.choice(("Owner", "Buyer", "CEO"))}
        number = len(self.people)
        person = {
            "first_name": f"Dewi{number}",
            "last_name": f"O’Lestari {number}",
            "email": f"dewi{number}@firm{number}.co.id",
            "phone": f"0812{1_000_000 + number}",
            "company_name": f"Firm {number} 🚀",
            "city": dice.choice(CITIES),
        }
        self.people.append(person)
        return person


class There:
    """`reps`: ids of those who work on both sides. `stranger` is unknown here; the group of the side is no person."""

    def __init__(self, side: Side, dice: Random, book: Book, emails: list[str]) -> None:
        self.side, self.dice, self.book = side, dice, book
        self.reps = [side.hire(email, f"There {email}") for email in emails]
        self.stranger = side.hire("stranger@elsewhere.example", "Stranger")
        self.races = 0
        side.double.before = self._interfere

    def chance(self, percent: float) -> bool:
        return self.dice.random() * 100 < percent

    def leads_come(self, count: int) -> None:
        side = self.side
        for _lead in range(count):
            owner = self.dice.choice(("", "", "", side.GROUP, self.stranger, *self.reps[:3]))
            status = side.STATUSES["waiting"]
            values = side.values(self.book.somebody(self.dice)) | side.owned(owner) | side.in_status(status)
            side.double.add(by=self.dice.choice(self.reps), **values)

    def work(self) -> None:
        """People change owners, statuses and fields, and now and then delete, merge or convert."""
        rows = [row for row in self.side.rows() if not self._is_closed(row)]
        if len(rows) < 8:
            return
        row, by, way = self.dice.choice(rows), self.dice.choice(self.reps), self.dice.random() * 100
        double = self.side.double
        if way < 30:
            double.edit(row.id, by=by, **self.side.owned(self.dice.choice((*self.reps, *self.reps, self._other()))))
        elif way < 50:
            status = self.dice.choice((self.side.IDLE, self.side.STATUSES["contacted"]))
            double.edit(row.id, by=by, **self.side.in_status(status))
        elif way < 54:
            double.edit(row.id, by=by, **self.side.in_status(self.dice.choice(list(self.side.CLOSING))))
        elif way < 84:
            field = self.side.FIELDS["title"]
            double.edit(row.id, by=by, **{field: self.dice.choice(("Owner", "Buyer", "CEO", "Manager"))})
        elif way < 88:
            double.delete(row.id, by=by)
        elif way < 93:
            other = self.dice.choice([each for each in rows if each.id != row.id])
            double.merge(row.id, into=other.id, by=by)
        elif way < 97 and self.side.CONVERTS:
            double.convert(row.id, into=OPPORTUNITIES[self.side.KIND], by=by)

    def _other(self) -> str:
        return self.dice.choice((self.stranger, self.side.GROUP))

    def _is_closed(self, row) -> bool:
        return self.side.status_of(row) in self.side.CLOSING

    def _interfere(self, call: Call) -> None:
        """Somebody over there changes the record in the moment between Alur's read and its write."""
        if call.method != "PATCH" and not call.path.endswith("/composite"):
            return
        if not self.chance(3):
            return
        text = call.target + call.body.decode(errors="replace")
        double = self.side.double
        with double.lock:
            found = next((row for row in self.side.rows() if row.id in text), None)
            if found is not None and not self._is_closed(found):
                double.edit(found.id, by=self.reps[0], **self.side.owned(self.dice.choice(self.reps)))
                self.races += 1
