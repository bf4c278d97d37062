"""What a poll takes in: once, whole, in order, and only by one reader."""

from datetime import timedelta

import pytest
from django_q.models import OrmQ

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmPerson
from leads.models import Activity, Capture, Identity, Lead, OwnField
from queues.actions.crm import polling
from queues.actions.crm.reading import CHUNK
from queues.models import Connection, CrmLink, CrmLog, EntryRule, RemotePerson
from routing.models import Assignment, Turn
from tests.factories import MORNING, QueueFactory, make_lead, make_rep, make_rotation
from tests.factories.crm import make_connection, make_crm_link, make_remote_person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Clock:
    """Ticks by `step` at each look, so that slices end."""

    def __init__(self, at, step=timedelta(0)) -> None:
        self.at, self.step = at, step

    def __call__(self):
        self.at += self.step
        return self.at


def poll(connection, at=MORNING + MINUTE, **more):
    began = polling.poll(connection.pk, clock=Clock(at), **more)
    connection.refresh_from_db()
    return began


def states():
    return list(Capture.objects.order_by("pk").values_list("channel", "state"))


def counted():
    return [line.details for line in CrmLog.objects.filter(what="taken").order_by("pk")]


def test_a_new_record_becomes_a_lead_with_its_link(connected, crm):
    crm.add("00Q1", FirstName="Sinéad", LastName="O’Brien 🚀", Email="sinead@brien.example", Phone="0812 1111 2222")
    assert poll(connected)
    lead = Lead.objects.select_related("source").get()
    assert (lead.full_name, lead.email, lead.phone) == ("Sinéad O’Brien 🚀", "sinead@brien.example", "+6281211112222")
    assert (lead.channel, lead.source.name, lead.external_id, lead.captured_at) == (
        "crm",
        "Salesforce",
        "00Q1",
        MORNING,
    )
    link = CrmLink.objects.get()
    assert (link.lead, link.remote_id, link.seen_status, link.seen_at) == (lead, "00Q1", "New", MORNING)
    assert Identity.objects.get(kind="external_id").system == "sf-org-1"
    assert counted() == [{"is_last": True, "made": 1}]
    assert (connected.cursor_at, connected.polling_until) == (MORNING + MINUTE / 2, None)


def test_nothing_known_is_taken_twice(connected, crm):
    crm.add("00Q1", Email="a@lead.example")
    for number in range(1, 5):
        poll(connected, at=MORNING + number * MINUTE)
    assert (states(), Lead.objects.count(), CrmLink.objects.count()) == ([("crm", "made")], 1, 1)
    assert len(counted()) == 1
    assert [call for call in crm.calls if call != "changed"] == ["account"]


def test_windows_overlap_and_end_half_a_minute_ago(connected, crm):
    poll(connected, at=MORNING)
    poll(connected, at=MORNING + 5 * MINUTE)
    (_first, end, _after), (since, until, _page) = crm.windows
    assert end == MORNING - MINUTE / 2
    assert (since, until) == (end - 10 * MINUTE, MORNING + 4.5 * MINUTE)


def test_nothing_older_than_wanted_is_asked_for(connected, crm):
    Connection.objects.update(take_since=MORNING, cursor_at=MORNING)
    poll(connected, at=MORNING + 5 * MINUTE)
    assert crm.windows[0][0] == MORNING


def test_a_late_record_with_an_early_stamp_comes_in(connected, crm):
    """It became visible after the window that it belongs to."""
    poll(connected, at=MORNING + 9 * MINUTE)
    crm.add("00Q1", Email="a@lead.example")  # stamped MORNING
    poll(connected, at=MORNING + 10 * MINUTE)
    assert Lead.objects.count() == 1


def test_a_record_from_a_clock_that_is_ahead_comes_in_when_its_time_has_come(connected, crm):
    crm.later(minutes=7)
    crm.add("00Q1", Email="a@lead.example")
    poll(connected, at=MORNING + MINUTE)
    assert Lead.objects.count() == 0
    poll(connected, at=MORNING + 8 * MINUTE)
    assert Lead.objects.count() == 1


