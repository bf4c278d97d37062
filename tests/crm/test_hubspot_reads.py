"""What the client of HubSpot reads, from a double that is as strict as HubSpot (I4)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmRecord
from tests.crm.faults import Fault, FaultKind
from tests.crm.hubspot_client import FIELDS, all_changed, open_client
from tests.crm.hubspot_double import HubSpotDouble

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONG_AGO = NOON - 100 * HOUR


def reason_of(refused: pytest.ExceptionInfo[CrmRefused]) -> tuple[Reason, str, str]:
    return refused.value.reason, refused.value.code, refused.value.field


class TestChanged:
    def test_a_contact_comes_with_what_was_asked_for(self, hubspot: HubSpotDouble):
        owner = hubspot.add_owner("rina@alur.example", "Rina", "Wijaya")
        contact = hubspot.add(
            by="40001",
            email="dewi@acme.example",
            firstname="Dewi 🌻",
            lastname="O'Lestari",
            jobtitle="Buyer",
            hs_lead_status="OPEN",
            hubspot_owner_id=owner,
        )
        hubspot.now += HOUR
        page = open_client(hubspot).changed(since=NOON, until=NOON + HOUR, fields=FIELDS)
        assert page.after == ""
        assert page.records == (
            CrmRecord(
                id=contact,
                values={"email": "dewi@acme.example", "firstname": "Dewi 🌻", "lastname": "O'Lestari"},
                owner=owner,
                status="OPEN",
                created_at=NOON,
                changed_at=NOON,
                changed_by="40001",
            ),
        )

    def test_half_an_emoji_and_nul_are_replaced_as_no_database_keeps_them(self, hubspot: HubSpotDouble):
        hubspot.add(by="1", email="a@acme.example", firstname="Dewi \ud83c", lastname="Les\x00tari 🌻")
        hubspot.now += HOUR
        (found,) = open_client(hubspot).changed(since=NOON, until=NOON + HOUR, fields=FIELDS).records
        assert (found.values["firstname"], found.values["lastname"]) == ("Dewi \ufffd", "Les\ufffdtari 🌻")

    def test_the_window_holds_its_beginning_and_not_its_end(self, hubspot: HubSpotDouble):
        ids = []
        for second in range(3):
            hubspot.now = NOON + timedelta(seconds=second)
            ids.append(hubspot.add(by="1", email=f"{second}@acme.example"))
        found = all_changed(open_client(hubspot), NOON, NOON + timedelta(seconds=2))
        assert [each.id for each in found] == ids[:2]

    def test_what_is_empty_is_left_out_also_where_hubspot_says_null(self, hubspot: HubSpotDouble):
        hubspot.says_null = True
        hubspot.add(by="1", email="dewi@acme.example", firstname="")
        [found] = all_changed(open_client(hubspot), LONG_AGO, NOON + HOUR)
        assert (dict(found.values), found.owner, found.status) == ({"email": "dewi@acme.example"}, "", "")
        assert hubspot.count("properties") == 0

    def test_pages_follow_ids_though_all_changed_in_the_same_moment(self, hubspot: HubSpotDouble):
        ids = [
            hubspot.add(
                by="1", email=f"{number}@acme.example", **dict.fromkeys(("phone", "firstname", "lastname"), "1")
            )
            for number in range(450)
        ]
        client = open_client(hubspot)
        found = all_changed(client, NOON, NOON + HOUR)
        assert [each.id for each in found] == ids
        assert hubspot.count("/search", "POST") == len(hubspot.calls) == 3
        assert {call.json["after"] for call in hubspot.calls} == {"0"}

    def test_a_full_last_page_is_followed_by_an_empty_one(self, hubspot: HubSpotDouble):
        for number in range(200):
            hubspot.add(by="1", email=f"{number}@acme.example")
        assert len(all_changed(open_client(hubspot), NOON, NOON + HOUR, fields=("email",))) == 200
        assert hubspot.count("/search") == 2

    def test_a_page_that_comes_twice_is_refused_and_asked_for_again(self, hubspot: HubSpotDouble):
        for number in range(450):
            hubspot.add(by="1", email=f"{number}@acme.example")
        client = open_client(hubspot)
        first = client.changed(since=NOON, until=NOON + HOUR, fields=("email",))
        hubspot.next_faults = [Fault(FaultKind.REPEAT)]
        with pytest.raises(CrmRefused) as refused:
            client.changed(since=NOON, until=NOON + HOUR, fields=("email",), after=first.after)
        assert reason_of(refused) == (Reason.SILENT, "page_out_of_order", "")
        second = client.changed(since=NOON, until=NOON + HOUR, fields=("email",), after=first.after)
        assert len({each.id for each in (*first.records, *second.records)}) == 400

    def test_pages_that_hubspot_does_not_sort_are_refused(self, hubspot: HubSpotDouble):
        for number in range(201):
            hubspot.add(by="1", email=f"{number}@acme.example")
        hubspot.sorts = False
        with pytest.raises(CrmRefused) as refused:
            open_client(hubspot).changed(since=NOON, until=NOON + HOUR, fields=("email",))
        assert reason_of(refused) == (Reason.SILENT, "page_out_of_order", "")

    def test_a_list_of_fields_too_long_for_a_search_is_read_afterwards(self, hubspot: HubSpotDouble):
        names = [f"a_rather_long_name_of_a_property_{number}" for number in range(90)]
        hubspot.add_properties("contacts", names)
        contact = hubspot.add(by="1", email="dewi@acme.example", **{names[89]: "yes"})
        [found] = all_changed(open_client(hubspot), NOON, NOON + HOUR, fields=("email", *names))
        assert (found.id, dict(found.values)) == (contact, {"email": "dewi@acme.example", names[89]: "yes"})
        assert [call.path.rpartition("/")[2] for call in hubspot.calls] == ["search", "read", "contacts"]

    def test_a_property_that_has_gone_is_named(self, hubspot: HubSpotDouble):
        hubspot.add(by="1", email="dewi@acme.example", phone="+62811")
        hubspot.hidden_fields = {"phone"}
        with pytest.raises(CrmRefused) as refused:
            all_changed(open_client(hubspot), NOON, NOON + HOUR)
        assert reason_of(refused) == (Reason.FIELD, "property_gone", "phone")

    def test_a_property_that_nobody_has_filled_in_is_asked_about_once(self, hubspot: HubSpotDouble):
        for number in range(450):
            hubspot.add(by="1", email=f"{number}@acme.example")
        found = all_changed(open_client(hubspot), NOON, NOON + HOUR, fields=("email", "jobtitle"))
        assert (len(found), hubspot.count("/crm/properties/")) == (450, 1)

    def test_records_that_lists_do_not_show_yet_come_with_the_overlap(self, hubspot: HubSpotDouble):
        hubspot.lag = timedelta(seconds=20)
        contact = hubspot.add(by="1", email="dewi@acme.example")
        client = open_client(hubspot)
        assert all_changed(client, NOON, NOON + HOUR) == []
        hubspot.now += timedelta(seconds=30)
        assert [each.id for each in all_changed(client, NOON - timedelta(minutes=10), NOON + HOUR)] == [contact]

    def test_a_merge_names_both_that_became_one_before_it(self, hubspot: HubSpotDouble):
        older, younger = (hubspot.add(by="1", email=f"{name}@acme.example") for name in ("dewi", "d.lestari"))
        hubspot.now += HOUR
        hubspot.merge(younger, into=older, by="1")
        *losers, winner = all_changed(open_client(hubspot), NOON + HOUR, NOON + 2 * HOUR)
        assert dict(winner.values) == {"email": "dewi@acme.example"}
        assert winner.id not in (older, younger)
        assert losers == [CrmRecord(id=each, merged_into=winner.id) for each in (older, younger)]

    def test_a_merge_that_keeps_the_winners_id_names_the_other(self, hubspot: HubSpotDouble):
        hubspot.keeps_primary = True
        older, younger = (hubspot.add(by="1", email=f"{name}@acme.example") for name in ("dewi", "d.lestari"))
        hubspot.now += HOUR
        hubspot.merge(younger, into=older, by="1")
        loser, winner = all_changed(open_client(hubspot), NOON + HOUR, NOON + 2 * HOUR)
        assert (loser, winner.id) == (CrmRecord(id=younger, merged_into=older), older)

    @given(
        moments=some.lists(some.integers(0, 12), max_size=14),
        later=some.lists(some.tuples(some.integers(0, 13), some.integers(0, 12)), max_size=6),
        length=some.integers(2, 15),
        page=some.integers(1, 5),
    )
    def test_any_windows_and_pages_bring_each_record_and_end(self, moments, later, length, page):
        """Windows overlap by two minutes, pages are of any length, and records change between the pages."""
        with HubSpotDouble(NOON) as hubspot:
            hubspot.most_on_a_page = page
            client, seen, cursor = open_client(hubspot), {}, NOON
            for minute in range(30):
                hubspot.now = NOON + timedelta(minutes=minute)
                pending = [None for each in moments if each == minute]
                pending += [place for place, each in later if each == minute]
                hubspot.before = lambda _call, pending=pending: change(hubspot, pending)
                while cursor + timedelta(minutes=length) <= hubspot.now:
                    upper = cursor + timedelta(minutes=length)
                    for each in all_changed(client, cursor - timedelta(minutes=2), upper, ("email",)):
                        seen[each.id] = max(seen.get(each.id, each.changed_at), each.changed_at)
                    cursor = upper
                while pending:
                    change(hubspot, pending)
            stamps = {row.id: row.changed_at for row in hubspot.rows.values() if row.changed_at < cursor}
            assert {name: at for name, at in seen.items() if name in stamps} == stamps


def change(hubspot: HubSpotDouble, pending: list[int | None]) -> None:
    """One record is made, or edited, now."""
    if pending:
        place, ids = pending.pop(), [*hubspot.rows]
        if place is None or place >= len(ids):
            hubspot.add(by="1", email=f"{len(ids)}@acme.example")
        else:
            hubspot.edit(ids[place], by="1", email=f"{hubspot.now:%H%M}@acme.example")


class TestRemoved:
    def test_only_what_was_deleted_in_the_window_and_neither_merged_nor_forgotten(self, hubspot: HubSpotDouble):
        ids = [hubspot.add(by="1", email=f"{number}@acme.example") for number in range(6)]
        hubspot.delete(ids[0], by="1")
        hubspot.now += HOUR
        hubspot.delete(ids[1], by="1")
        hubspot.merge(ids[2], into=ids[3], by="1")
        hubspot.forget(ids[4])
        page = open_client(hubspot).removed(since=NOON + HOUR, until=NOON + 2 * HOUR)
        assert [(each.id, each.is_gone, each.changed_at) for each in page.records] == [(ids[1], True, NOON + HOUR)]
        assert page.after == ""
        assert all_changed(open_client(hubspot), NOON, NOON + 2 * HOUR)[-1].id not in ids[:5]

    def test_all_pages_are_read_though_some_hold_nothing_of_the_window(self, hubspot: HubSpotDouble):
        ids = [hubspot.add(by="1", email=f"{number}@acme.example") for number in range(250)]
        for each in ids[:240]:
            hubspot.delete(each, by="1")
        hubspot.now += HOUR
        hubspot.delete(ids[245], by="1")
        client, after, found, lengths = open_client(hubspot), "", [], []
        while not lengths or after:
            page = client.removed(since=NOON + HOUR, until=NOON + 2 * HOUR, after=after)
            after, found, lengths = page.after, [*found, *page.records], [*lengths, len(page.records)]
        assert ([each.id for each in found], lengths) == ([ids[245]], [0, 0, 1])


class TestRead:
    def test_some_as_they_stand_now_without_those_that_are_gone(self, hubspot: HubSpotDouble):
        ids = [hubspot.add(by="1", email=f"{number}@acme.example") for number in range(4)]
        hubspot.delete(ids[1], by="1")
        hubspot.forget(ids[2])
        found = open_client(hubspot).read([ids[3], *ids[:3]], fields=("email",))
        assert [(each.id, dict(each.values)) for each in found] == [
            (ids[3], {"email": "3@acme.example"}),
            (ids[0], {"email": "0@acme.example"}),
        ]

    def test_a_hundred_are_one_call(self, hubspot: HubSpotDouble):
        ids = [hubspot.add(by="1", email=f"{number}@acme.example") for number in range(101)]
        assert [each.id for each in open_client(hubspot).read(ids, fields=("email",))] == ids
        assert (hubspot.count("/batch/read"), len(hubspot.calls)) == (2, 2)

    def test_none_are_no_call(self, hubspot: HubSpotDouble):
        assert open_client(hubspot).read([], fields=FIELDS) == []
        assert hubspot.calls == []

    @pytest.mark.parametrize("follows", [True, False])
    @pytest.mark.parametrize("keeps", [True, False])
    def test_the_loser_of_a_merge_says_who_won(self, hubspot: HubSpotDouble, follows: bool, keeps: bool):
        hubspot.batch_follows_merges, hubspot.keeps_primary = follows, keeps
        older, younger, other = (hubspot.add(by="1", email=f"{name}@acme.example") for name in "abc")
        hubspot.merge(younger, into=older, by="1")
        winner = hubspot.rows[younger].merged_into
        loser, same = open_client(hubspot).read([younger, other], fields=("email",))
        assert (loser, same.id) == (CrmRecord(id=younger, merged_into=winner), other)
