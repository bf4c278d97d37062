"""Leads that exist already, without having gone through the intake."""

import itertools

import factory

from leads.actions.accounts import save_handles
from leads.actions.search_words import add_words
from leads.decisions.identity.matching import company_key
from leads.decisions.search_words import words_of
from leads.models import Account, Identity, Lead, Source, WebForm
from tests.factories.people import MORNING

number = itertools.count(1)


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source
        django_get_or_create = ["slug"]

    slug = "campaign"
    name = "Campaign"


class AccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Account
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Account {n}")
    domain = factory.Sequence(lambda n: f"account{n}.example")
    created_at = MORNING

    @factory.post_generation
    def handles(self, create, _extracted, **_more) -> None:
        if create:
            save_handles(self)


def make_lead(**fields) -> Lead:
    """A captured lead with name, e-mail and phone of its own; it waits nowhere and nobody holds it."""
    n = next(number)
    at = fields.pop("at", MORNING)
    defaults = {
        "first_name": f"Dewi{n}",
        "last_name": f"Lestari{n}",
        "email": f"dewi{n}@company{n}.example.com",
        "phone": f"+62812{n:08d}",
        "company_name": f"Company {n}",
        "title": "Head of Operations",
        "score": 50,
        "stage_at": at,
        "captured_at": at,
        "created_at": at,
    }
    values = defaults | fields
    values.setdefault("source", None)
    values["source"] = values["source"] or SourceFactory()
    values["company_key"] = company_key(values["company_name"])
    lead = Lead.objects.create(**values)
    kinds = (("email", lead.email), ("phone", lead.phone), ("external_id", lead.external_id))
    Identity.objects.bulk_create(Identity(lead=lead, kind=kind, value=value) for kind, value in kinds if value)
    words = words_of(
        names=(lead.first_name, lead.last_name, lead.company_name),
        values=(lead.email, lead.company_domain, lead.external_id),
        phones=(lead.phone,),
    )
    add_words((lead.pk, word) for word in words)
    return lead


def make_web_form(**fields) -> WebForm:
    """An open form that asks for a name and an e-mail, and lets visitors write a message."""
    n = next(number)
    defaults = {
        "name": f"Form {n}",
        "slug": f"form-{n:016x}",
        "title": "Talk to sales",
        "asks": {"name": "required", "email": "required", "message": "optional"},
    }
    values = defaults | fields
    values["source"] = values.get("source") or SourceFactory(slug="inbound-form", name="Inbound form")
    return WebForm.objects.create(**values)