def test_a_lead_known_by_e_mail_is_joined(connected, crm):
    lead = make_lead(email="rina@company.example.com")
    crm.add("00Q1", Email="Rina@Company.example.com", Phone="0812 1111 2222")
    poll(connected)
    assert (CrmLink.objects.get().lead, Lead.objects.count(), counted()) == (lead, 1, [{"is_last": True, "joined": 1}])


def test_two_connections_with_one_person_have_one_lead_and_two_links(connected, crm, memory_clients, crm_system):
    memory_clients["https://other.example"] = type(crm)(MORNING, account_id="portal-7")
    system = type(crm_system).objects.create(key="hs-7", name="HubSpot")
    other = make_connection(
        base_url="https://other.example",
        account_id="portal-7",
        system=system,
        field_map=connected.field_map,
        people_at=MORNING,
    )
    crm.add("00Q1", Email="a@lead.example")
    memory_clients["https://other.example"].add("77", Email="a@lead.example")
    poll(connected)
    poll(other)
    assert Lead.objects.count() == 1
    assert {link.remote_id for link in Lead.objects.get().crm_links.all()} == {"00Q1", "77"}
    assert {each.system for each in Identity.objects.filter(kind="external_id")} == {"sf-org-1", "hs-7"}


def test_an_edit_over_there_fills_in_and_is_no_return(connected, crm):
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    Lead.objects.update(stage="lost")
    crm.later(minutes=2)
    crm.edit("00Q1", values={"Phone": "0812 1111 2222"})
    poll(connected, at=MORNING + 3 * MINUTE)
    lead = Lead.objects.get()
    assert (lead.phone, lead.stage, lead.reengaged_at) == ("+6281211112222", "lost", None)
    story = Activity.objects.get(kind="crm")
    assert (story.details["code"], story.details["filled"]) == ("facts", ["phone"])
    assert not Activity.objects.filter(kind="re_engaged").exists()
    assert counted()[-1] == {"is_last": True, "updated": 1}
    poll(connected, at=MORNING + 4 * MINUTE)
    assert Capture.objects.count() == 2


def test_an_old_record_does_not_open_a_lead_that_was_closed_since(connected, crm):
    make_lead(email="a@lead.example", stage="lost", stage_at=MORNING + MINUTE / 4)
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    assert Lead.objects.get().stage == "lost"


def test_a_record_that_is_made_after_a_lead_was_closed_opens_it_again(connected, crm):
    make_lead(email="a@lead.example", stage="lost", stage_at=MORNING - MINUTE)
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    assert Lead.objects.get().stage == "review"
    assert Activity.objects.filter(kind="re_engaged").count() == 1


@pytest.mark.parametrize("what", ["deleted", "merged", "converted", "closed"])
def test_what_nobody_works_on_there_does_not_come_in(connected, crm, what):
    crm.add("00Q1", Email="a@lead.example", status="Junk" if what == "closed" else "New")
    if what == "deleted":
        crm.delete("00Q1")
    elif what == "merged":
        crm.add("00Q2", status="Junk")
        crm.merge("00Q1", into="00Q2")
    elif what == "converted":
        crm.convert("00Q1")
    poll(connected)
    assert (Lead.objects.count(), CrmLink.objects.count()) == (0, 0)


def test_own_fields_and_a_source_of_their_own_come_in(connected, crm):
    OwnField.objects.create(key="budget", name="Budget", kind="number", position=1)
    Connection.objects.update(field_map={**connected.field_map, "own_budget": "Budget", "source": "Source"})
    crm.add("00Q1", Email="a@lead.example", Budget="1.234", Source="Trade fair")
    poll(connected)
    lead = Lead.objects.select_related("source").get()
    assert (lead.own, lead.source.name) == ({"number:budget": 1.234}, "Trade fair")


def test_a_record_without_any_contact_goes_by_the_rules_to_the_desk(connected, crm):
    incomplete = [{"field": "is_complete", "operator": "is_false"}]
    EntryRule.objects.create(name="Incomplete", position=1, outcome="review", conditions=incomplete)
    EntryRule.objects.create(name="Everybody", position=2, outcome="queue", queue=QueueFactory(), conditions=[])
    crm.add("00Q1")
    crm.add("00Q2", Email="a@lead.example")
    poll(connected)
    stages = dict(Lead.objects.values_list("external_id", "stage"))
    assert stages == {"00Q1": "review", "00Q2": "waiting"}
    assert CrmLink.objects.count() == 2


