"""Titles of the four products, of Alur's own template and of Indonesian lists name the right columns."""

import pytest

from routing.decisions.member_files.columns import guess_fields, header_line_of, mapping_faults
from routing.presenters.member_template import TEMPLATE_TITLES


@pytest.mark.parametrize(
    ("titles", "row", "fields"),
    [
        (
            "Pool Name|Business Unit|User|Email|Weight|Capping|Order",
            "SMB|Single Graph|Rina Hartono|rina@x.id|2|5|1",
            "group||name|email|weight|cap_day|position",
        ),
        (
            "LeanData__Round_Robin_Pool__r.Name|LeanData__User__r.Email|LeanData__Order__c|LeanData__Active__c",
            "SMB|rina@x.id|1|true",
            "group|email|position|active",
        ),
        (
            "Distribution|Assignee|Weight (%)|Priority|Max records per week",
            "Inbound AE|rina@x.id|200|1|20",
            "group|email|weight_percent|position|cap_week",
        ),
        ("User|Distribution weight|Status", "Rina Hartono|100%|Active", "name|weight|active"),
        (
            "Group: Name|Member: Full Name|User: Email|User: Active",
            "SMB|Rina Hartono|rina@x.id|1",
            "group|name|email|active",
        ),
        ("Queue Name|User.Name|User.Email|IsActive", "SMB|Rina Hartono|rina@x.id|TRUE", "group|name|email|active"),
        ("GroupId|UserOrGroupId", "00G1|0051", "|"),
        (
            "User ID|First name|Last name|Email|Main team|Seat",
            "12|Rina|Hartono|rina@x.id|SMB|Sales",
            "|first_name|last_name|email|group|",
        ),
        ("Username|Email|Team", "rina@x.id.sandbox|rina@x.id|SMB", "|email|group"),
        (
            "Nama lengkap|Surel|Bobot|Urutan|Batas per hari|Maks mingguan|Aktif|Rotasi",
            "Rina Hartono|rina@x.id|1|1|5|20|ya|SMB",
            "name|email|weight|position|cap_day|cap_week|active|group",
        ),
        ("Anggota|Persentase|Dijeda|Tim", "Rina Hartono|50|tidak|SMB", "name|weight_percent|paused|group"),
        ("Nama depan|Nama belakang|Alamat surel", "Rina|Hartono|rina@x.id", "first_name|last_name|email"),
        ("Hourly limit|Name|Monthly quota", "2|Rina|40", "cap_hour|name|cap_month"),
        ("Weight|Email|Weighting", "1|rina@x.id|2", "weight|email|"),
        ("Contact|Weight", "rina@x.id|2", "email|weight"),
        ("Email|Weight", "Rina Hartono|high", "|"),
        ("Name|Active|Paused", "Rina|yes|no", "name|active|"),
    ],
)
def test_columns_are_guessed_by_their_titles_and_cells(titles: str, row: str, fields: str):
    found = guess_fields(titles.split("|"), [row.split("|")] * 3)
    assert [found[column] for column in sorted(found)] == fields.split("|")


def test_the_template_is_read_back_without_a_question():
    row = ("SMB", "Rina Hartono", "rina@x.id", "1", "1", "", "8", "", "", "yes")
    found = guess_fields(TEMPLATE_TITLES, [row])
    assert list(found.values()) == [
        *("group", "name", "email", "weight", "position"),
        *("cap_hour", "cap_day", "cap_week", "cap_month", "active"),
    ]


@pytest.mark.parametrize(
    ("lines", "header"),
    [
        ((("Name", "Weight"), ("Rina", "2")), None),
        ((("Pool SMB",), ("Name", "Weight"), ("Rina", "2")), 2),
        ((("rina@x.id",), ("budi@x.id",)), 0),
        ((("Rina Hartono",), ("Budi Santoso",)), 0),
        ((("Rina Hartono", "2"), ("Budi Santoso", "1")), 0),
        ((("Rina", "Hartono"), ("Budi", "Santoso")), None),  # could be titles: a person says that there are none
    ],
)
def test_the_line_of_the_titles_is_found(lines: tuple, header: int | None):
    assert header_line_of(list(enumerate(lines, start=1))) == header


def test_a_file_without_titles_is_guessed_by_its_cells():
    rows = [("Rina Hartono", "rina@x.id", "2"), ("Budi Santoso", "budi@x.id", "1")]
    assert guess_fields((), rows) == {0: "name", 1: "email", 2: "weight"}
    assert guess_fields((), [("rina@x.id", "2", "7")]) == {0: "email", 1: "", 2: ""}  # which number is the weight?


def test_a_mapping_needs_somebody_and_each_field_once():
    assert mapping_faults({0: "weight", 1: ""}) == ("nobody",)
    assert mapping_faults({0: "email", 1: "weight", 2: "weight"}) == ("weight",)
    assert mapping_faults({0: "last_name", 1: ""}) == ()
