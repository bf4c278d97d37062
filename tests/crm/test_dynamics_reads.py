"""What Alur reads from Dynamics 365, out of an OData engine (I4)."""

from datetime import UTC, datetime, timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmAccount, CrmField, CrmPage, CrmPerson, CrmRecord, CrmStatus
from tests.crm.dynamics_double import APP_USER, CLIENT, OPPORTUNITY, ORGANIZATION

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANA, BUDI, FIELD_TEAM = (f"22222222-aaaa-4bbb-8ccc-00000000000{number}" for number in (1, 2, 3))
NAMES = ("firstname", "lastname", "companyname", "emailaddress1")


@pytest.fixture
def client(dynamics_client):
    return dynamics_client()


@pytest.fixture(autouse=True)
def people(dynamics):
    dynamics.add(by=APP_USER, kind="systemusers", record_id=ANA, fullname="Ana", internalemailaddress="ana@x.example")
    dynamics.add(
        by=APP_USER, kind="systemusers", record_id=BUDI, fullname="Budi", internalemailaddress="", isdisabled=True
    )
    dynamics.add(by=APP_USER, kind="teams", record_id=FIELD_TEAM, name="Field sales", teamtype=0)


def changed(client, *, since=NOON - HOUR, until=NOON + HOUR, fields=NAMES, after="") -> CrmPage:
    return client.changed(since=since, until=until, fields=fields, after=after)


def test_the_account_is_the_organization_and_whose_token_it_is(client, dynamics):
    assert client.account() == CrmAccount(ORGANIZATION, "Contoso Sales", "# Alur")
    dynamics.missing = {"prvReadOrganization", "prvReadUser"}
    assert client.account() == CrmAccount(ORGANIZATION, "", "")


def test_people_are_users_and_the_teams_that_can_own_records(client, dynamics):
    dynamics.add(by=APP_USER, kind="teams", name="Guests of one deal", teamtype=1)
    dynamics.add(by=APP_USER, kind="systemusers", fullname="# Portals", applicationid=CLIENT)
    assert client.people() == [
        CrmPerson(ANA, "Ana", "ana@x.example"),
        CrmPerson(BUDI, "Budi", "", is_active=False),
        CrmPerson(f"team:{FIELD_TEAM}", "Field sales", is_group=True),
    ]


def test_people_come_over_all_pages(client, dynamics):
    for number in range(1203):
        dynamics.add(by=APP_USER, kind="systemusers", fullname=f"Person {number}")
    assert len({person.id for person in client.people()}) == 1206
    assert dynamics.count("/systemusers") == 3


def test_a_record_has_the_values_asked_for_its_owner_and_its_status(client, dynamics):
    lead = dynamics.add(
        by=ANA,
        firstname="Siân 🌸",
        lastname="O’Hara 'or 1 eq 1",
        companyname="",
        emailaddress1=None,
        revenue="1250.50",
        donotemail=False,
        estimatedclosedate="2026-12-24",
        leadsourcecode=8,
        _ownerid_value=ANA,
        statuscode=2,
    )
    fields = (*NAMES, "revenue", "donotemail", "estimatedclosedate", "leadsourcecode")
    assert changed(client, fields=fields).records == (
        CrmRecord(
            id=lead,
            values={
                "firstname": "Siân 🌸",
                "lastname": "O’Hara 'or 1 eq 1",
                "revenue": "1250.5",
                "donotemail": "false",
                "estimatedclosedate": "2026-12-24",
                "leadsourcecode": "8",
            },
            owner=ANA,
            status="0:2",
            created_at=NOON,
            changed_at=NOON,
            changed_by=ANA,
        ),
    )


def test_a_lead_of_a_team_is_owned_as_that_team_is_called_among_people(client, dynamics):
    dynamics.add(by=ANA, lastname="Lestari", _ownerid_value=FIELD_TEAM)
    assert changed(client).records[0].owner == f"team:{FIELD_TEAM}"


def test_merged_and_qualified_leads_say_what_became_of_them(client, dynamics):
    loser, winner, bare, qualified = (dynamics.add(by=ANA) for _lead in range(4))
    dynamics.merge(loser, into=winner, by=ANA)
    dynamics.convert(qualified, into=OPPORTUNITY, by=ANA)
    dynamics.edit(bare, by=ANA, statecode=1, statuscode=3)
    became = {record.id: (record.merged_into, record.converted_to, record.status) for record in changed(client).records}
    assert became == {
        loser: (winner, "", "2:7"),
        winner: ("", "", "0:1"),
        qualified: ("", OPPORTUNITY, "1:3"),
        bare: ("", bare, "1:3"),  # nothing was made of it
    }


def test_the_window_holds_its_first_second_and_not_its_last(client, dynamics):
    dynamics.now = NOON + timedelta(seconds=5, microseconds=700_000)  # stamped 12:00:05
    lead = dynamics.add(by=ANA)

    def found(since: float, until: float) -> list[str]:
        page = changed(client, since=NOON + timedelta(seconds=since), until=NOON + timedelta(seconds=until))
        return [record.id for record in page.records]

    assert [found(5, 6), found(5.4, 6), found(0, 5), found(0, 5.1), found(6, 9)] == [[lead], [lead], [], [lead], []]


def test_every_call_says_the_version_and_every_page_asks_the_same(client, dynamics):
    for _lead in range(501):
        dynamics.add(by=ANA)
    first = changed(client)
    second = changed(client, after=first.after)
    assert ([len(first.records), len(second.records)], second.after) == ([500, 1], "")
    one, two = (call for call in dynamics.calls if call.path.endswith("/leads"))
    assert one.query["$orderby"] == "modifiedon asc,leadid asc"  # the engine would also do with half of it
    assert one.headers["prefer"] == two.headers["prefer"]
    assert one.headers["prefer"].startswith("odata.maxpagesize=500, ")
    said = {name: two.headers[name] for name in ("odata-version", "odata-maxversion", "accept", "if-none-match")}
    assert said == {
        "odata-version": "4.0",
        "odata-maxversion": "4.0",
        "accept": "application/json",
        "if-none-match": "null",
    }