class TestOwners:
    @pytest.fixture
    def sarah(self, connected):
        user = make_rep(first_name="Sarah")
        make_remote_person(connected, user, "u-sarah")
        return user

    @pytest.fixture
    def rotation(self, sarah):
        """Everything goes to Rina by a turn."""
        rina = make_rep(first_name="Rina")
        queue = QueueFactory(dispatch="push", rotation=make_rotation(rina))
        EntryRule.objects.create(name="Everybody", position=1, outcome="queue", queue=queue, conditions=[])
        return rina

    def test_where_the_crm_wins_a_new_lead_goes_to_its_owner(self, connected, crm, sarah, rotation):
        Connection.objects.update(owner_policy="crm")
        crm.add("00Q1", owner="u-sarah", Email="a@lead.example")
        crm.add("00Q2", owner="u-else", Email="b@lead.example")
        poll(connected)
        given = {row.lead.external_id: (row.holder, row.how) for row in Assignment.objects.select_related("lead")}
        assert given == {"00Q1": (sarah, "crm"), "00Q2": (rotation, "rotation")}
        assert Turn.objects.get().assignment.holder == rotation
        assert CrmLink.objects.get(remote_id="00Q1").seen_owner == "u-sarah"

    def test_where_alur_wins_it_routes(self, connected, crm, sarah, rotation):
        crm.add("00Q1", owner="u-sarah", Email="a@lead.example")
        poll(connected)
        assert (Assignment.objects.get().holder, Turn.objects.count()) == (rotation, 1)

    def test_a_joined_lead_goes_to_its_owner_there(self, connected, crm, sarah):
        Connection.objects.update(owner_policy="crm")
        lead = make_lead(email="a@lead.example")
        crm.add("00Q1", owner="u-sarah", Email="a@lead.example")
        poll(connected)
        assert Assignment.objects.get().lead == lead
        assert Activity.objects.get(kind="crm", details__code="owner_theirs").lead == lead

    def test_leads_that_are_left_with_somebody_do_not_come_in(self, connected, crm):
        make_remote_person(connected, None, "u-else", how="hand")
        crm.add("00Q1", owner="u-else", Email="a@lead.example")
        poll(connected)
        assert Lead.objects.count() == 0

    def test_an_owner_that_nobody_has_heard_of_asks_for_the_people(self, connected, crm):
        user = make_rep(email="sarah@company.example.com")
        Connection.objects.update(people_at=MORNING - timedelta(hours=1), owner_policy="crm")
        crm.people = [
            CrmPerson("u-new", "Sarah", "Sarah@Company.example.com"),
            CrmPerson("u-2", "Nobody", "x@y.example"),
        ]
        crm.add("00Q1", owner="u-new", Email="a@lead.example")
        crm.add("00Q2", owner="u-gone", Email="b@lead.example")
        poll(connected)
        poll(connected, at=MORNING + 2 * MINUTE)
        assert RemotePerson.objects.get(user=user).remote_id == "u-new"
        assert Assignment.objects.get().holder == user
        assert crm.calls.count("people") == 1

    def test_people_are_read_each_day(self, connected, crm):
        Connection.objects.update(people_at=MORNING - timedelta(days=1))
        poll(connected)
        assert crm.calls.count("people") == 1

    def test_a_changed_owner_meets_its_lead(self, connected, crm, sarah):
        Connection.objects.update(owner_policy="crm")
        crm.add("00Q1", Email="a@lead.example")
        poll(connected)
        crm.later(minutes=2)
        crm.edit("00Q1", owner="u-sarah")
        poll(connected, at=MORNING + 3 * MINUTE)
        assert Assignment.objects.get().holder == sarah
        assert counted()[-1] == {"is_last": True, "met": 1}


def test_each_hour_deletions_are_read(connected, crm):
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    crm.later(minutes=50)
    crm.delete("00Q1")
    gone = crm.records.pop("00Q1")  # its list of changes does not name it
    poll(connected, at=MORNING + 50 * MINUTE)
    assert CrmLink.objects.get().gone == ""
    crm.records["00Q1"] = gone
    poll(connected, at=MORNING + 62 * MINUTE)
    assert CrmLink.objects.get().gone == "deleted"
    assert crm.calls.count("removed") == 1


