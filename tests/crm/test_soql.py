"""Nothing that a person typed over there changes a query (I4)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.salesforce import soql
from tests.crm.soql import Malformed, parse
from tests.effort import examples


@settings(max_examples=examples(300))
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("'\\\"\n\r\t\b\f%_🚀"))))
def test_any_text_is_one_value_of_a_query(text: str):
    query = parse(f"SELECT Id FROM Lead WHERE LastName = {soql.text(text)} AND IsDeleted = false")
    assert len(query.conditions) == 2
    wanted = text.replace("\0", "").encode("utf-8", "replace").decode()
    assert query.conditions[0].values == (wanted,)


@settings(max_examples=examples(300))
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("Id, __c'().;"))))
def test_any_name_is_a_name_or_refused(name: str):
    try:
        listed = soql.columns(["Id"], [name])
    except CrmRefused as refused:
        assert (refused.reason, refused.field) == (Reason.FIELD, name[:120])
        return
    assert parse(f"SELECT {listed} FROM Lead").fields == list(dict.fromkeys(["Id", name]) if name != "id" else ["Id"])


@pytest.mark.parametrize("name", ["Name,OwnerId", "Owner.Name", "Id FROM User", "Näme", "", "1st__c", "a" * 81, "Id\n"])
def test_what_is_no_name_of_a_field_is_refused(name: str):
    with pytest.raises(CrmRefused) as problem:
        soql.columns([name])
    assert (problem.value.reason, problem.value.field) == (Reason.FIELD, name)


def test_a_field_is_asked_for_once_however_it_is_written():
    assert soql.columns(["Id", "Email"], ["email", "ID", "Title"]) == "Id,Email,Title"


@pytest.mark.parametrize("value", ["", "00Q", "00Q000000000001EA'", "00Q000000000001/../x", "00Q00000000000１EAA"])
def test_what_is_no_id_is_refused(value: str):
    with pytest.raises(CrmRefused) as problem:
        soql.checked_id(value)
    assert problem.value.reason is Reason.WRONG
    assert soql.checked_id("00Q000000000001EAA") == "00Q000000000001EAA"


def test_moments_are_in_utc_to_the_second():
    jakarta = timezone(timedelta(hours=7))
    assert soql.moment(datetime(2026, 11, 2, 6, 59, 59, 999_999, tzinfo=jakarta)) == "2026-11-01T23:59:59Z"
    assert soql.moment(datetime(2026, 11, 2, tzinfo=UTC)) == "2026-11-02T00:00:00Z"


@pytest.mark.parametrize(
    "query", ["SELECT Id FROM Lead WHERE A = 'a' B", "SELECT FROM Lead", "SELECT Id FROM Lead WHERE"]
)
def test_the_reader_of_queries_is_strict(query: str):
    with pytest.raises(Malformed):
        parse(query)
