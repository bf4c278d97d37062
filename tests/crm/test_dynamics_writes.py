"""What Alur writes to Dynamics 365: owner and status, never onto a version that it has not seen (I4)."""

from datetime import UTC, datetime, timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from tests.crm.dynamics_double import APP_USER, OPPORTUNITY
from tests.crm.faults import Fault, FaultKind

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ANA, BUDI, FIELD_TEAM, NO_ONE = (f"22222222-aaaa-4bbb-8ccc-00000000000{number}" for number in (1, 2, 3, 9))


@pytest.fixture
def client(dynamics_client):
    return dynamics_client()


@pytest.fixture
def lead(dynamics) -> str:
    dynamics.add(by=APP_USER, kind="systemusers", record_id=ANA, fullname="Ana")
    dynamics.add(by=APP_USER, kind="systemusers", record_id=BUDI, fullname="Budi")
    dynamics.add(by=APP_USER, kind="teams", record_id=FIELD_TEAM, name="Field sales", teamtype=0)
    return dynamics.add(by=ANA, lastname="Lestari", _ownerid_value=ANA)


def written(client, lead: str, *, owner: str | None = None, status: str | None = None):
    return client.write(lead, owner=owner, status=status, fields=("lastname",))


def refused(client, lead: str, **wish: str) -> CrmRefused:
    with pytest.raises(CrmRefused) as found:
        written(client, lead, **wish)
    return found.value


def patches(dynamics) -> list:
    return [call for call in dynamics.calls if call.method == "PATCH"]


def test_owner_and_status_are_written_in_one_call_and_come_back(client, dynamics, lead):
    client.read([lead], fields=())
    dynamics.now += timedelta(minutes=5)
    record = written(client, lead, owner=BUDI, status="0:2")
    (patch,) = patches(dynamics)
    assert patch.json == {"ownerid@odata.bind": f"/systemusers({BUDI})", "statecode": 0, "statuscode": 2}
    assert dynamics.count("leads(") == 1  # no other call but this one
    assert (record.owner, record.status, record.values) == (BUDI, "0:2", {"lastname": "Lestari"})
    assert (record.changed_at, record.changed_by) == (NOON + timedelta(minutes=5), APP_USER)
    assert dynamics.rows[lead].values["_ownerid_value"] == BUDI


def test_a_team_can_own_and_a_lead_be_closed(client, dynamics, lead):
    record = written(client, lead, owner=f"team:{FIELD_TEAM}")
    assert (record.owner, record.status) == (f"team:{FIELD_TEAM}", "0:1")
    assert written(client, lead, status="2:5").status == "2:5"
    assert dynamics.rows[lead].values["statecode"] == 2
    assert patches(dynamics)[0].json == {"ownerid@odata.bind": f"/teams({FIELD_TEAM})"}


def test_a_wish_for_nothing_reads_and_writes_nothing(client, dynamics, lead):
    assert written(client, lead).owner == ANA
    assert patches(dynamics) == []


def test_what_somebody_changed_since_it_was_read_is_busy_and_stays(client, dynamics, lead):
    client.read([lead], fields=())
    dynamics.edit(lead, by=ANA, lastname="Lestari-Wijaya")
    busy = refused(client, lead, owner=BUDI)
    assert (busy.reason, busy.status) == (Reason.BUSY, 412)
    assert dynamics.rows[lead].values["_ownerid_value"] == ANA
    client.read([lead], fields=())
    assert written(client, lead, owner=BUDI).values == {"lastname": "Lestari-Wijaya"}


def test_a_change_between_the_look_and_the_write_is_busy_too(client, dynamics, lead):
    def somebody_is_faster(call) -> None:
        if call.method == "PATCH":
            dynamics.edit(lead, by=ANA, _ownerid_value=APP_USER)

    dynamics.before = somebody_is_faster
    assert refused(client, lead, owner=BUDI).reason is Reason.BUSY
    assert dynamics.rows[lead].values["_ownerid_value"] == APP_USER


def test_a_table_without_versions_is_written_but_nothing_is_made(client, dynamics, lead):
    dynamics.has_etags = False
    client.read([lead], fields=())
    assert written(client, lead, owner=BUDI).owner == BUDI
    assert [call.headers["if-match"][:2] for call in patches(dynamics)] == ["W/", "*"]