def test_secrets_of_another_account_take_nothing(connected, crm):
    crm.account_id = "org-2"
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    assert (connected.state, connected.problem, Lead.objects.count()) == ("broken", "account", 0)
    assert "changed" not in crm.calls
    assert not poll(connected, at=MORNING + 5 * MINUTE)


def test_a_connection_that_takes_nothing_in_still_follows_what_it_knows(connected, crm):
    lead = make_lead()
    make_crm_link(connected, lead, "00Q1", seen_status="New", seen_at=MORNING)
    Connection.objects.update(takes_in=False)
    crm.add("00Q1", Email="changed@lead.example", status="Junk")
    crm.add("00Q2", Email="b@lead.example")
    poll(connected)
    assert (Lead.objects.get().stage, Capture.objects.count()) == ("disqualified", 0)


@pytest.mark.parametrize(
    ("refusal", "state", "problem"),
    [
        (CrmRefused(Reason.SIGN_IN, status=401), "broken", "sign_in"),
        (CrmRefused(Reason.FIELD, field="Budget"), "broken", "field"),
        (CrmRefused(Reason.LIMIT, status=429, wait=120), "paused", "limit"),
        (CrmRefused(Reason.WRONG, status=400, words="bad query"), "paused", "wrong"),
        (CrmRefused(Reason.SILENT, status=502), "working", ""),
    ],
)
def test_a_refusal_says_what_becomes_of_the_connection(connected, crm, refusal, state, problem):
    def before(call):
        if call == "changed":
            raise refusal

    crm.before = before
    Connection.objects.update(next_poll_at=MORNING + 10 * MINUTE)
    assert poll(connected)
    assert (connected.state, connected.problem, connected.polling_until) == (state, problem, None)
    assert (connected.cursor_at, OrmQ.objects.count()) == (None, 0)
    if state == "working":
        assert connected.next_poll_at == MORNING + 1.5 * MINUTE


def test_secrets_that_another_process_has_renewed_are_tried(connected, crm):
    def before(call):
        if call == "changed" and crm.calls.count("changed") == 1:
            fresh = make_connection(account_id="x").credentials
            Connection.objects.filter(pk=connected.pk).update(credentials=fresh)
            raise CrmRefused(Reason.SIGN_IN, status=401)

    crm.before = before
    crm.add("00Q1", Email="a@lead.example")
    poll(connected)
    assert (connected.state, Lead.objects.count()) == ("working", 1)


def test_a_window_that_is_too_much_is_halved_until_it_fits(connected, crm):
    for day in range(8):
        crm.add(f"00Q{day}", Email=f"a{day}@lead.example")
        crm.later(days=1)

    def before(call):
        since, until, _after = crm.windows[-1] if crm.windows else (MORNING, MORNING, "")
        if call == "changed" and until - since > timedelta(days=2):
            raise CrmRefused(Reason.WINDOW)

    crm.before = before
    Connection.objects.update(take_since=MORNING - MINUTE)
    poll(connected, at=MORNING + timedelta(days=9))
    assert Lead.objects.count() == 8
    assert connected.cursor_at == MORNING + timedelta(days=9) - MINUTE / 2
    assert len(crm.windows) < 25


def test_halves_inside_the_overlap_never_move_the_cursor_back(connected, crm):
    Connection.objects.update(cursor_at=MORNING)
    crm.now = MORNING - 9 * MINUTE
    crm.add("00Q1", Email="a@lead.example")

    def before(call):
        if call == "changed" and crm.windows[-1][1] - crm.windows[-1][0] > 2 * MINUTE:
            raise CrmRefused(Reason.WINDOW)

    crm.before = before
    poll(connected, at=MORNING + 2 * MINUTE)
    assert (Lead.objects.count(), connected.cursor_at) == (1, MORNING + 1.5 * MINUTE)


