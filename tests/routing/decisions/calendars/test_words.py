"""Words for being away in titles: whole words in six languages, and not where a title speaks about leave (I2)."""

import pytest

from routing.decisions.calendars.words import category_for_away, says_out_of_office, word_for_away


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Vacation", "Vacation"),
        ("Vacation in Bali", "Vacation"),
        ("Rina OOO", "OOO"),
        ("OOO - Rina", "OOO"),
        ("[OOO] Rina", "OOO"),
        ("Rina - cuti", "cuti"),
        ("Cuti tahunan", "Cuti"),
        ("Cuti bersama", "Cuti"),
        ("Tidak di kantor", "Tidak di kantor"),
        ("Izin sakit", "Izin sakit"),
        ("Sakit", "Sakit"),
        ("Out-of-office", "Out of office"),
        ("Annual Leave - Rina H.", "Annual Leave"),
        ("Rina's holiday", "holiday"),
        ("Vacation Rina", "Vacation"),
        ("OOO - back on Monday", "OOO"),
        ("Vacation & family", "Vacation"),
        ("OOO: client visit", "OOO"),
        ("Rina OOO - workshop", "OOO"),
        ("Rina: off", "off"),
        ("Rina off", "off"),
        ("Izin pribadi", "Izin"),
        ("Urlaub", "Urlaub"),
        ("Urlaub Mallorca", "Urlaub"),
        ("nicht im Büro", "nicht im Büro"),
        ("Krank", "Krank"),
        ("Vacaciones", "Vacaciones"),
        ("FUERA DE LA OFICINA", "FUERA DE LA OFICINA"),
        ("Congés payés", "Congés"),
        ("CONGE", "CONGE"),
        ("Absente du bureau", "Absente du bureau"),
        ("Férias da Ana", "Férias"),
        ("Fe\u0301rias", "Férias"),
        ("de folga", "folga"),
        ("\N{PALM TREE} vacation", "vacation"),
    ],
)
def test_a_title_says_away_in_whole_words(title, word):
    assert word_for_away(title, frozenset({"rina"})) == word


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Vacation Rentals Ltd - demo",
        "Holiday Inn - site visit",
        "Holiday Inn",
        "Leave policy review",
        "PTO request: approval",
        "Rapat cuti bersama",
        "Urlaubsplanung",
        "Urlaub: Planung",
        "Rumah Sakit Siloam",
        "rumah sakit",
        "izin usaha",
        "Oooh, a party",
        "Floooor",
        "Leave for the airport",
        "Back from vacation",
        "About annual leave",
        "OOO process: meeting",
        "Zurück aus dem Urlaub",
        "Kembali dari cuti",
        "No leave",
        "Sick Kids Hospital",
        "Kick off",
        "Sign-off",
        "OOO Romashka: demo",
        "Reunião de férias",
        "Reunión: vacaciones",
        "Après les vacances",
        "Vor dem Urlaub",
        "Libertad",
    ],
)
def test_a_title_about_something_else_does_not(title):
    assert word_for_away(title, frozenset({"rina"})) == ""


def test_whole_days_need_no_word_that_fits():
    titles = ["Vacation Bali", "Holiday Spain", "Holiday Inn", "Leave policy"]
    assert [word_for_away(title, is_whole_day=True) for title in titles] == ["Vacation", "Holiday", "", ""]
    assert [word_for_away(title) for title in titles] == [""] * 4


def test_a_category_counts_as_a_whole():
    found = {name: category_for_away(name) for name in ("Out of Office", "Urlaub", "Vacation sales", "Holiday Inn", "")}
    assert found == {
        "Out of Office": "Out of Office",
        "Urlaub": "Urlaub",
        "Vacation sales": "",
        "Holiday Inn": "",
        "": "",
    }
    assert [says_out_of_office(name) for name in ("Out of Office", "OOO", "Urlaub")] == [True, True, False]
