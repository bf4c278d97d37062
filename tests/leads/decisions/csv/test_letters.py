"""Encodings: what is certain is taken, what is not is asked with the letters in doubt."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leads.decisions.csv.alphabets import EIGHT_BIT, WIDE
from leads.decisions.csv.choice import LetterChoice, Written, as_stored, choose, from_stored, spelled
from leads.decisions.csv.letters import MAX_CELLS, Letters, letters_of
from tests.effort import examples

GERMAN = ["Jürgen Müller", "Käthe Weiß", "Björn Köhler", "Jörg Schäfer"]
TURKISH = ["Ayşe Yılmaz", "Gül Kılıç", "Uğur Işık", "İbrahim Yıldız"]
POLISH = ["Łukasz Wójcik", "Małgorzata Kość", "Agnieszka Dąbrowska", "Michał Żak", "Zażółć Gęślą"]
RUSSIAN = ["Иван Петров", "Ольга Смирнова", "Сергей Кузнецов"]


def a_file(names, encoding, *, plain=0):
    lines = [f"{name},p{number}@nila.co.id" for number, name in enumerate(names)]
    return "\r\n".join(["Name,Email", *["Sari,s@nila.co.id"] * plain, *lines, ""]).encode(encoding)


def offered(content):
    """Each way that is offered, with the first cell in doubt as it would be read."""
    choice = choose(letters_of(content))
    return [(way.encoding, spelled(choice.cells[0], way)) for way in choice.offered]


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (GERMAN, "cp1252"),
        (GERMAN, "mac_roman"),
        (TURKISH, "cp1254"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (["Γιώργος Παπαδόπουλος", "Ελένη Νικολάου"], "cp1253"),
        (["דוד כהן", "שרה לוי", "תל אביב"], "cp1255"),
        (["محمد علي", "فاطمة الزهراء"], "cp1256"),
        (["สมชาย ใจดี", "กรุงเทพ"], "cp874"),
        (["王小明", "北京科技有限公司", "张伟"], "gb18030"),
        (["王小明", "臺北科技有限公司", "張偉"], "big5"),
        (["田中太郎", "鈴木花子", "株式会社テスト"], "cp932"),
        (["김철수", "이영희", "주식회사 한국"], "cp949"),
        (["José", "Zoë", "Ayşe", "Иван", "王小明"], "utf-8"),
    ],
)
def test_letters_of_one_language_leave_no_doubt(names, encoding):
    choice = choose(letters_of(a_file(names, encoding)))
    assert (choice.offered, choice.must_be_chosen) == ((Written(encoding),), False)


@pytest.mark.parametrize(
    ("names", "encoding", "expected"),
    [
        (
            ["Ayşe Yılmaz"],
            "cp1254",
            [("cp1254", "Ayşe Yılmaz"), ("cp1252", "Ayþe Yýlmaz"), ("cp1250", "Ayţe Yýlmaz")],
        ),
        (["Peña"], "cp1252", [("cp1252", "Peña"), ("cp1250", "Peńa")]),
        (["Paweł"], "cp1250", [("cp1250", "Paweł"), ("cp1252", "Pawe³"), ("mac_roman", "Pawe≥")]),
        (["José"], "mac_roman", [("mac_roman", "José"), ("cp850", "JosÄ")]),
    ],
)
def test_one_name_in_doubt_is_asked_the_most_plausible_first(names, encoding, expected):
    assert offered(a_file(names, encoding)) == expected


def test_encodings_that_give_the_same_letters_are_not_asked():
    assert offered(a_file(["José", "Zoë", "Müller"], "iso8859-1")) == [("cp1252", "José")]


def test_letters_deep_in_a_plain_file_are_found_and_asked():
    content = a_file(["Ayşe Yılmaz"], "cp1254", plain=20_000)
    letters = Letters()
    for begin in range(0, len(content), 1000):
        letters.feed(content[begin : begin + 1000])
    choice = choose(letters.finish())
    assert (choice.must_be_chosen, choice.cells) == (True, ("Ayşe Yılmaz".encode("cp1254"),))


def test_every_letter_of_a_long_file_counts_also_behind_many_samples():
    same = [f"José {number}" for number in range(3 * MAX_CELLS)]
    choice = choose(letters_of(a_file([*same, "Ayşe"], "cp1254")))
    assert (choice.must_be_chosen, choice.cells[0]) == (True, "Ayşe".encode("cp1254"))


def test_a_file_of_utf_8_with_lines_in_another_encoding_is_read_in_both_and_says_so():
    content = a_file(["José", "Zoë"], "utf-8") + a_file(["José"], "cp1252")
    assert choose(letters_of(content)) == LetterChoice((Written("utf-8", "cp1252"),), ("José".encode("cp1252"),), 1)


def test_half_a_letter_is_read_as_no_other_one():
    choice = choose(letters_of(a_file(["José"], "utf-8") + b"Jos\xc3,x@nila.co.id\n"))
    assert (choice.offered, choice.mixed) == ((Written("utf-8"),), 1)


@pytest.mark.parametrize("misread", ["cp1252", "cp1250", "cp1254", "latin-1"])
def test_what_was_saved_twice_is_offered_repaired_and_as_it_stands(misread):
    names = ["Zoë Müller", "Jürgen"] if misread != "latin-1" else ["Ayşe Yılmaz"]
    content = a_file(names, "utf-8").decode(misread).encode()
    (repaired, text), (encoding, _as_it_stands) = offered(content)
    assert (repaired.partition("+")[0], text, encoding) == ("utf-8", names[0], "utf-8")


def test_a_file_that_was_saved_twice_in_part_is_not_repaired_but_named():
    content = a_file(["Ayşe"], "utf-8").decode("cp1252").encode() + a_file(["José"], "utf-8")
    assert choose(letters_of(content)).twice == "AyÅŸe"
    assert choose(letters_of(content)).offered == (Written("utf-8"),)


def test_what_fits_no_language_is_asked():
    assert choose(letters_of(b"Name\n\xe9\x8f\xff\x90\xa1\xd0\n")).must_be_chosen is True


def test_a_choice_is_kept_as_json_and_comes_back():
    choice = choose(letters_of(a_file(["Ayşe"], "cp1254")))
    assert (from_stored(as_stored(choice)), from_stored({})) == (choice, LetterChoice(()))


NAMES = {"cp1252": GERMAN, "mac_roman": GERMAN, "cp1254": TURKISH, "cp1250": POLISH, "cp1251": RUSSIAN}


@given(
    st.sampled_from(sorted(NAMES)).flatmap(
        lambda code: st.tuples(st.just(code), st.sets(st.sampled_from(NAMES[code]), min_size=1))
    )
)
@settings(max_examples=examples(60), deadline=None)
def test_the_right_reading_is_always_among_the_offered(drawn):
    code, names = drawn
    choice = choose(letters_of(a_file(sorted(names), code)))
    read = [[spelled(cell, way) for cell in choice.cells] for way in choice.offered]
    assert [cell.decode(code) for cell in choice.cells] in read


@given(st.binary(max_size=400), st.integers(1, 50))
@example(b"\xfe\xff", 1)
@settings(max_examples=examples(150), deadline=None)
def test_any_bytes_in_any_pieces_give_the_same_answer(content, size):
    letters = Letters()
    letters.feed(b"")
    for begin in range(0, len(content), size):
        letters.feed(content[begin : begin + size])
    whole, pieces = choose(letters_of(content)), choose(letters.finish())
    assert (pieces.must_be_chosen, pieces.offered[:1]) == (whole.must_be_chosen, whole.offered[:1])
    assert {way.encoding.partition("+")[0] for way in whole.offered} <= {
        "utf-8",
        *(e.code for e in (*EIGHT_BIT, *WIDE)),
    }
