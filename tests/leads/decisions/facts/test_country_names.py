"""What people call countries today."""

from leads.decisions.facts.countries import country_names


def test_indonesian_names_are_those_of_today():
    names = country_names("id")
    assert (names["CN"], names["TL"], names["VA"]) == ("Tiongkok", "Timor Leste", "Vatikan")


def test_a_list_of_islands_stays_in_its_order():
    assert country_names("en")["SH"] == "Saint Helena, Ascension and Tristan da Cunha"
    assert country_names("id")["SH"] == "Saint Helena, Ascension, dan Tristan da Cunha"


def test_a_name_that_is_sorted_by_its_last_word_is_turned_around():
    assert country_names("en")["VG"] == "British Virgin Islands"
