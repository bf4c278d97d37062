"""Which leads are probably junk, by the decision and by the database alike (D7)."""

import pytest

from leads.decisions.junk import Contact, Junk, junk_reason
from leads.models import Lead
from leads.queries.junk import junk_in, junk_reason_of
from tests.factories import make_lead

CASES = [
    ({"email": "", "phone": ""}, Junk.UNREACHABLE),
    ({"email": ""}, None),
    ({"phone": ""}, None),
    ({"first_name": "", "last_name": "", "company_name": ""}, Junk.NAMELESS),
    ({"first_name": "", "last_name": "", "company_name": "", "company_domain": "maju.co.id"}, None),
    ({"email": "dewi@mailinator.com"}, Junk.THROW_AWAY),
    ({"email": "dewi@notmailinator.com"}, None),
    ({"email": "dewi@gmail.com"}, None),
    ({"first_name": "Test", "last_name": "TEST"}, Junk.TEST),
    ({"first_name": "", "last_name": "asdf"}, Junk.TEST),
    ({"first_name": "Test", "last_name": "Lestari"}, None),
    ({"first_name": "", "last_name": "", "company_name": "n/a"}, Junk.TEST),
    ({"first_name": "Dewi", "last_name": "", "company_name": "n/a"}, None),
    ({"first_name": "", "last_name": "", "company_name": "n/a", "company_domain": "maju.co.id"}, Junk.TEST),
]
USUAL = {
    "first_name": "Dewi",
    "last_name": "Lestari",
    "company_name": "Maju",
    "email": "d@maju.co.id",
    "phone": "+6281",
}


@pytest.mark.parametrize(("fields", "reason"), CASES)
def test_the_reason(fields: dict[str, str], reason: Junk | None):
    assert junk_reason(Contact(**(USUAL | fields))) == reason


@pytest.mark.django_db
def test_the_database_finds_the_same():
    leads = []
    for fields, _reason in CASES:
        lead = make_lead()
        Lead.objects.filter(pk=lead.pk).update(**(USUAL | fields))
        lead.refresh_from_db()
        leads.append(lead)
    found = set(junk_in(Lead.objects.all()).values_list("pk", flat=True))
    assert [lead.pk in found for lead in leads] == [reason is not None for _fields, reason in CASES]
    assert [junk_reason_of(lead) for lead in leads] == [reason for _fields, reason in CASES]
