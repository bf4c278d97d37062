"""Columns: what a header says, in English, Indonesian and the words of CRM exports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.csv.columns import guess_columns, guess_mapping
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


def test_guess_keeps_the_whole_name_beside_first_and_last_name():
    assert guess_mapping(["Name", "First Name", "Last Name"]) == {0: "name", 1: "first_name", 2: "last_name"}
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


def by_title(header, *rows):
    guess = guess_columns(header, rows)
    doubts = {header[column]: doubt.code for column, doubt in guess.doubts.items()}
    return {header[column]: field for column, field in guess.mapping.items() if field}, doubts


def test_cells_correct_a_title():
    header = ["Contact", "Phone", "Title", "Website", "Country code", "Lead Type", "Size"]
    rows = [
        ("sari@nila.co.id", "yes", "Mrs.", "no", "+62", "online medium", "L"),
        ("budi@nila.co.id", "no", "Dr", "yes", "+62", "industry", "XL"),
        ("citra@nila.co.id", "no", "", "no", "+65", "online big", "M"),
    ]
    assert by_title(header, *rows) == (
        {"Contact": "email"},
        {
            "Contact": "by_cells",
            "Phone": "other_cells",
            "Title": "salutation",
            "Website": "other_cells",
            "Country code": "other_cells",
            "Lead Type": "other_cells",
            "Size": "other_cells",
        },
    )


def test_cells_say_what_an_unknown_title_does_not():
    rows = [("sari@nila.co.id", "+62 812-3456-7890", "1"), ("budi@nila.co.id", "0812 1111 2222", "2")]
    assert by_title(["Kolom 1", "Kolom 2", "Kolom 3"], *rows) == (
        {"Kolom 1": "email", "Kolom 2": "phone"},
        {"Kolom 1": "by_cells", "Kolom 2": "by_cells"},
    )


@pytest.mark.parametrize("title", ["Owner", "Sales rep", "Assigned to", "Created by", "Account manager"])
def test_addresses_of_colleagues_are_not_those_of_leads(title):
    rows = [("sari@nila.co.id", "rina@alur.id"), ("budi@nila.co.id", "eka@alur.id")]
    assert by_title(["Email", title], *rows)[0] == {"Email": "email"}


def test_codes_with_zeros_in_front_are_no_phones():
    rows = [("0000123456", "0812345678"), ("0000123457", "0812345679")]
    assert by_title(["Kolom", "Customer code"], *rows) == ({}, {})


def test_addresses_that_come_again_and_again_are_not_those_of_leads():
    rows = [(f"sari{number}@nila.co.id", "rina@alur.id") for number in range(9)]
    assert by_title(["Email", "Handled"], *rows)[0] == {"Email": "email"}


def test_empty_and_few_odd_cells_leave_a_guess():
    assert by_title(["Email", "Phone"], ("nobody", "later"))[0] == {"Email": "email", "Phone": "phone"}
    assert by_title(["Email", "Phone"], ("", ""), ("n/a", "-"))[0] == {"Email": "email", "Phone": "phone"}
    rows = [("sari@nila.co.id", "call me"), ("none", "0812-3456-7890"), ("-", "ask")]
    assert by_title(["Email", "Phone"], *rows) == ({"Email": "email", "Phone": "phone"}, {})


@pytest.mark.parametrize(
    ("header", "row", "fields"),
    [
        (["Name", "Vorname", "Firma"], ("Becker", "Tom", "Bau"), ["last_name", "first_name", "company_name"]),
        (["Name", "Vorname", "Firma"], ("Tom Becker", "Tom", "Bau"), ["name", "first_name", "company_name"]),
        (["Name", "First Name", "Last Name"], ("PT Nila", "Sari", "Ayu"), ["", "first_name", "last_name"]),
        (["Name", "Given Name", "Family Name"], ("Ayu, Sari", "Sari", "Ayu"), ["name", "first_name", "last_name"]),
        (["Nombre", "Apellidos"], ("Ana", "García"), ["first_name", "last_name"]),
        (["Nombre", "Empresa"], ("Ana García", "Sol"), ["name", "company_name"]),
        (["Nom", "Prénom"], ("Martin", "Léa"), ["last_name", "first_name"]),
        (["Nome", "Sobrenome"], ("Ana", "Souza"), ["first_name", "last_name"]),
        (["Title", "Job Title"], ("Mr.", "Owner"), ["", "title"]),
    ],
)
def test_names_are_read_together(header, row, fields):
    assert list(guess_mapping(header, [row]).values()) == fields


def test_of_several_ways_the_first_is_the_lead_s_own():
    header = ["Home Phone", "Mobile", "Business Phone", "Personal Email", "Work Email"]
    assert list(guess_mapping(header).values()) == ["further_phone", "phone", "further_phone", "further_email", "email"]
    assert list(guess_mapping(["Mobile", "Primary Phone"]).values()) == ["further_phone", "phone"]


def test_a_field_that_is_said_among_other_things_is_doubted():
    assert by_title(["What is your work e-mail?"]) == (
        {"What is your work e-mail?": "email"},
        {"What is your work e-mail?": "inside"},
    )


@given(
    st.lists(st.sampled_from(["Email", "Contact", "Phone", "Title", "Created", "Other"]), min_size=1, max_size=6),
    st.lists(
        st.lists(st.one_of(st.text(max_size=12), st.sampled_from(["a@b.co", "0812", "Mr."])), max_size=6), max_size=4
    ),
)
def test_any_cells_break_nothing(header, rows):
    assert set(guess_mapping(header, rows)) == set(range(len(header)))


def test_a_file_of_other_people_s_columns_is_not_taken_for_ways_to_reach_them():
    header = ["Prospect ID", "Lead Origin", "Lead Source", "Do Not Email", "Do Not Call", "Total Time Spent on Website"]
    header += ["Page Views Per Visit", "Last Activity", "What is your current occupation", "Activity Score of the week"]
    rows = [
        (f"7927b2df-{n}", "API", "Olark Chat", "No", "Yes", "674", "2.5", "Opened", "Student", "15") for n in range(5)
    ]
    assert by_title(header, *rows)[0] == {"Prospect ID": "external_id", "Lead Source": "source"}
    assert by_title(header)[0] == {"Prospect ID": "external_id", "Lead Source": "source"}


@pytest.mark.parametrize(
    "rows",
    [
        [["Sari Ayu", "", "", "sari@nila.co.id"]],
        [["Sari Ayu", "-", "n/a", "sari@nila.co.id"]],
        [["Sari Ayu", "Sari", "Ayu", "sari@nila.co.id"]],
        [["Sari Ayu", "", "", "sari@nila.co.id"], ["", "Tom", "Becker", "tom@becker-bau.de"]],
        [],
    ],
    ids=["halves empty", "halves of signs", "all filled", "one or the other", "no rows"],
)
def test_a_whole_name_counts_where_its_halves_are_empty(rows):
    header = ["Invitee Name", "Invitee First Name", "Invitee Last Name", "Invitee Email"]
    assert list(guess_mapping(header, rows).values()) == ["name", "first_name", "last_name", "email"]


def test_a_name_beside_a_first_name_is_the_last_name_only_where_rows_with_both_prove_it():
    rows = [("Tom Becker", ""), ("", "Sari")]
    assert list(guess_mapping(["Name", "Vorname"], rows).values()) == ["name", "first_name"]
    assert list(guess_mapping(["Name", "Vorname"], [*rows, ("Lestari", "Dewi")]).values()) == [
        "last_name",
        "first_name",
    ]