class TestSlices:
    @pytest.fixture
    def many(self, crm):
        crm.page_size = CHUNK * 2
        for number in range(CHUNK * 5):
            crm.add(f"00Q{number:05}", Email=f"a{number}@lead.example")

    def test_what_does_not_fit_into_one_slice_goes_on_in_the_next(self, connected, crm, many):
        at, slices = MORNING + MINUTE, 0
        while True:
            OrmQ.objects.all().delete()
            polling.poll(connected.pk, clock=Clock(at, timedelta(milliseconds=500)), lasts=timedelta(seconds=5))
            slices += 1
            if not OrmQ.objects.exists():
                break
            task = OrmQ.objects.get()
            assert (task.func(), task.args()) == (polling.TASK, (connected.pk,))
        connected.refresh_from_db()
        assert Lead.objects.count() == CrmLink.objects.count() == Capture.objects.count() == CHUNK * 5
        assert slices > 2
        assert connected.cursor_at is not None and connected.cursor_after == ""
        assert sum(line.get("made", 0) for line in counted()) == CHUNK * 5

    def test_a_reader_that_is_killed_goes_on_at_its_page(self, connected, crm, many):
        class Killed(BaseException):
            pass

        def before(call):
            if call == "changed" and crm.calls.count("changed") == 3:
                raise Killed

        crm.before = before
        with pytest.raises(Killed):
            poll(connected)
        connected.refresh_from_db()
        assert (Lead.objects.count(), connected.cursor_at) == (CHUNK * 4, None)
        assert connected.cursor_after == f"00Q{CHUNK * 4 - 1:05}"
        crm.before = lambda call: None
        poll(connected, at=MORNING + 4 * MINUTE)
        assert Lead.objects.count() == Capture.objects.count() == CHUNK * 5
        asked = [after for _since, _until, after in crm.windows[3:]]
        assert asked[0] == f"00Q{CHUNK * 4 - 1:05}"

    def test_a_page_in_the_middle_that_is_forgotten_is_asked_for_from_the_first(self, connected, crm, many):
        until = MORNING + MINUTE
        Connection.objects.update(window_until=until, cursor_after="gone")

        def before(call):
            if call == "changed" and crm.windows[-1][2] == "gone":
                raise CrmRefused(Reason.WRONG, code="INVALID_QUERY_LOCATOR")

        crm.before = before
        poll(connected, at=MORNING + 2 * MINUTE)
        assert (connected.state, Lead.objects.count()) == ("working", CHUNK * 5)


class TestOneReader:
    def test_a_second_reader_is_refused_while_the_first_reads(self, connected, crm):
        seen = []

        def before(call):
            if call == "changed":
                seen.append(polling.poll(connected.pk, clock=Clock(MORNING + MINUTE)))

        crm.before = before
        assert poll(connected)
        assert seen == [False]

    def test_a_reader_that_lost_its_lease_stops(self, connected, crm):
        crm.add("00Q1", Email="a@lead.example")

        def before(call):
            if call == "changed":
                Connection.objects.update(polling_until=MORNING + timedelta(hours=5))

        crm.before = before
        assert not poll(connected)
        assert (Lead.objects.count(), connected.polling_until) == (0, MORNING + timedelta(hours=5))

    def test_the_lease_of_a_reader_that_died_runs_out(self, connected, crm):
        Connection.objects.update(polling_until=MORNING + 2 * MINUTE)
        assert not poll(connected)
        assert poll(connected, at=MORNING + 2 * MINUTE)


def test_only_what_is_due_is_asked_and_once(connected, crm):
    Connection.objects.update(next_poll_at=MORNING, poll_minutes=5)
    assert polling.poll_due(at=MORNING - MINUTE) == 0
    assert polling.poll_due(at=MORNING) == 1
    assert polling.poll_due(at=MORNING + 4 * MINUTE) == 0
    assert polling.poll_due(at=MORNING + 5 * MINUTE) == 1
    assert [task.args() for task in OrmQ.objects.order_by("pk")] == [(connected.pk,)] * 2


@pytest.mark.parametrize("state", ["draft", "broken", "off"])
def test_what_is_not_in_use_is_not_asked(connected, crm, state):
    Connection.objects.update(state=state)
    assert polling.poll_due(at=MORNING) == 0
    assert not polling.poll_now(connected, at=MORNING)
    assert not poll(connected)
    assert crm.calls == []
