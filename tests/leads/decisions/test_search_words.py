"""The words of a lead, and what a typed text asks for (A3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.facts.normalisation import normalise
from leads.decisions.search_words import MAX_WORD_LENGTH, MAX_WORDS, Term, terms_of, words_of, words_of_facts

PHONE = "+6281234567890"


def finds(text: str, words: tuple[str, ...], region: str = "ID") -> bool:
    """As the query does."""
    return all(
        any(
            all(any(word.startswith(prefix) for word in words) for prefix in prefixes) for prefixes in term.alternatives
        )
        for term in terms_of(text, region)
    )


def test_the_words_of_an_arrival():
    raw = {"name": "Ayşe O'Brien", "email": "Ayse@Nila.co.id; a.o@gmail.com", "phone": "0812-3456-7890"}
    raw |= {"company_name": "PT Hotel Nila", "external_id": "CRM-17"}
    assert words_of_facts(normalise(raw)) == (
        *("ayse", "o", "brien", "pt", "hotel", "nila"),
        *("ayse@nila.co.id", "nila.co.id", "a.o@gmail.com", "crm-17", "81234567890"),
    )


@pytest.mark.parametrize(
    "text",
    [
        *("0812-3456-7890", "+62 812 3456 7890", "6281234567890", "62 812-3456", "(0812) 3456.7890", "81234567890"),
        *("0062 812 3456 7890", "006281234567890"),
        *("0812", "812 345", "+62812"),
    ],
)
def test_a_phone_is_found_in_any_spelling(text: str):
    assert finds(text, words_of(names=(), values=(), phones=(PHONE,)))


@pytest.mark.parametrize("text", ["0813", "34567890", "+6281234567899"])
def test_another_phone_is_not(text: str):
    assert not finds(text, words_of(names=(), values=(), phones=(PHONE,)))


@pytest.mark.parametrize(
    "text",
    [
        *("ayse", "AYŞE", "ays", "o'brien", "O’Brien", "obrien"[:1], "nila hotel", "hot ni", "crm-17", "CRM", "CRM-1"),
        *("ayse@nila", "@nila.co.id", "nila.co.id", "ayse o'brien nila"),
    ],
)
def test_beginnings_of_words_find(text: str):
    words = words_of(names=("Ayşe O'Brien", "Hotel Nila"), values=("ayse@nila.co.id", "CRM-17"), phones=())
    assert finds(text, words)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("Ayşe Yılmaz", text) for text in ("yilmaz", "YILMAZ", "Yılmaz", "YİLMAZ", "ayse yil")),
        *(("Łukasz Żółć", text) for text in ("lukasz", "LUKASZ ZOLC", "łukasz", "Żółć")),
        *(("Søren Æbelø", text) for text in ("soren", "SØREN", "aebelo", "æbelø")),
        *(("AYSE YILMAZ", text) for text in ("Yılmaz", "ayşe yılmaz")),
    ],
)
def test_a_name_is_found_with_and_without_its_letters(name: str, text: str):
    assert finds(text, words_of(names=(name,), values=(), phones=()))


@pytest.mark.parametrize("text", ["otel", "ayse nilo", "17-crm", "o'bryan", "brien@"])
def test_other_texts_do_not(text: str):
    words = words_of(names=("Ayşe O'Brien", "Hotel Nila"), values=("ayse@nila.co.id", "CRM-17"), phones=())
    assert not finds(text, words)


def test_a_number_may_be_an_external_id():
    assert finds("90001", words_of(names=(), values=("90001",), phones=()))


def test_signs_alone_ask_for_nothing():
    assert [terms_of(text, "ID") for text in ("%", "' ; --", "")] == [(), (), ()]
    assert terms_of("acme", "ID") == (Term((("acme",),)),)


letters = st.text(st.characters(categories=("L", "M", "P", "Z"), exclude_characters="@"), max_size=300)


@given(letters, st.text(max_size=300))
def test_words_are_bounded_and_a_name_finds_itself(name: str, value: str):
    words = words_of(names=(name,), values=(value,), phones=())
    assert len(words) <= MAX_WORDS and all(0 < len(word) <= MAX_WORD_LENGTH for word in words)
    assert finds(" ".join(name.split()[:2]), words)
