"""The lists behind the figures of boards: which period an address asks for, and what its rows tell (E10)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.explained import INSTANT, SINCE, UNTIL, read_moment
from config.web.figures import decimals, number
from config.web.ids import read_id
from config.web.people import display_name
from config.web.times import exact
from dashboards.presenters.reports.asked import Asked, Group
from dashboards.presenters.reports.contact import FACTS as CONTACT_FACTS
from dashboards.presenters.reports.contact import behind as contact_rows
from dashboards.presenters.reports.figures import Behind, Fact
from dashboards.queries import boards
from dashboards.queries.reports.scope import of_taken, rep_ids
from queues.queries.figures.asked import Asked as Counted
from routing.presenters.ledger import what_text

DAY = timedelta(days=1)
Rows = Callable[[boards.Stays, datetime, datetime], QuerySet[Any]]
HeldRows = Callable[[tuple[int, ...] | None, datetime, datetime], QuerySet[Any]]

QUEUE = Fact(gettext_lazy("Queue"), lambda stay: stay.queue.name, lambda stay: stay.queue.name)
SOURCE = Fact(gettext_lazy("Source"), lambda row: row.lead.source.name, lambda row: row.lead.source.name)
ENTERED = Fact(gettext_lazy("Entered"), lambda stay: exact(stay.entered_at), lambda stay: stay.entered_at.isoformat())
LEFT = Fact(
    gettext_lazy("Left"),
    lambda stay: exact(stay.left_at) or str(gettext_lazy("not yet")),
    lambda stay: stay.left_at and stay.left_at.isoformat(),
)
HOW = Fact(gettext_lazy("How"), lambda stay: stay.get_left_how_display() or "–", lambda stay: stay.left_how)
REP = Fact(gettext_lazy("Rep"), lambda held: display_name(held.holder), lambda held: display_name(held.holder))
TAKEN = Fact(gettext_lazy("Taken"), lambda held: exact(held.assigned_at), lambda held: held.assigned_at.isoformat())
CONTACT = Fact(
    gettext_lazy("First contact"),
    lambda held: exact(held.first_contact_at) or str(gettext_lazy("not yet")),
    lambda held: held.first_contact_at and held.first_contact_at.isoformat(),
)
IN_TIME = Fact(gettext_lazy("Within the limit"), lambda stay: yes(stay.is_in_time), lambda stay: stay.is_in_time)
CONTACT_IN_TIME = Fact(gettext_lazy("In time"), lambda held: yes(held.is_in_time), lambda held: held.is_in_time)
CONTACTED = Fact(gettext_lazy("Contacted"), lambda held: yes(held.is_contacted), lambda held: held.is_contacted)
WITHIN = Fact(gettext_lazy("Claimed within 24 h"), lambda stay: yes(stay.is_within), lambda stay: stay.is_within)
TURN_FACTS = (
    SOURCE,
    Fact(gettext_lazy("Given"), lambda turn: exact(turn.at), lambda turn: turn.at.isoformat()),
    Fact(gettext_lazy("Points"), lambda turn: _known(turn.score), lambda turn: turn.score, is_number=True),
    Fact(gettext_lazy("Ended"), lambda turn: _ended(turn), lambda turn: turn.assignment and turn.assignment.ended_how),
)
GIVEN_FACTS = (
    Fact(
        gettext_lazy("Source"),
        lambda line: line.its_lead.source.name if line.its_lead else "–",
        lambda line: line.its_lead and line.its_lead.source.name,
    ),
    Fact(gettext_lazy("Given"), lambda line: exact(line.at), lambda line: line.at.isoformat()),
    Fact(gettext_lazy("How"), lambda line: _way(line), lambda line: line.kind),
    Fact(gettext_lazy("Turns"), lambda line: _turns(line.size), lambda line: float(line.size), is_number=True),
)
LEAD_SOURCE = Fact(gettext_lazy("Source"), lambda lead: lead.source.name, lambda lead: lead.source.name)


def period_of(query: Mapping[str, str], *, at: datetime) -> tuple[datetime, datetime]:
    """The first and last instant that an address asks for; the last 24 hours where it says nothing. Raises
    ValueError."""
    until = min(read_moment(query[UNTIL]), at) if query.get(UNTIL) else at
    since = read_moment(query[SINCE]) if query.get(SINCE) else until - DAY + INSTANT
    if since > until:
        raise ValueError(since)
    return since, until


def stays(rows: Rows, *facts: Fact, part: tuple[str, Callable[[int, int], str]] | None = None) -> Callable:
    """Behind a figure of stays; `part`: the field that tells which rows are the numerator, and the words for both
    numbers."""

    def behind(asked: Asked, group: Group) -> Behind:
        since, until = period_of(asked.query, at=asked.at)
        found = rows(boards.stays_asked(asked.user, group.by, group.value), since, until)
        says = between(since, until)
        if part is not None:
            field, words = part
            says = f"{says} {words(found.filter(**{field: True}).count(), found.count())}"
        return Behind(found, lambda stay: stay.lead, (QUEUE, SOURCE, *facts), says)

    return behind


def stays_now(rows: Callable[[boards.Stays, datetime], QuerySet[Any]], *facts: Fact) -> Callable:
    """Behind a figure of this moment."""

    def behind(asked: Asked, group: Group) -> Behind:
        found = rows(boards.stays_asked(asked.user, group.by, group.value), asked.at)
        return Behind(found, lambda stay: stay.lead, (QUEUE, SOURCE, *facts), _("As it is now."))

    return behind


def turns(asked: Asked, group: Group) -> Behind:
    """Behind what a member of a rotation was given: the address names both."""
    since, until = period_of(asked.query, at=asked.at)
    rotation, _dash, rep = group.value.partition("-")
    found = boards.turns(asked.user, read_id(rotation), read_id(rep), since, until)
    return Behind(found, lambda turn: turn.lead, TURN_FACTS, between(since, until))


def given(asked: Asked, group: Group) -> Behind:
    """Behind what a member was given by turns, and by hand: a lead that no longer counts takes its turn away."""
    since, until = period_of(asked.query, at=asked.at)
    rotation, _dash, rep = group.value.partition("-")
    found = boards.given(asked.user, read_id(rotation), read_id(rep), since, until)
    says = f"{between(since, until)} {_sums_up(boards.turns_of(found))}"
    return Behind(found, lambda line: line.its_lead, GIVEN_FACTS, says, boards.find_leads)


def held(rows: HeldRows, *, is_now: bool = False) -> Callable:
    """Behind a figure of what reps have or took."""

    def behind(asked: Asked, group: Group) -> Behind:
        since, until = period_of(asked.query, at=asked.at)
        says = _("As it is now.") if is_now else between(since, until)
        found = rows(_reps(asked, group), since, until)
        return Behind(found, lambda row: row.lead, (REP, SOURCE, TAKEN, CONTACT), says)

    return behind


def of_contacts(
    rows: Callable[[Counted, str, str], QuerySet[Any]], fact: Fact, *, part: tuple[str, Callable[[int, int], str]]
) -> Callable:
    """Behind a share of what reps took in a period of the reports; `part` as for stays()."""

    def behind(asked: Asked, group: Group) -> Behind:
        found = rows(of_taken(asked.user, asked.filters, at=asked.at), group.by, group.value)
        field, words = part
        says = words(found.filter(**{field: True}).count(), found.count())
        return replace(contact_rows(found), facts=(*CONTACT_FACTS, fact), says=says)

    return behind


def contacted(asked: Asked, group: Group) -> Behind:
    since, until = period_of(asked.query, at=asked.at)
    found = boards.contacted(_reps(asked, group), since, until)
    return Behind(found, lambda lead: lead, (LEAD_SOURCE,), between(since, until))


def in_time_words(n: int, of: int) -> str:
    return _("%(n)s of %(of)s within the limit.") % {"n": number(n), "of": number(of)}


def contacts_in_time_words(n: int, of: int) -> str:
    return _("%(n)s of %(of)s in time.") % {"n": number(n), "of": number(of)}


def contacted_words(n: int, of: int) -> str:
    return _("%(n)s of %(of)s contacted.") % {"n": number(n), "of": number(of)}


def within_words(n: int, of: int) -> str:
    return _("%(n)s of %(of)s claimed within 24 hours.") % {"n": number(n), "of": number(of)}


def _reps(asked: Asked, group: Group) -> tuple[int, ...] | None:
    """The users of this person's teams, or one of them. Raises KeyError for another."""
    mine = rep_ids(asked.user, asked.filters)
    if not group.by:
        return mine
    pk = read_id(group.value)
    if group.by != "rep" or pk is None or (mine is not None and pk not in mine):
        raise KeyError(group.value)
    return (pk,)


def between(since: datetime, until: datetime) -> str:
    return _("From %(start)s to %(end)s.") % {"start": exact(since), "end": exact(until)}


def yes(is_so: bool) -> str:
    return _("yes") if is_so else _("no")


def _way(line: Any) -> str:
    return str(what_text(line) if line.kind == line.Kind.COUNTED else _("A turn"))


def _turns(value: Fraction) -> str:
    """Whole numbers as such, parts of a turn with two decimals."""
    return number(int(value)) if value.denominator == 1 else decimals(value, 2)


def _sums_up(turns: Fraction) -> str:
    return _("Their turns add up to %(turns)s.") % {"turns": _turns(turns)}


def _known(value: int | None) -> str:
    return _("n/a") if value is None else number(value)


def _ended(turn: Any) -> str:
    return (turn.assignment and turn.assignment.get_ended_how_display()) or _("not yet")
