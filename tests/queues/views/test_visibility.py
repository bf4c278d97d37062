"""Who sees which queue (B1, C9): lists, counts, take next, the people of a queue and live topics say the same."""

import pytest
from django.test import Client

from queues.models import Queue
from queues.queries.access import live_topics, reps_of
from routing.models import Assignment
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    fill_line,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]

# name: (team, region, dispatch)
QUEUES = {
    "jakarta": ("Jakarta", "", "pull"),
    "surabaya": ("Surabaya", "", "hybrid"),
    "given out": ("Jakarta", "", "push"),
    "west": ("", "West", "pull"),
    "east": ("", "East", "pull"),
    "everyone": ("", "", "pull"),
}
REGIONS = {"Jakarta": "West", "Surabaya": "East", "Medan": ""}
WEST, EAST = {"jakarta", "given out", "west"}, {"surabaya", "east"}

# the teams of a rep: the queues that he or she sees
REPS = [
    (("Jakarta",), WEST | {"everyone"}),
    (("Jakarta", "Surabaya"), WEST | EAST | {"everyone"}),
    (("Medan",), {"everyone"}),
    ((), {"everyone"}),
]


@pytest.fixture
def teams() -> dict:
    return {name: TeamFactory(name=name, region=region) for name, region in REGIONS.items()}


@pytest.fixture
def queues(teams) -> dict[str, Queue]:
    """Two leads wait in each, long enough for a hybrid queue to be open; another one is switched off."""
    rotation = make_rotation()
    made = {
        name: QueueFactory(
            name=name,
            slug=name.replace(" ", "-"),
            team=teams.get(team),
            region=region,
            dispatch=dispatch,
            rotation=None if dispatch == "pull" else rotation,
            opens_after_minutes=0,
            batch_size=1,
            picks_within=1,
        )
        for name, (team, region, dispatch) in QUEUES.items()
    }
    for queue in made.values():
        fill_line(queue, [(MORNING, {})] * 2)
    QueueFactory(name="switched off", team=teams["Jakarta"], is_active=False)
    return made


def named(page: str) -> set[str]:
    return {name for name in QUEUES if f"{name} <b>2</b>" in page}


@pytest.mark.parametrize(("member_of", "sees"), REPS)
def test_a_rep_sees_and_takes_from_the_own_queues_only(client: Client, teams, queues, member_of, sees):
    rep = make_rep(*(teams[name] for name in member_of))
    client.force_login(rep)
    takes = sees - {"given out"}

    assert {name for name, queue in queues.items() if rep.rep in reps_of(queue, at=MORNING)} == sees
    assert live_topics(rep, at=MORNING) - {f"inbox-{rep.pk}", f"holder-{rep.pk}"} == {
        queues[name].topic for name in sees
    }
    assert named(client.get("/desk/waiting/").content.decode()) == takes
    assert named(client.get("/my-queues/").content.decode()) == sees
    answers = {name: client.get(f"/my-queues/?queue={queue.slug}").status_code for name, queue in queues.items()}
    assert answers == {name: 200 if name in sees else 404 for name in queues}
    for address in ("/take-next/", "/take-batch/"):
        answers = {name: client.post(address, {"queue": queue.slug}).status_code for name, queue in queues.items()}
        assert answers == {name: 302 if name in takes else 404 for name in queues}
    assert Assignment.objects.count() == 2 * len(takes)


@pytest.mark.parametrize(("member_of", "sees"), REPS)
def test_a_rep_picks_from_the_own_queues_only(client: Client, teams, queues, member_of, sees):
    client.force_login(make_rep(*(teams[name] for name in member_of)))
    answers = {
        name: client.post(f"/take/{queue.entries.order_by('pk').first().pk}/").status_code
        for name, queue in queues.items()
    }
    assert answers == {name: 302 if name in sees - {"given out"} else 404 for name in queues}


@pytest.mark.parametrize(
    ("manages", "sees"),
    [(("Jakarta",), WEST | {"everyone"}), (("Jakarta", "Surabaya"), WEST | EAST | {"everyone"}), ((), {"everyone"})],
)
def test_a_manager_watches_the_queues_of_the_own_teams(client: Client, teams, queues, manages, sees):
    manager = make_manager(*(teams[name] for name in manages))
    client.force_login(manager)
    overview = client.get("/queues/?format=csv").content.decode()
    assert {name for name in QUEUES if f"{name},2," in overview} == sees
    opened = {name for name, queue in queues.items() if client.get(f"/queues/{queue.slug}/").status_code == 200}
    assert opened == sees
    assert {name for name, queue in queues.items() if queue.topic in live_topics(manager, at=MORNING)} == sees


def test_ops_see_what_flows_through_every_queue(client: Client, queues):
    ops = make_ops()
    client.force_login(ops)
    flow = client.get("/flow/queues.csv").content.decode()
    assert {name for name in QUEUES if f"{name},2,0,2,2" in flow} == set(QUEUES)
    assert {queue.topic for queue in Queue.objects.all()} <= live_topics(ops, at=MORNING)
