"""The page of one lead: for its holder, the managers who answer for it, and ops; for nobody else (C9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.actions.stages import close_lead
from leads.models import Lead
from leads.queries.leads import visible_to
from queues.actions.claims.take import take_next
from queues.decisions.placement import TrailLine
from queues.models import Entry
from routing.actions.assignment import return_lead
from tests.clients import NOT_FOUND, refusal
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_lead, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING + timedelta(hours=1), tick=False)


def held_lead(team, *, by) -> Lead:
    queue = QueueFactory(team=team)
    make_entry(queue)
    return take_next(queue, by=by, at=MORNING).lead


def status(client: Client, user, lead: Lead) -> int:
    client.force_login(user)
    return client.get(f"/leads/{lead.pk}/").status_code


def test_held_lead_is_seen_by_its_holder_the_manager_and_ops(client: Client):
    team = TeamFactory()
    rep = make_rep(team)
    lead = held_lead(team, by=rep)
    people = [rep, make_rep(team), make_manager(team), make_manager(TeamFactory()), make_ops()]
    assert [status(client, person, lead) for person in people] == [200, 404, 200, 404, 200]


def test_waiting_lead_is_seen_by_no_rep(client: Client):
    team = TeamFactory()
    lead = make_entry(QueueFactory(team=team)).lead
    people = [make_rep(team), make_manager(team), make_manager(TeamFactory()), make_ops()]
    assert [status(client, person, lead) for person in people] == [404, 200, 404, 200]


def test_returned_lead_is_no_longer_seen_by_who_had_it(client: Client):
    team = TeamFactory()
    rep = make_rep(team)
    lead = held_lead(team, by=rep)
    return_lead(lead.assignments.get(), reason="no_skill", note="", by=rep, at=MORNING)
    assert status(client, rep, lead) == 404


def test_closed_lead_is_still_seen_by_who_closed_it(client: Client):
    team = TeamFactory()
    rep = make_rep(team)
    lead = held_lead(team, by=rep)
    close_lead(lead, stage="won", by=rep, at=MORNING)
    assert [status(client, person, lead) for person in (rep, make_rep(team), make_manager(team))] == [200, 404, 200]


def test_unknown_lead_is_404(client: Client):
    client.force_login(make_ops())
    assert refusal(client.get("/leads/999999/")) == NOT_FOUND


def test_page_has_acts_for_the_holder_alone(client: Client):
    team = TeamFactory()
    rep = make_rep(team)
    lead = held_lead(team, by=rep)
    client.force_login(rep)
    mine = client.get(f"/leads/{lead.pk}/").content.decode()
    client.force_login(make_manager(team))
    theirs = client.get(f"/leads/{lead.pk}/").content.decode()
    act = f"/leads/{lead.pk}/contact/"
    assert (act in mine, act in theirs, lead.email in theirs) == (True, False, True)


def test_page_tells_holders_stays_and_rules(client: Client):
    team = TeamFactory()
    rep = make_rep(team, first_name="Rina", last_name="Hartono")
    lead = held_lead(team, by=rep)
    asked = [TrailLine(1, "Campaign reply", matched=False), TrailLine(2, "Score 60 or more", matched=True)]
    Entry.objects.update(trail=[{"rule_name": line.rule_name, "matched": line.matched} for line in asked])
    client.force_login(rep)
    shown = client.get(f"/leads/{lead.pk}/").content.decode()
    wanted = ["Rina Hartono", "Campaign reply", "did not match", "Score 60 or more", "first in order: by time of entry"]
    assert [each for each in wanted if each not in shown] == []


def test_page_asks_as_much_for_three_holders_as_for_one(client: Client):
    ops, queue, counts = make_ops(), QueueFactory(), []
    lead = make_entry(queue).lead
    client.force_login(ops)
    for number in range(3):
        rep = make_rep()
        held = take_next(queue, by=rep, at=MORNING)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/leads/{lead.pk}/")
        counts.append(len(asked))
        return_lead(held, reason="no_skill", note="", by=rep, at=MORNING + timedelta(minutes=number))
    assert counts[1] == counts[2]


def test_visible_to_agrees_with_has_perm_in_every_situation():
    """What lists show and what one page allows must not drift apart."""
    teams = TeamFactory(), TeamFactory()
    reps = [make_rep(team) for team in teams]
    managers = [make_manager(team) for team in teams]
    people = [*reps, *managers, make_manager(), make_ops(), make_rep()]
    for team, rep in zip(teams, reps, strict=True):
        make_entry(QueueFactory(team=team))
        held_lead(team, by=rep)
        return_lead(held_lead(team, by=rep).assignments.get(), reason="no_skill", note="", by=rep, at=MORNING)
        for stage in ("won", "disqualified", "nurture"):
            close_lead(held_lead(team, by=rep), stage=stage, by=rep, at=MORNING, reason="no_need")
    held_lead(None, by=reps[0])
    make_entry(QueueFactory())
    make_lead(stage="review")
    leads = list(Lead.objects.order_by("pk"))
    listed = {person.pk: set(visible_to(person).values_list("pk", flat=True)) for person in people}
    allowed = {person.pk: {lead.pk for lead in leads if person.has_perm("leads.view_lead", lead)} for person in people}
    assert listed == allowed
