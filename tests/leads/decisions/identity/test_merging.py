"""Which of two values stays, and which lead may go into another (A3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.identity.merging import (
    ABSORBED,
    DEPENDENT_FIELDS,
    KEPT,
    PARTS,
    default_side,
    merge_refusal,
    merged_values,
)
from leads.decisions.stages import Stage

NAMES = [name for names in PARTS.values() for name in names]
EMPTY = dict.fromkeys(NAMES, "") | {"score": 0, "score_parts": {}, "company_size": None, "deal_size": None}
EMPTY |= {"account_id": None, "engagement": None, "message": "", "extra": {}, "own": {}, "problems": []}


def lead(**values) -> dict:
    return EMPTY | values


def test_what_the_kept_lead_has_stays_and_what_it_lacks_is_filled():
    kept, absorbed = lead(title="CTO", city=""), lead(title="Chief", city="Bogor", company_size=0)
    assert merged_values(kept, absorbed, {}) == {"city": "Bogor", "company_size": 0}


def test_a_name_is_one_value():
    kept, absorbed = lead(first_name="", last_name="Lestari"), lead(first_name="Dewi", last_name="Lestary")
    assert merged_values(kept, absorbed, {}) == {}
    assert merged_values(kept, absorbed, {"name": ABSORBED}) == {"first_name": "Dewi", "last_name": "Lestary"}


@pytest.mark.parametrize(("mine", "theirs", "stays"), [(58, 71, 71), (71, 58, 71), (50, 50, 50)])
def test_of_two_scores_the_higher_stays(mine: int, theirs: int, stays: int):
    kept = lead(score=mine, score_parts={"given": [mine, 100]})
    absorbed = lead(score=theirs, score_parts={"given": [theirs, 100]})
    changed = merged_values(kept, absorbed, {})
    assert changed.get("score", mine) == stays
    assert changed.get("score_parts", kept["score_parts"]) == {"given": [stays, 100]}


def test_a_pick_wins_and_an_unknown_one_does_not_count():
    kept, absorbed = lead(title="CTO", city="Bogor"), lead(title="Chief", city="Depok")
    assert merged_values(kept, absorbed, {"title": ABSORBED, "city": "both", "shoe_size": ABSORBED}) == {
        "title": "Chief"
    }
    assert merged_values(lead(), absorbed, {"title": KEPT, "city": KEPT}) == {}


def test_what_nobody_chooses_follows():
    kept = lead(engagement=40, message="", extra={"campaign": "a"}, account_id=1)
    absorbed = lead(engagement=66, message="Call me", extra={"campaign": "b", "utm": "x"}, account_id=2)
    assert merged_values(kept, absorbed, {}) == {
        "engagement": 66,
        "message": "Call me",
        "extra": {"campaign": "a", "utm": "x"},
    }
    assert merged_values(absorbed, kept, {}) == {}


def test_the_account_goes_with_the_domain():
    kept, absorbed = lead(company_domain="a.example", account_id=1), lead(company_domain="b.example", account_id=2)
    picked = merged_values(kept, absorbed, {"company_domain": ABSORBED})
    assert picked == {"company_domain": "b.example", "account_id": 2}
    assert merged_values(lead(), absorbed, {}) == {"company_domain": "b.example", "account_id": 2}


def test_problems_stay_with_their_field():
    kept = lead(
        phone="+62811", problems=[{"field": "email", "code": "invalid"}, {"field": "country", "code": "unknown"}]
    )
    absorbed = lead(
        email="a@b.example",
        problems=[{"field": "phone", "code": "invalid"}, {"field": "email", "code": "several"}, {"code": "of_another"}],
    )
    assert merged_values(kept, absorbed, {})["problems"] == [
        {"field": "country", "code": "unknown"},
        {"field": "email", "code": "several"},
    ]


VALUES = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["", "CTO", "Chief"]),
        "email": st.sampled_from(["", "a@b.example", "c@d.example"]),
        "company_size": st.sampled_from([None, 0, 50]),
        "score": st.integers(0, 100),
        "engagement": st.sampled_from([None, 0, 70]),
        "message": st.sampled_from(["", "Hello"]),
    }
)


@given(
    mine=VALUES, theirs=VALUES, picks=st.dictionaries(st.sampled_from(list(PARTS)), st.sampled_from((KEPT, ABSORBED)))
)
def test_every_value_comes_from_one_of_the_two_and_by_default_nothing_known_is_lost(mine, theirs, picks):
    kept, absorbed = lead(**mine), lead(**theirs)
    whole = kept | merged_values(kept, absorbed, picks)
    assert all(
        whole[name] in (kept[name], absorbed[name])
        for name in (*NAMES, *DEPENDENT_FIELDS)
        if name not in ("extra", "own")
    )
    for part, side in picks.items():
        assert [whole[name] for name in PARTS[part]] == [
            (kept, absorbed)[side == ABSORBED][name] for name in PARTS[part]
        ]
    by_default = kept | merged_values(kept, absorbed, {})
    for part, names in PARTS.items():
        if any(kept[name] not in (None, "") or absorbed[name] not in (None, "") for name in names):
            assert any(by_default[name] not in (None, "") for name in names), part
        if part != "score" and any(kept[name] not in (None, "") for name in names):
            assert default_side(part, kept, absorbed) == KEPT


def test_joining_twice_changes_nothing_more():
    kept, absorbed = lead(title="", score=10), lead(title="CTO", score=90, extra={"a": "b"})
    whole = kept | merged_values(kept, absorbed, {})
    assert merged_values(whole, absorbed, {}) == {}


@pytest.mark.parametrize(
    ("absorbed", "kept", "code"),
    [
        ("review", "held", ""),
        ("review", "nurture", ""),
        ("waiting", "review", ""),
        ("lost", "review", ""),
        ("held", "review", "held"),
        ("converted", "review", "deal"),
        ("won", "waiting", "deal"),
        ("merged", "review", "absorbed_merged"),
        ("review", "merged", "kept_merged"),
        ("held", "merged", "kept_merged"),
    ],
)
def test_who_is_worked_on_can_only_be_the_one_that_stays(absorbed: str, kept: str, code: str):
    assert merge_refusal(absorbed, kept) == code


def test_no_stage_is_forgotten():
    refused = {stage for stage in Stage if merge_refusal(stage, Stage.WAITING)}
    assert refused == {Stage.HELD, Stage.CONVERTED, Stage.WON, Stage.MERGED}
