"""Write each rep a letter about the shares of the week, once, on Monday morning where the rep is (K7)."""

import logging
from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from routing.actions.notifications import notify
from routing.decisions.weeks import WEEK, week_span, week_text
from routing.models import FairnessLetter, Notification, Rep, Rotation
from routing.queries.letters import Facts, due_letters, has_something, letter_facts, letters_of
from routing.queries.shares import memberships_of, rotation_shares
from routing.queries.survey import open_survey

log = logging.getLogger(__name__)
# what these share is value, or room: it adds up to no number of leads that was due
NOT_IN_LEADS = {Rotation.Strategy.VALUE, Rotation.Strategy.MOST_FREE, Rotation.Strategy.FEWEST_OPEN}
MOST = 500  # letters of one run; the next goes on


def write_letters(*, at: datetime) -> int:
    """How many were sent. A letter that is late is written all the same, until the next one is due; for a week without
    a rotation or a lead there is none, unless it is the first of the month, which asks the two questions (H3)."""
    by_span: dict[tuple[date, ZoneInfo], list[Rep]] = defaultdict(list)
    for rep, week, zone in due_letters(at=at)[:MOST]:
        by_span[week, zone].append(rep)
    return sum(_write_all(reps, week, zone, at=at) for (week, zone), reps in by_span.items())


def _write_all(reps: list[Rep], week: date, zone: ZoneInfo, *, at: datetime) -> int:
    """The members of a rotation share what is read of it."""
    start, end = week_span(week, zone)
    places, sent = memberships_of([rep.pk for rep in reps], start=start), 0
    shares = rotation_shares({each.rotation_id for some in places.values() for each in some}, start=start, end=end)
    for rep in reps:
        try:
            facts = letter_facts(rep, places[rep.pk], shares, start=start, end=end)
            sent += _write(rep, week, facts, at=at)
        except Exception:  # one letter that fails must not keep the others
            log.exception("the letter of rep %s about %s could not be written", rep.pk, week)
    return sent


@transaction.atomic
def _write(rep: Rep, week: date, facts: Facts, *, at: datetime) -> bool:
    """The lock makes two runs at once take turns, so that the letter and its message tell the same."""
    Rep.objects.select_for_update(no_key=True).only("pk").get(pk=rep.pk)
    if FairnessLetter.objects.filter(rep=rep, week=week).exists():
        return False
    asks = _asks_questions(rep, week, at=at)
    is_sent = asks or has_something(facts)
    FairnessLetter.objects.create(rep=rep, week=week, written_at=at, is_sent=is_sent, facts=facts | {"asks": asks})
    if is_sent:
        notify(
            [rep.user_id],
            kind=Notification.Kind.LETTER,
            key=f"letter-{week_text(week)}",
            at=at,
            details={"week": week_text(week), "asks": asks, **_sums(facts)},
        )
    return is_sent


def _asks_questions(rep: Rep, week: date, *, at: datetime) -> bool:
    """The first letter of the month in which it is due; not of somebody who has answered already."""
    first = (week + WEEK).replace(day=1)
    if letters_of(rep).filter(week__gte=first - WEEK, week__lt=week).exists():
        return False
    survey = open_survey(rep.user, at=at)
    return survey is not None and not survey.has_answered


def _sums(facts: Facts) -> Facts:
    """What the one sentence of the message says: leads from rotations that share turns, and all others."""
    shared = [each for each in facts["rotations"] if each["way"] not in NOT_IN_LEADS]
    return {
        "given": round(sum(each["given"] for each in shared), 2),
        "due": round(sum(each["due"] for each in shared), 2),
        "has_due": bool(shared),
        "leads": sum(each["got"] for each in facts["rotations"]) + facts["taken"] + facts["other"],
    }
