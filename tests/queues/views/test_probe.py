"""The page of test leads: runs, the way of one, Run one now, settings, CSV; for sales ops (K5)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from queues.actions.probe.running import run_probe
from queues.models import EntryRule, Probe, ProbeRun
from tests.factories import MORNING, QueueFactory, SourceFactory, make_rep, make_rotation, make_web_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
SETTINGS = {"is_on": "on", "every_minutes": "5", "max_seconds": "10", "origin": ""}


@pytest.fixture
def rule() -> EntryRule:
    make_web_form(name="Demo form")
    rotation = make_rotation(make_rep(first_name="Rina", last_name="Wijaya"))
    queue = QueueFactory(name="Hot inbound", slug="hot", dispatch="push", rotation=rotation)
    return EntryRule.objects.create(name="Everybody", outcome="queue", queue=queue)


def test_run_one_now_shows_its_way_step_by_step(client, as_ops, rule, page_text):
    page = page_text(client.post("/flow/probe/run/", follow=True))
    assert "The test lead got through: given to a rep." in page
    for says in (
        "A made-up lead arrived from Demo form and was stored.",
        "The rule “Everybody” took it.",
        "It entered Hot inbound, where 0 other leads wait.",
        "It went to Rina Wijaya: turn 1 of SMB rotation.",
        "First contact was due until 12:42, and the clock would find it afterwards.",
        "Demo form → Everybody → Hot inbound → Rina Wijaya",
        "100 % of 1 got through in 24 hours",
    ):
        assert says in page
    assert ProbeRun.objects.get().by == as_ops


def test_a_lead_that_stops_says_why_and_where_to_mend_it(client, as_ops, rule, page_text):
    rule.conditions = [{"field": "score", "operator": "at_least", "value": 99}]
    rule.save()
    page = page_text(client.post("/flow/probe/run/", follow=True))
    why = "None of the entry rules takes such a lead, so it would wait on the review desk."
    assert f"The test lead stopped: {why}" in page
    assert "None of 1 rule matched." in page
    assert "Everybody: Score is at least 99" in page
    assert '<a href="/rules/">See the rules</a>' in page


def test_without_form_or_source_there_is_nothing_to_send(client, as_ops, page_text):
    page = page_text(client.post("/flow/probe/run/", follow=True))
    assert "There is no form and no source from which a lead could come." in page
    assert "n/a of 0 got through in 24 hours" in page
    assert "There is no form or source yet." in page


def test_an_older_run_has_an_address_and_one_that_is_gone_has_none(client, as_ops, rule, page_text):
    first = run_probe(by=None, at=MORNING - timedelta(hours=1))
    EntryRule.objects.update(is_active=False)
    run_probe(by=None, at=MORNING)
    assert "It went to Rina Wijaya" in page_text(client.get(f"/flow/probe/?run={first.pk}"))
    assert "It went to Rina Wijaya" not in page_text(client.get("/flow/probe/"))
    assert [client.get(f"/flow/probe/?run={run}").status_code for run in ("0", "x", "9" * 30)] == [404] * 3


def test_settings_are_saved_and_wrong_ones_stay_on_the_page(client, as_ops, rule, page_text):
    source = SourceFactory(slug="referral", name="Referral")
    done = client.post("/flow/probe/settings/", SETTINGS | {"every_minutes": "7", "origin": f"source-{source.pk}"})
    probe = Probe.objects.get()
    assert (done.status_code, probe.every_minutes, probe.source, probe.web_form) == (302, 7, source, None)
    for wrong, says in (
        ({"every_minutes": "0"}, "Write a number of minutes from 1 to 1440, a day."),
        ({"every_minutes": "x"}, "Write a number of minutes from 1 to 1440, a day."),
        ({"max_seconds": "31"}, "Write a number of seconds from 1 to 30."),
        ({"origin": "form-999999"}, "This form or source is gone. Choose another."),
    ):
        answer = client.post("/flow/probe/settings/", SETTINGS | wrong)
        assert (answer.status_code, says in page_text(answer)) == (422, True)
    assert Probe.objects.get().every_minutes == 7
    client.post("/flow/probe/settings/", {**SETTINGS, "is_on": ""})
    assert "Switched off." in page_text(client.get("/flow/probe/"))


def test_runs_come_as_csv(client, as_ops, rule):
    run_probe(by=as_ops, at=MORNING)
    lines = client.get("/flow/probe/?format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "When,From,Got through,Ended,Why it stopped,Seconds,Way,By"
    assert lines[1].startswith(f"{MORNING.isoformat()},Demo form,yes,given to a rep,,0.")
    assert lines[1].endswith("Demo form → Everybody → Hot inbound → Rina Wijaya,Bima Prasetyo")


def test_flow_and_health_say_how_it_is(client, as_ops, rule, page_text):
    assert client.get("/healthz").json()["probe"] == {"state": "new", "last_heard_seconds": None}
    EntryRule.objects.update(is_active=False)
    Probe.objects.create(pk=1)
    run_probe(by=None, at=MORNING)
    assert client.get("/healthz").json()["probe"] == {"state": "failed", "last_heard_seconds": 0}
    page = page_text(client.get("/flow/"))
    assert '<a href="/flow/probe/">Test leads</a> <span class="v"> leads do not get through' in page
    assert "Stands still" in page


def test_the_change_log_names_who_changed_it(client, as_ops, rule, page_text):
    client.post("/flow/probe/settings/", SETTINGS | {"every_minutes": "9"})
    page = page_text(client.get("/changes/?kind=probe"))
    assert "Bima Prasetyo" in page
    assert 'href="/flow/probe/"' in page


def test_many_runs_ask_as_much_as_one(client, as_ops, rule):
    counts = []
    for number in range(4):
        run_probe(by=as_ops, at=MORNING - timedelta(minutes=number))
        with CaptureQueriesContext(connection) as asked:
            client.get("/flow/probe/")
        counts.append(len(asked))
    assert counts[1] == counts[3] <= 20
