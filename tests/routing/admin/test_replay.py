"""Leads of the last days run against a rotation, or a draft of it, beside what happened; nothing is saved (F11b)."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.rotation.versions import discard, save_draft
from routing.actions.undo import revert_assignment
from routing.models import Assignment, Rep, RotationVersion, TimeOff, Turn
from routing.queries.rotation.versions import snapshot_of
from routing.queries.simulation.replay import load_replay, run_replay
from tests.clients import FORBIDDEN, refusal
from tests.factories import make_lead, make_manager, make_ops, make_rep, make_rotation
from tests.routing.admin.test_trial import every_row

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def people():
    return [make_rep(last_name=name, first_name="") for name in ("Adi", "Budi", "Citra")]


@pytest.fixture
def rotation(people):
    return make_rotation(*people)


def replay(rotation, *, days, at):
    return run_replay(load_replay(rotation, days=days, at=at))


def lived(rotation, leads: int, *, since, every=timedelta(hours=2)) -> None:
    for number in range(leads):
        take_turns(rotation, [TurnRequest(make_lead(score=10 + number))], at=since + number * every)


def counts(found) -> dict[str, tuple[int, int]]:
    return {found.names[each.rep]: (each.had, each.gets) for each in found.reps}


def draft_of(rotation, at, *, fields=None, weights=None, without=()):
    snapshot = snapshot_of(rotation)
    names = {rep.pk: rep.user.last_name for rep in Rep.objects.select_related("user")}
    members = [
        {**each, "weight": (weights or {}).get(names[each["rep"]], each["weight"])}
        for each in snapshot["members"]
        if names[each["rep"]] not in without
    ]
    snapshot = {"fields": {**snapshot["fields"], **(fields or {})}, "members": members}
    return save_draft(rotation, snapshot, sent=[], by=None, at=at)


def test_the_same_settings_give_every_lead_to_the_same_rep(rotation, now):
    lived(rotation, 14, since=now - 3 * DAY)
    found = replay(rotation, days=30, at=now)
    assert [each.goes_to for each in found.leads] == [each.went_to for each in found.leads]
    assert (found.moved, found.waits, found.then.level, found.now.level) == (0, 0, "ideal", "ideal")
    assert counts(found) == {"Adi": (5, 5), "Budi": (5, 5), "Citra": (4, 4)}


def test_only_leads_of_the_days_count_and_none_whose_turn_was_undone(rotation, now):
    lived(rotation, 3, since=now - 40 * DAY)
    lived(rotation, 3, since=now - 3 * DAY)
    last = take_turns(rotation, [TurnRequest(make_lead())], at=now - timedelta(minutes=1))[0]
    revert_assignment(last, by=make_ops(), at=now)
    assert len(replay(rotation, days=30, at=now).leads) == 3
    assert len(replay(rotation, days=90, at=now).leads) == 6


def test_who_was_on_leave_then_is_away_in_the_replay_and_only_then(rotation, people, now):
    TimeOff.objects.create(rep=people[0].rep, starts_at=now - 3 * DAY, ends_at=now - 2 * DAY, kind="leave")
    lived(rotation, 12, since=now - 3 * DAY, every=timedelta(hours=4))
    away = [each for each in replay(rotation, days=30, at=now).leads if each.at < now - 2 * DAY]
    assert len(away) == 6 and people[0].rep.pk not in {each.goes_to for each in away}
    found = replay(edit_rotation(rotation, fields={"skips_on_leave": False}, by=None, at=now), days=30, at=now)
    assert counts(found)["Adi"] == (2, 4)


def test_a_cap_and_what_happens_without_anybody_are_replayed(rotation, now):
    lived(rotation, 9, since=now - 3 * DAY, every=timedelta(minutes=1))
    found = replay(edit_rotation(rotation, fields={"cap_month": 2}, by=None, at=now), days=30, at=now)
    assert (counts(found), found.waits) == ({"Adi": (3, 2), "Budi": (3, 2), "Citra": (3, 2)}, 3)


def place(rotation) -> str:
    return reverse("admin:routing_rotation_replay_leads", args=[rotation.pk])


def test_a_draft_is_compared_with_what_happened_and_nothing_is_saved(client, as_ops, rotation, now):
    lived(rotation, 15, since=now - 5 * DAY)
    Assignment.objects.filter(turn__rep__user__last_name="Adi").update(breaches=1)
    draft = draft_of(rotation, now, weights={"Adi": "3.00"})
    client.get(place(rotation))  # the session and what a first visit writes
    before = every_row()
    page = client.get(f"{place(rotation)}?draft={draft.pk}")
    assert every_row() == before
    assert "15 leads of the last 30 days" in page.context["summary"]
    rows = {row.name: (row.had, row.gets, row.breaches, row.would_breach) for row in page.context["sums"]}
    assert rows["Adi"][:3] == (5, 9, 5) and float(rows["Adi"][3]) == 9.0
    assert [rows[name][:2] for name in ("Budi", "Citra")] == [(5, 3), (5, 3)]
    assert [each.sign for each in page.context["judgements"]] == ["ok", "ok"]
    assert all(row.went != row.goes for row in page.context["leads"])
    answer = client.get(f"{place(rotation)}?draft={draft.pk}&csv=1&days=90")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 16 and [row[5] for row in rows[1:]].count("Adi") == 9


def test_reps_who_leave_in_a_draft_get_nothing_and_stay_in_the_table(client, as_ops, rotation, people, now):
    lived(rotation, 6, since=now - 2 * DAY)
    draft = draft_of(rotation, now, without=("Budi",))
    rows = {row.name: (row.had, row.gets) for row in client.get(f"{place(rotation)}?draft={draft.pk}").context["sums"]}
    assert rows == {"Adi": (2, 3), "Budi": (2, 0), "Citra": (2, 3)}
    assert Turn.objects.count() == 6 and rotation.members.count() == 3


def test_a_conflict_is_shown_instead_of_a_replay(client, as_ops, rotation, now):
    lived(rotation, 3, since=now - 2 * DAY)
    draft = draft_of(rotation, now, fields={"owed_limit": 9})
    edit_rotation(rotation, fields={"owed_limit": 7}, by=None, at=now)
    page = client.get(f"{place(rotation)}?draft={draft.pk}")
    assert (page.status_code, page.context["conflicts"]) == (200, "“Owed at most”")
    assert "summary" not in page.context
    assert RotationVersion.objects.filter(rotation=rotation).count() == 2


def test_without_leads_the_page_says_so_and_odd_questions_are_answered(client, as_ops, rotation):
    page = client.get(f"{place(rotation)}?days=7000")
    assert page.context["days"] == 30 and "nothing to compare" in page.content.decode()
    assert client.get(f"{place(rotation)}?csv=1").status_code == 200
    assert client.get(f"{place(rotation)}?draft=x").status_code == 404


def test_a_replay_is_for_sales_ops(client, rotation):
    for person in (make_rep(), make_manager()):
        client.force_login(person)
        assert refusal(client.get(place(rotation), follow=True)) == FORBIDDEN


def test_the_replay_asks_no_more_questions_for_more_leads(client, as_ops, rotation, now, django_assert_max_num_queries):
    lived(rotation, 40, since=now - 4 * DAY)
    with django_assert_max_num_queries(60):
        client.get(place(rotation))


def test_a_discarded_draft_that_no_longer_fits_says_so(client, as_ops, rotation, now):
    lived(rotation, 3, since=now - 2 * DAY)
    draft = draft_of(rotation, now, fields={"name": "Taken"})
    discard(draft, by=as_ops, at=now)
    assert client.get(f"{place(rotation)}?draft={draft.pk}").context["conflicts"] == ""
    make_rotation(make_rep(), name="Taken")
    page = client.get(f"{place(rotation)}?draft={draft.pk}")
    assert (page.status_code, page.context["conflicts"]) == (200, "“Name”")
