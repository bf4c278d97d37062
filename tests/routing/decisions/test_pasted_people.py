"""People are read from whatever is pasted: each once, with a name, and what is no address is named with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.pasted_people import MOST, PastedPerson, Unreadable, name_from_address, read_people


def read(text: str) -> list[tuple[str, str]]:
    return [(person.email, person.name) for person in read_people(text).people]


@pytest.mark.parametrize(
    "text",
    [
        "rina.hartono@x.id",
        "  Rina.Hartono@X.ID  ",
        "rina.hartono@x.id.",
        "mailto:rina.hartono@x.id",
        "<rina.hartono@x.id>",
        "Rina Hartono <rina.hartono@x.id>",
        "Rina Hartono <mailto:rina.hartono@x.id>;",
        '"Hartono, Rina" <rina.hartono@x.id>,',
        "Hartono, Rina <rina.hartono@x.id>",
        "Rina\tHartono\trina.hartono@x.id",
        "Rina;Hartono;rina.hartono@x.id",
        "rina.hartono@x.id\tRina Hartono",
        "rina.hartono@x.id (Rina Hartono)",
        "- Rina Hartono: rina.hartono@x.id",
        "1. Rina Hartono rina.hartono@x.id",
        "To: Rina Hartono <rina.hartono@x.id>",
        "rina.hartono@x.id <rina.hartono@x.id>",
        "[rina.hartono@x.id](mailto:rina.hartono@x.id)",
        "\ufeffrina.hartono@x.id\u200b",
    ],
)
def test_one_person_in_many_spellings(text):
    found = read_people(text)
    assert found.people == (PastedPerson("rina.hartono@x.id", "Rina", "Hartono", 1),)
    assert (found.repeated, found.unreadable) == ((), ())


@pytest.mark.parametrize("between", [",", ", ", ";", "; ", "\t", " ", "\n", "\r\n", "\n\n", " , ; "])
def test_many_between_any_signs(between):
    mails = ["a@x.id", "b@x.id", "c@x.id"]
    assert [email for email, _name in read(between.join(mails))] == mails


def test_names_stay_with_their_addresses():
    assert read("Rina Hartono <r@x.id>, Santoso, Budi <b@x.id>; c@x.id") == [
        ("r@x.id", "Rina Hartono"),
        ("b@x.id", "Budi Santoso"),
        ("c@x.id", "C"),
    ]
    assert read("r@x.id Rina Hartono, b@x.id Budi Santoso") == [("r@x.id", "Rina Hartono"), ("b@x.id", "Budi Santoso")]


def test_what_comes_twice_counts_once_and_is_named():
    found = read_people("rina@x.id\nRINA@x.id\nBudi <budi@x.id>, rina@X.id.")
    assert ([person.email for person in found.people], found.repeated) == (["rina@x.id", "budi@x.id"], ("rina@x.id",))


@pytest.mark.parametrize(
    ("text", "unreadable"),
    [
        ("rina@x.id\n\nbudi at x.id\n", [Unreadable("budi at x.id", 3)]),
        ("rina@\n@x.id\na@b", [Unreadable("rina@", 1), Unreadable("@x.id", 2), Unreadable("a@b", 3)]),
        ("a@@x.id, b@x..id, c@-x.id", [Unreadable("a@@x.id", 1), Unreadable("b@x..id", 1), Unreadable("c@-x.id", 1)]),
        ("rina.web.id, budi@x.id", [Unreadable("rina.web.id", 1)]),
        ("a@x.id, b@x.id, Rina", [Unreadable("Rina", 1)]),
        ("x" * 200 + "@x.id", [Unreadable("x" * 58 + " …", 1)]),
        ("x " * 80, [Unreadable(("x " * 29) + " …", 1)]),
    ],
)
def test_what_is_no_address_is_named_with_its_line(text, unreadable):
    found = list(read_people(text).unreadable)
    assert [(each.line, each.text.split()) for each in found] == [(each.line, each.text.split()) for each in unreadable]


@pytest.mark.parametrize("text", ["", "   \n\t\r\n", "---", ";;;,,,", "1.\n2.\n"])
def test_nothing_is_nobody(text):
    assert read_people(text).people == () and read_people(text).unreadable == ()


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("rina.hartono@x.id", ("Rina", "Hartono")),
        ("maria_dewi-gunawan+sales@x.id", ("Maria Dewi", "Gunawan")),
        ("rhartono42@x.id", ("Rhartono", "")),
        ("007@x.id", ("007", "")),
    ],
)
def test_a_name_is_made_of_the_address(email, name):
    assert name_from_address(email) == name


def test_five_hundred_are_read_and_more_are_too_many():
    lines = [f"Person {chr(97 + number % 26)} <person{number}@x.id>" for number in range(MOST + 1)]
    assert (len(read_people("\n".join(lines[:MOST])).people), read_people("\n".join(lines[:MOST])).is_too_long) == (
        MOST,
        False,
    )
    assert read_people("\n".join(lines)).is_too_long is True


names = st.text(alphabet=st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=1, max_size=12)
locals_ = st.from_regex(r"[a-z][a-z0-9]{0,8}(\.[a-z]{1,8})?", fullmatch=True)
mails = st.builds(lambda local, place: f"{local}@{place}.example", locals_, st.sampled_from(["a", "b-c", "sub.d"]))
spellings = st.sampled_from(["{m}", "{M}", "<{m}>", "mailto:{m}", "{m}.", "{f} {l} <{m}>", '"{l}, {f}" <{M}>'])


@given(st.lists(st.tuples(mails, names, names, spellings), max_size=12), st.sampled_from([",", ";", "\n", "\r\n"]))
def test_any_list_gives_each_address_once_in_order(rows, between):
    text = between.join(shape.format(m=mail, M=mail.upper(), f=first, l=last) for mail, first, last, shape in rows)
    found = read_people(text)
    wanted = [mail for mail, *_rest in rows]
    assert [person.email for person in found.people] == list(dict.fromkeys(wanted))
    assert set(found.repeated) == {mail for mail in wanted if wanted.count(mail) > 1}
    assert found.unreadable == ()


@given(st.text(max_size=300))
def test_any_text_is_read_without_error(text):
    found = read_people(text)
    lines = max(1, len(text.splitlines()) + 1)
    assert all(1 <= each.line <= lines for each in (*found.people, *found.unreadable))
    assert all(person.email == person.email.lower() and person.email.count("@") == 1 for person in found.people)
    again = read_people("\n".join(person.email for person in found.people))
    assert [person.email for person in again.people] == [person.email for person in found.people]