def test_a_link_to_another_host_is_not_followed(client, dynamics):
    client.account()
    calls = len(dynamics.calls)
    for link in ("https://elsewhere.example/api/data/v9.2/leads", f"{dynamics.address}/other/leads"):
        with pytest.raises(CrmRefused) as refused:
            changed(client, after=link)
        assert (refused.value.reason, refused.value.code) == (Reason.SILENT, "other_host")
    assert len(dynamics.calls) == calls


def test_linked_leads_are_read_some_at_a_time_without_those_that_are_gone(client, dynamics):
    leads = [dynamics.add(by=ANA, lastname=f"Number {number}") for number in range(120)]
    dynamics.delete(leads[7], by=ANA)
    found = client.read([lead.upper() for lead in leads], fields=("lastname",))
    assert {record.id for record in found} == set(leads) - {leads[7]}
    assert dynamics.count("/leads") == 3
    assert client.read([], fields=()) == []


def test_what_is_no_id_or_no_column_never_gets_into_an_address(client, dynamics):
    with pytest.raises(CrmRefused) as refused:
        client.read([f"{ANA} or 1 eq 1"], fields=())
    assert refused.value.reason is Reason.WRONG
    with pytest.raises(CrmRefused) as refused:
        changed(client, fields=("lastname,ownerid&$filter=true",))
    assert (refused.value.reason, refused.value.field) == (Reason.FIELD, "lastname,ownerid&$filter=true")
    assert dynamics.calls == []


def removed(client, since=NOON - HOUR, until=NOON + HOUR, after="") -> CrmPage:
    return client.removed(since=since, until=until, after=after)


def test_deletions_are_listed_as_the_audit_says_without_what_was_restored(client, dynamics):
    deleted, restored, kept = (dynamics.add(by=ANA) for _lead in range(3))
    dynamics.now += timedelta(minutes=5)
    dynamics.delete(deleted, by=ANA)
    dynamics.delete(restored, by=ANA)
    dynamics.restore(restored, by=ANA)
    at = dynamics.now
    assert removed(client).records == (CrmRecord(deleted, changed_at=at, changed_by=APP_USER, is_gone=True),)
    assert removed(client, until=at).records == ()
    assert {record.id for record in changed(client).records} == {restored, kept}


def test_deletions_come_over_all_pages(client, dynamics):
    leads = {dynamics.add(by=ANA) for _lead in range(101)}
    for lead in leads:
        dynamics.delete(lead, by=ANA)
    first = removed(client)
    second = removed(client, after=first.after)
    assert (len(first.records), second.after) == (100, "")
    assert {record.id for record in (*first.records, *second.records)} == leads


def test_without_an_audit_deletions_show_in_what_is_missing(client, dynamics):
    unnoted, unread = dynamics.add(by=ANA), dynamics.add(by=ANA)
    dynamics.audits = False
    dynamics.delete(unnoted, by=ANA)
    assert removed(client) == CrmPage(())
    dynamics.audits, dynamics.missing = True, {"prvReadAuditSummary"}
    dynamics.delete(unread, by=ANA)
    assert removed(client) == CrmPage(())
    assert client.read([unnoted, unread], fields=()) == []


def test_a_lead_whose_status_was_removed_stops_no_other(client, dynamics):
    bare, other = dynamics.add(by=ANA), dynamics.add(by=ANA)
    dynamics.edit(bare, by=ANA, statuscode=None)
    assert {record.id: record.status for record in changed(client).records} == {bare: "", other: "0:1"}
    assert client.read([bare], fields=())[0].status == ""
    assert client.write(bare, owner=None, status="0:2", fields=()).status == "0:2"


def test_statuses_belong_to_states_and_only_people_qualify(client, dynamics):
    assert client.statuses() == [
        CrmStatus("0:1", "New"),
        CrmStatus("0:2", "Contacted"),
        CrmStatus("1:3", "Qualified", is_writable=False, is_closed=True),
        CrmStatus("2:4", "Lost", is_closed=True),
        CrmStatus("2:5", "Cannot Contact", is_closed=True),
        CrmStatus("2:6", "No Longer Interested", is_closed=True),
        CrmStatus("2:7", "Canceled", is_closed=True),
    ]
    dynamics.statuses |= {100: (0, "Other"), 101: (2, "Other")}
    assert client.statuses()[-2:] == [
        CrmStatus("0:100", "Other (Open)"),
        CrmStatus("2:101", "Other (Disqualified)", is_closed=True),
    ]


def test_fields_are_those_that_hold_something_of_their_own(client, dynamics):
    dynamics.hidden_fields = {"description"}
    found = {field.name: field for field in client.fields()}
    options = (("1", "Advertisement"), ("8", "Web"), ("9", "Word of Mouth"))
    assert found["leadsourcecode"] == CrmField("leadsourcecode", "Lead Source", "choice", options)
    assert {name: found[name].kind for name in ("revenue", "donotemail", "createdon", "estimatedclosedate")} == {
        "revenue": "number",
        "donotemail": "boolean",
        "createdon": "datetime",
        "estimatedclosedate": "date",
    }
    left_out = {"leadid", "leadsourcecodename", "statecode", "statuscode", "ownerid", "parentaccountid", "description"}
    assert left_out & set(found) == set()