@pytest.mark.parametrize("is_read", [True, False], ids=["read-before", "not-read"])
def test_a_deleted_lead_is_gone_and_not_made_again(client, dynamics, lead, is_read):
    if is_read:
        client.read([lead], fields=())
    dynamics.delete(lead, by=ANA)
    gone = refused(client, lead, owner=BUDI)
    assert (gone.reason, gone.status) == (Reason.GONE, 404)
    assert dynamics.rows[lead].is_gone


@pytest.mark.parametrize("is_read", [True, False], ids=["read-before", "not-read"])
@pytest.mark.parametrize("what", ["qualified", "closed", "merged"])
def test_what_is_closed_over_there_is_not_written_to(client, dynamics, lead, what, is_read):
    if what == "qualified":
        dynamics.convert(lead, into=OPPORTUNITY, by=ANA)
    elif what == "closed":
        dynamics.edit(lead, by=ANA, statecode=2, statuscode=4)
    else:
        dynamics.merge(lead, into=dynamics.add(by=ANA), by=ANA)
    if is_read:
        client.read([lead], fields=())
    assert refused(client, lead, owner=BUDI, status="0:2").reason is Reason.CONVERTED
    assert patches(dynamics) == []


def test_a_status_of_another_state_is_wrong(client, dynamics, lead):
    wrong = refused(client, lead, status="0:5")
    assert (wrong.reason, wrong.code) == (Reason.WRONG, "0x80048408")
    assert wrong.words.startswith("5 is not a valid status code for state code LeadState.Open")
    for status in ("1:3", "Working", "", "0:2;x"):  # qualifying is for people
        assert refused(client, lead, status=status).reason is Reason.WRONG
    assert dynamics.rows[lead].values["statuscode"] == 1


def test_a_new_owner_who_is_gone_or_may_not_own_is_wrong_and_no_trouble_of_the_connection(client, dynamics, lead):
    gone = refused(client, lead, owner=NO_ONE)
    assert (gone.reason, gone.status, gone.field) == (Reason.WRONG, 404, "ownerid")
    dynamics.may_not_own = {BUDI}
    without_role = refused(client, lead, owner=BUDI)
    assert (without_role.reason, without_role.status, without_role.field) == (Reason.WRONG, 403, "ownerid")
    assert "prvReadLead" in without_role.words
    for owner in ("", "Budi", f"{BUDI})/x("):
        assert refused(client, lead, owner=owner).reason is Reason.WRONG
    assert dynamics.rows[lead].values["_ownerid_value"] == ANA


@pytest.mark.parametrize("privilege", ["prvReadLead", "prvWriteLead", "prvAssignLead"])
def test_a_missing_privilege_is_named(client, dynamics, lead, privilege):
    dynamics.missing = {privilege}
    without = refused(client, lead, owner=BUDI)
    assert (without.reason, without.status, without.field) == (Reason.RIGHTS, 403, privilege)


def test_a_write_whose_answer_is_lost_is_seen_by_the_next_read(client, dynamics, lead):
    dynamics.next_faults = [Fault(FaultKind.CUT, on="leads(")]
    client.read([lead], fields=())
    assert refused(client, lead, owner=BUDI).reason is Reason.SILENT
    (record,) = client.read([lead], fields=())
    assert (record.owner, len(patches(dynamics))) == (BUDI, 1)


def test_a_column_that_vanished_is_named_and_nothing_is_written(client, dynamics, lead):
    dynamics.hidden_fields = {"lastname"}
    missing = refused(client, lead, owner=BUDI)
    assert (missing.reason, missing.field) == (Reason.FIELD, "lastname")
    assert patches(dynamics) == []


def test_without_a_condition_the_double_makes_what_is_not_there(dynamics, dynamics_client):
    """So a client that forgets If-Match is found out."""
    import http.client
    import json

    client = dynamics_client()
    client.account()
    line = http.client.HTTPConnection(dynamics.address.removeprefix("http://"), timeout=5)
    token = {"Authorization": f"Bearer {client.session.credentials['access_token']}"}
    body = json.dumps({"statuscode": 2})
    line.request("PATCH", f"/api/data/v9.2/leads({NO_ONE})", body, token | {"Content-Type": "application/json"})
    assert line.getresponse().status == 204
    assert dynamics.rows[NO_ONE].values["statuscode"] == 2
