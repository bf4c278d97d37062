"""Who a row is: by address, else by a full name that one person has; nobody is guessed."""

import pytest

from routing.decisions.member_files.who import Directory, Found, How, Person, WhyNobody

RINA = Person(1, "Rina Hartono", ("rina@x.id", "rina"))
BUDI = Person(2, "Budi Santoso", ("Budi.Santoso@x.id", "budi.santoso@x.id"))
TWIN, OTHER_TWIN = Person(3, "Sari Dewi", ("sari@x.id",)), Person(4, "Sari  dewi", ("sari2@x.id",))
GONE = Person(5, "Eko Prasetyo", ("eko@x.id",), is_active=False)
BOSS = Person(None, "Ayu Lestari", ("ayu@x.id",))
SHARED = (Person(6, "Adi", ("team@x.id",)), Person(7, "Ida", ("team@x.id",)))
EVERYBODY = Directory([RINA, BUDI, TWIN, OTHER_TWIN, GONE, BOSS, *SHARED])


@pytest.mark.parametrize(
    ("email", "name", "found"),
    [
        ("RINA@X.ID", "", Found(RINA, How.EMAIL)),
        ("mailto:rina@x.id", "", Found(RINA, How.EMAIL)),
        ("Rina <rina@x.id>", "", Found(RINA, How.EMAIL)),
        ("r\u200bina@x.id ", "", Found(RINA, How.EMAIL)),
        ("rina@x.id", "Budi Santoso", Found(RINA, How.EMAIL)),  # the address decides
        ("budi@elsewhere.id", "budi  SANTOSO", Found(BUDI, How.NAME)),
        ("", "Santoso, Budi", Found(BUDI, How.NAME)),
        ("", "Sari Dewi", Found(None, How.NAME, WhyNobody.SEVERAL)),
        ("sari2@x.id", "Sari Dewi", Found(OTHER_TWIN, How.EMAIL)),
        ("team@x.id", "Adi", Found(None, How.EMAIL, WhyNobody.SEVERAL)),
        ("eko@x.id", "", Found(GONE, How.EMAIL, WhyNobody.SWITCHED_OFF)),
        ("ayu@x.id", "", Found(BOSS, How.EMAIL, WhyNobody.NO_REP)),
        ("", "Rina", Found(why=WhyNobody.UNKNOWN)),
        ("", "Rína Hartono", Found(why=WhyNobody.UNKNOWN)),
        ("rina@x.co", "", Found(why=WhyNobody.UNKNOWN)),
    ],
)
def test_a_person_is_found_and_never_guessed(email: str, name: str, found: Found):
    assert EVERYBODY.find(email=email, name=name) == found


def test_only_who_takes_leads_is_a_rep_of_a_row():
    assert [EVERYBODY.find(email=each, name="").rep for each in ("rina@x.id", "eko@x.id", "ayu@x.id")] == [
        1,
        None,
        None,
    ]


def test_somebody_named_by_hand_is_found_the_same_way():
    assert EVERYBODY.choose(" rina@x.id ") == Found(RINA, How.CHOSEN)
    assert EVERYBODY.choose("Budi Santoso") == Found(BUDI, How.CHOSEN)
    assert EVERYBODY.choose("Sari Dewi") == Found(None, How.CHOSEN, WhyNobody.SEVERAL)
    assert EVERYBODY.choose("Zorro") == Found(None, How.CHOSEN, WhyNobody.UNKNOWN)
