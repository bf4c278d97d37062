"""Reads when everybody of a rotation will be absent within the next week, and who is told (F6, F11c)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from routing.decisions.availability.everybody_absent import (
    MATERIAL,
    AllAbsent,
    MemberTimes,
    Stretch,
    all_absent,
    leads_then,
)
from routing.decisions.availability.hours import WorkingHours, working_stretches
from routing.models import Rep, Rotation, RotationMember, TimeOff
from routing.queries.audience import ops_ids
from routing.queries.rotation.state import working_hours_of_members

PUSHES = ("push", "hybrid")  # queues.Queue.Dispatch
AHEAD = timedelta(days=7)  # spans that begin later are not worth a warning yet
SEEN = timedelta(days=35)  # how far absences are read, so that the end of a span does not move each hour


def used_rotations(queue_ids: Collection[int] | None = None) -> QuerySet[Rotation]:
    """Active rotations that a queue or a segment gives leads to; with ids, one of these queues."""
    queues = Q(queues__is_active=True, queues__dispatch__in=PUSHES)
    segments = Q(segments__is_active=True, segments__queue__is_active=True, segments__queue__dispatch__in=PUSHES)
    if queue_ids is not None:
        queues &= Q(queues__in=queue_ids)
        segments &= Q(segments__queue__in=queue_ids)
    used = Rotation.objects.filter(queues).values("pk"), Rotation.objects.filter(segments).values("pk")
    rows = Rotation.objects.filter(Q(pk__in=used[0]) | Q(pk__in=used[1]), is_active=True)
    return rows.select_related("fallback__user").order_by("name", "pk")


def coming_absences(rotation: Rotation, *, at: datetime) -> list[AllAbsent]:
    """Where leads are assigned anyway there is nothing to warn of. Who is switched off without an end, paused in the
    rotation or deactivated is not expected, and so not missed. At most eight queries."""
    if rotation.when_nobody == Rotation.WhenNobody.ANYWAY:
        return []
    until = at + SEEN
    spans = all_absent(_members(rotation, at=at, until=until))
    soon = [each for each in spans if each.starts_at < at + AHEAD and each.ends_at - each.starts_at >= MATERIAL]
    if not soon:
        return []
    fallback = _fallback_absences(rotation, at=at, until=until)
    return [replace(each, then=leads_then(each.starts_at, each.ends_at, fallback)) for each in soon]


def people_to_warn(rotation: Rotation) -> set[int]:
    """Sales ops, and the managers of the teams whose leads it gives and of the members' teams."""
    members = Q(managed_teams__reps__memberships__rotation=rotation, managed_teams__reps__memberships__left_at=None)
    queues = Q(managed_teams__queues__rotation=rotation) | Q(managed_teams__queues__segments__rotation=rotation)
    managers = get_user_model().objects.filter(members | queues, is_active=True)
    return {*ops_ids(), *managers.order_by("pk").values_list("pk", flat=True).distinct()}


def _members(rotation: Rotation, *, at: datetime, until: datetime) -> list[MemberTimes]:
    """Those who are expected to take turns. The usual case takes a short cut: of everybody with the same hours somebody
    is never absent, so nobody's absences need to be read."""
    rows = RotationMember.objects.filter(
        rotation=rotation, is_paused=False, weight__gt=0, rep__user__is_active=True
    ).select_related("rep")
    expected = [row.rep for row in rows if not (rotation.skips_switched_off and _is_off(row.rep))]
    weeks = working_hours_of_members(rotation, at=at) if rotation.skips_outside_hours else {}
    pauses = {rep.pk: _pause(rep, at=at) for rep in expected if rotation.skips_switched_off and not rep.is_available}
    counted = _counted(rotation, [rep.pk for rep in expected], at=at, until=until)
    absent = {*pauses, *counted.values_list("rep", flat=True).order_by("rep").distinct()}
    if {weeks.get(rep.pk) for rep in expected} == {weeks.get(rep.pk) for rep in expected if rep.pk not in absent}:
        return []
    absences: dict[int, list[Stretch]] = {pk: [pause] for pk, pause in pauses.items()}
    for pk, starts_at, ends_at in counted.order_by("starts_at", "pk").values_list("rep", "starts_at", "ends_at"):
        absences.setdefault(pk, []).append((starts_at, ends_at))
    works: dict[WorkingHours | None, list[Stretch]] = {None: [(at, until)]}
    for week in set(weeks.values()):
        works[week] = working_stretches(at, until, week)
    return [MemberTimes(works[weeks.get(rep.pk)], absences.get(rep.pk, ())) for rep in expected]


def _counted(rotation: Rotation, reps: Sequence[int], *, at: datetime, until: datetime) -> QuerySet[TimeOff]:
    """Only of kinds for which the rotation passes people over."""
    rows = TimeOff.objects.filter(rep__in=reps, ends_at__gt=at, starts_at__lt=until)
    if not rotation.skips_on_leave:
        rows = rows.filter(kind=TimeOff.Kind.MEETING)
    return rows if rotation.skips_all_day_meeting else rows.exclude(kind=TimeOff.Kind.MEETING)


def _is_off(rep: Rep) -> bool:
    """Without an end."""
    return not rep.is_available and rep.away_until is None


def _pause(rep: Rep, *, at: datetime) -> Stretch:
    return at, rep.away_until or at


def _fallback_absences(rotation: Rotation, *, at: datetime, until: datetime) -> list[Stretch] | None:
    """None without a fallback person; somebody who gets no leads at all is absent all the time."""
    if rotation.when_nobody != Rotation.WhenNobody.FALLBACK or rotation.fallback is None:
        return None
    person: Rep = rotation.fallback
    if _is_off(person) or not person.user.is_active:
        return [(at, until)]
    rows = TimeOff.objects.filter(rep=person, ends_at__gt=at, starts_at__lt=until).order_by("starts_at", "pk")
    absences = [(row.starts_at, row.ends_at) for row in rows]
    return absences if person.is_available else [*absences, _pause(person, at=at)]
