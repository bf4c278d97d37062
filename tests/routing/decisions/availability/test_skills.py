"""Skills: what people type, what a lead asks for, who holds it (F5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.availability.skills import (
    MAX_SKILL_LENGTH,
    MAX_SKILLS,
    SkillsRefused,
    holds_skill,
    read_skills,
    skill_names,
)


@pytest.mark.parametrize(
    ("typed", "skills"),
    [
        ("", []),
        (" , ;; ,", []),
        ("Hospitality, healthcare", ["Hospitality", "healthcare"]),
        ("ID; SG\nMY", ["ID", "SG", "MY"]),
        ("Retail, retail,  RETAIL ", ["Retail"]),
        ("Café  Chains", ["Café Chains"]),
    ],
)
def test_words_between_commas_each_once(typed, skills):
    assert read_skills(typed) == skills


@pytest.mark.parametrize(
    ("typed", "code"),
    [("x" * (MAX_SKILL_LENGTH + 1), "too_long"), (",".join(map(str, range(MAX_SKILLS + 1))), "too_many")],
)
def test_too_much_is_refused(typed, code):
    with pytest.raises(SkillsRefused) as refused:
        read_skills(typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("kind", "values", "skills", "holds"),
    [
        ("industry", ["Hospitality"], ["hospitality"], True),
        ("industry", ["Hospitality"], ["Retail"], False),
        ("industry", ["Hospitality"], [], False),
        ("country", ["ID"], ["Indonesia"], True),
        ("country", ["ID"], ["id"], True),
        ("country", ["NL"], ["Belanda", "SG"], True),
        ("country", ["NL"], ["Indonesia"], False),
        ("source", ["Demo request", "demo-request"], ["demo request"], True),
        ("lead_type", ["hot_inbound", "Hot inbound"], ["hot inbound"], True),
        ("industry", ["ID"], ["Indonesia"], False),
    ],
)
def test_who_holds_what_a_lead_asks_for(kind, values, skills, holds):
    assert holds_skill(kind, skill_names(kind, values), skills) is holds


@pytest.mark.parametrize("values", [[], [""], ["—"]])
def test_a_lead_without_it_asks_for_none(values):
    assert not skill_names("industry", values)


@given(st.lists(st.text(min_size=1, max_size=20).filter(lambda word: not set(word) & set(",;\n")), max_size=8))
def test_what_was_read_is_read_the_same_again(words):
    once = read_skills(",".join(words))
    assert read_skills(", ".join(once)) == once
