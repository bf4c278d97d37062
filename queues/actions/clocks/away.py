"""Ask the managers about leads of people who go away, and do what they answer (D2). The clocks run on."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from config.live import announce
from leads.models import Lead
from queues.actions.clocks.giving_on import hand_on, last_queue
from queues.actions.dispatch.rotation_locks import lock_rotations
from queues.models import AwayQuestion
from queues.queries.away import Absent, absent_reps
from routing.actions.notifications import notify
from routing.models import Assignment, Notification, Rep
from routing.queries.audience import ops_ids
from routing.queries.people import manager_ids_of_holder

Why = AwayQuestion.Why
MAX_LEADS = 200  # at once, because their rotations are locked for that time


class QuestionIsAnswered(Exception):
    """Somebody answered it already, or nothing is left to decide; it says who and when."""

    def __init__(self, question: AwayQuestion) -> None:
        self.question = question
        super().__init__("answered")


@dataclass(frozen=True)
class HandedOn:
    """The new assignments, how many leads stay because nobody else can have them, and how many are for another time."""

    given: list[Assignment] = field(default_factory=list)
    stayed: int = 0
    left: int = 0


def ask_about(rep: Rep, *, at: datetime) -> int:
    """Ask the managers at once, if this rep is away now and holds leads without first contact."""
    return _ask_all(absent_reps(at=at, only=[rep.pk]), at=at)


def ask_about_absent(*, at: datetime) -> int:
    """The sweep: ask about leave that has begun, and end questions that time or somebody else answered. Returns how
    many were asked."""
    absent = absent_reps(at=at)
    end_questions(absent, at=at)
    return _ask_all(absent, at=at)


@transaction.atomic
def end_questions(absent: Collection[Absent], *, at: datetime, rep: Rep | None = None) -> int:
    """Questions about reps who are back, or have contacted all, are over; of one rep, or of all."""
    questions = AwayQuestion.objects.all() if rep is None else AwayQuestion.objects.filter(rep=rep)
    still: dict[str, list[int]] = {}
    for each in absent:
        still.setdefault(each.why, []).append(each.rep.pk)
    away = Q(pk__in=[])
    for why, reps in still.items():
        away |= Q(why=why, rep__in=reps)
    over = questions.exclude(away)
    is_back = Q(why=Why.DEACTIVATED, rep__user__is_active=True) | Q(why=Why.SWITCHED_OFF, rep__is_available=True)
    back = over.filter(is_back, until_at__isnull=True)
    ended = over.filter(answered_at__isnull=True).update(answered_at=at, answer=AwayQuestion.Answer.OVER)
    back.update(until_at=at)
    if ended:
        announce("escalations")
    return ended


def _ask_all(absent: Collection[Absent], *, at: datetime) -> int:
    return sum(_ask(each, at=at) for each in absent)


@transaction.atomic
def _ask(absent: Absent, *, at: datetime) -> int:
    """Once for each absence, however many leads or sweeps come."""
    rep, since_at = absent.rep, absent.since_at or at
    known = AwayQuestion.objects.filter(rep=rep, why=absent.why)
    if known.filter(Q(until_at__isnull=True) | Q(until_at__gte=since_at)).exists():
        return 0
    if absent.why == Why.DEACTIVATED:  # which makes another open question about this rep pointless
        AwayQuestion.objects.filter(rep=rep, answered_at__isnull=True).update(
            answered_at=at, answer=AwayQuestion.Answer.OVER
        )
    row = AwayQuestion(
        rep=rep, why=absent.why, since_at=since_at, until_at=absent.until_at, leads=absent.leads, asked_at=at
    )
    AwayQuestion.objects.bulk_create([row], ignore_conflicts=True)  # another sweep may ask at the same moment
    asked = AwayQuestion.objects.filter(rep=rep, why=absent.why, since_at=since_at, answered_at__isnull=True).first()
    if asked is None:
        return 0
    notify(
        manager_ids_of_holder(rep.user_id) or ops_ids(),
        kind=Notification.Kind.AWAY_QUESTION,
        key=f"away-{asked.pk}",
        at=at,
        details={
            "rep": rep.pk,
            "name": str(rep),
            "why": absent.why,
            "until": absent.until_at.isoformat() if absent.until_at else "",
            "number": absent.leads,
        },
    )
    announce("escalations")
    return 1


@transaction.atomic
def answer_keep(question: AwayQuestion, *, by: User, at: datetime) -> AwayQuestion:
    """The leads stay where they are; the clocks run on, and their steps still come."""
    return _answer(_lock_open(question), AwayQuestion.Answer.KEEP, by=by, at=at)


@transaction.atomic
def answer_hand_on(question: AwayQuestion, *, by: User, at: datetime) -> HandedOn:
    """Each lead without first contact goes to a colleague as its queue gives leads out; one that nobody else can have
    stays. Leads are locked first, then the rotations."""
    locked = _lock_open(question)
    silent = Assignment.objects.uncontacted().filter(holder=locked.rep.user_id).order_by("assigned_at", "pk")
    leads = list(silent.values_list("lead", flat=True)[:MAX_LEADS])
    list(Lead.objects.select_for_update(no_key=True).filter(pk__in=leads).order_by("pk").only("pk"))
    held = list(silent.filter(lead__in=leads).select_related("lead"))
    queues = {each.pk: last_queue(each) for each in held}
    lock_rotations(sorted({queue.pk for queue in queues.values() if queue is not None}))
    given = [new for each in held if (new := hand_on(each, queues[each.pk], by=by, at=at)) is not None]
    _answer(locked, AwayQuestion.Answer.HAND_ON, by=by, at=at)
    return HandedOn(given, len(held) - len(given), silent.exclude(lead__in=leads).count())


def _answer(question: AwayQuestion, answer: AwayQuestion.Answer, *, by: User, at: datetime) -> AwayQuestion:
    question.answer, question.answered_at, question.answered_by = answer, at, by
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    announce("escalations")
    return question


def _lock_open(question: AwayQuestion) -> AwayQuestion:
    rows = AwayQuestion.objects.select_for_update(of=("self",)).select_related("rep__user", "answered_by")
    locked = rows.get(pk=question.pk)
    if locked.answered_at is not None:
        raise QuestionIsAnswered(locked)
    return locked
