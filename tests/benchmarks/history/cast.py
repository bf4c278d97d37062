"""Who and what there is: ten teams of twenty with two queues each, eight sources, rotations, a manager, sales ops."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils.text import slugify

from leads.models import Source
from queues.models import Queue
from routing import roles
from routing.models import Rep, Roster, Rotation, RotationMember, Team
from tests.benchmarks.history.lives import DAYS
from tests.benchmarks.history.patterns import QUEUES, SOURCES
from tests.factories import make_manager, make_ops, make_rep

TEAMS, PEOPLE = 10, 20
FULL = 50


@dataclass(slots=True)
class Line:
    """A rotation as the rows need it: its members in order, and the roster of each day with those who are there."""

    rotation: Rotation
    members: list[RotationMember]
    rosters: list[tuple[int, list[int]]]
    turns: int = 0


@dataclass(slots=True)
class Cast:
    """`people` are (user, rep) of each queue, by its number; `lines` the rotations of queues that push."""

    queues: list[Queue]
    sources: list[Source]
    people: list[list[tuple[int, int]]]
    lines: dict[int, Line]
    rep: User
    manager: User
    ops: User


def make_cast(*, at: datetime, teams: int = TEAMS, people: int = PEOPLE) -> Cast:
    """Every second team has the queues of the one before where there are fewer teams than pairs of queues."""
    roles.sync_roles()
    made = [Team.objects.create(name=f"Team {number}") for number in range(teams)]
    reps = [[make_rep(team) for _number in range(people)] for team in made]
    Rep.objects.update(last_seen_at=at)
    pairs = [[(user.pk, user.rep.pk) for user in users] for users in reps]
    queues, lines = [], {}
    for number, kind in enumerate(QUEUES):
        place = number // 2 % teams
        fields = {"name": f"Queue {number}", "slug": f"queue-{number}", "team": made[place], "position": number}
        fields |= {"when_full": Queue.WhenFull.OFF}
        if kind.is_push:
            lines[number] = _line(f"Rotation {number}", [user.rep for user in reps[place]], at=at)
            fields |= {"dispatch": Queue.Dispatch.PUSH, "rotation": lines[number].rotation}
        queues.append(Queue.objects.create(**fields))
    return Cast(
        queues=queues,
        sources=[Source.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0] for name in SOURCES],
        people=[pairs[number // 2 % teams] for number in range(len(QUEUES))],
        lines=lines,
        rep=reps[0][0],
        manager=make_manager(made[0]),
        ops=make_ops(),
    )


def _line(name: str, reps: list[Rep], *, at: datetime) -> Line:
    rotation = Rotation.objects.create(name=name, order="hand")
    members = [RotationMember.objects.create(rotation=rotation, rep=rep, position=n) for n, rep in enumerate(reps)]
    rosters, present = [], []
    for day in range(DAYS + 1):
        away = {day % len(members), day * 7 % len(members)} if len(members) > 2 else set()
        present.append([number for number in range(len(members)) if number not in away])
        rows = [[m.pk, m.rep_id, m.position, 100, "on_leave" if n in away else ""] for n, m in enumerate(members)]
        moment = at - timedelta(days=DAYS - day)
        rosters.append(Roster(rotation=rotation, version=1, at=moment, digest=f"{name} {day}", members=rows))
    made = Roster.objects.bulk_create(rosters)
    return Line(rotation, members, [(roster.pk, who) for roster, who in zip(made, present, strict=True)])
