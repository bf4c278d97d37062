"""Columns: what a header says, in English, Indonesian and the words of CRM exports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.csv.columns import guess_mapping
from leads.decisions.facts.field_names import FURTHER
from leads.decisions.facts.fields import FIELDS, SEVERAL


def named(header):
    return {header[index]: field for index, field in guess_mapping(header).items()}


def test_guess_reads_a_marketing_funnel():
    header = ["mql_id", "first_contact_date", "landing_page_id", "origin"]
    assert guess_mapping(header) == {0: "external_id", 1: "captured_at", 2: "", 3: "source"}


def test_guess_reads_a_crm_export():
    names = "Index,Account Id,Lead Owner,First Name,Last Name,Company,Phone 1,Phone 2,Email 1,Email 2,Website,Source"
    header = [*names.split(","), "Deal Stage", "Notes"]
    assert named(header) == {
        "Index": "",
        "Account Id": "",
        "Lead Owner": "",
        "First Name": "first_name",
        "Last Name": "last_name",
        "Company": "company_name",
        "Phone 1": "phone",
        "Phone 2": "further_phone",
        "Email 1": "email",
        "Email 2": "further_email",
        "Website": "website",
        "Source": "source",
        "Deal Stage": "",
        "Notes": "message",
    }


def test_guess_reads_indonesian():
    header = [
        "Nama Lengkap*",
        "Alamat E-mail",
        "No. HP",
        "Nama Perusahaan",
        "JABATAN",
        "Kota",
        "Negara",
        "Sumber",
        "Tanggal Masuk",
        "Jumlah Karyawan",
        "Catatan",
    ]
    assert list(guess_mapping(header).values()) == [
        "name",
        "email",
        "phone",
        "company_name",
        "title",
        "city",
        "country",
        "source",
        "captured_at",
        "company_size",
        "message",
    ]


def test_guess_reads_other_exports():
    header = [
        "Lead ID",
        "Company / Account",
        "emailAddress",
        "Phone",
        "Mobile",
        "Lead Source",
        "Annual Revenue",
        "No. of Employees",
        "Created Date",
        "Rating",
    ]
    assert list(guess_mapping(header).values()) == [
        "external_id",
        "company_name",
        "email",
        "phone",
        "further_phone",
        "source",
        "",
        "company_size",
        "captured_at",
        "",
    ]


@pytest.mark.parametrize("field", [field for field in FIELDS if field not in SEVERAL])
def test_guess_knows_every_field_by_its_own_name(field):
    assert guess_mapping([field]) == {0: field}
    assert guess_mapping([field.upper().replace("_", "-")]) == {0: field}


def test_guess_gives_a_field_to_the_better_name():
    assert guess_mapping(["ID", "Lead ID"]) == {0: "", 1: "external_id"}
    assert guess_mapping(["Email", "E-mail"]) == {0: "email", 1: "further_email"}


def test_guess_prefers_first_and_last_name_to_the_whole():
    assert guess_mapping(["Name", "First Name", "Last Name"]) == {0: "", 1: "first_name", 2: "last_name"}
    assert guess_mapping(["Name", "Email"]) == {0: "name", 1: "email"}


def test_guess_ignores_hints_behind_a_name():
    assert guess_mapping(["E-Mail (required)", "Your Phone *"]) == {0: "email", 1: "phone"}


@given(
    st.lists(
        st.one_of(st.text(max_size=10), st.sampled_from(["Email", "email 1", "E-mail", "Name", "First Name", "Phone"])),
        max_size=12,
    )
)
def test_guess_names_every_column_and_no_field_twice(header):
    found = guess_mapping(header)
    given = [field for field in found.values() if field and field not in SEVERAL]
    assert list(found) == list(range(len(header)))
    assert len(given) == len(set(given))
    assert set(given) <= set(FIELDS)
    assert {FURTHER.get(field, "") for field in given} >= {field for field in found.values() if field in SEVERAL}
