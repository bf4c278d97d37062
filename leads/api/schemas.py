"""What programs send and receive: the fields of a lead, a batch, and the answers (A1b)."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from leads.actions.api.intake import MAX_BATCH_SIZE

# What is sent is read like a row of a file (facts.normalisation), so that these types only describe it.
Word = Annotated[object, WithJsonSchema({"type": ["string", "number", "null"]})]
Figure = Annotated[object, WithJsonSchema({"type": ["number", "string", "null"]})]
Words = Annotated[object, WithJsonSchema({"type": ["string", "null"]})]
Moment = Annotated[object, WithJsonSchema({"type": ["string", "null"], "format": "date-time"})]


class LeadIn(BaseModel):
    """One lead. To be recognised it needs an external id, an e-mail or a phone, or a name and a company. "" and null
    mean nothing. Other usual names of these fields are understood ("company", "firstName", "Email Address"), and the
    keys of own fields, which the company's sales ops made; what Alur does not know is kept beside the lead and named
    in kept_as_extra. An object inside is read by both names: "contact": {"email": ...}."""

    model_config = ConfigDict(extra="allow")

    external_id: Word = Field(
        None, description="Your own id of the lead; by keys of one system the same id is the same lead."
    )
    name: Words = Field(None, description="The whole name, if first and last name are not known apart.")
    first_name: Words = None
    last_name: Words = None
    email: Words = Field(None, description="The same e-mail is the same lead.", examples=["dewi@example.com"])
    further_email: Words = Field(
        None, description="A second e-mail, which is the same lead too; then “further_email 2”."
    )
    phone: Word = Field(
        None, description="The same phone is the same lead; any usual spelling. As text, so that no digit is lost."
    )
    further_phone: Word = Field(None, description="A second phone; then “further_phone 2”.")
    company_name: Words = None
    company_domain: Words = None
    website: Words = None
    title: Words = Field(None, description="Job title.")
    industry: Words = None
    city: Words = None
    country: Words = Field(None, description="Name or ISO code.")
    message: Words = None
    source: Words = Field(None, description="Where the lead comes from; an unknown name makes a new source.")
    lead_type: Words = Field(None, description="hot_inbound, mql, warm or cold; else the source decides.")
    company_size: Figure = Field(None, description="Employees: 120, or a range such as “51-200” (its lower end).")
    score: Figure = Field(None, description="0 to 100; without it Alur computes one.")
    deal_size: Figure = Field(None, description="12500000, or as people write it: “12,5 juta”.")
    engagement: Figure = Field(None, description="0 to 100.")
    captured_at: Moment = Field(
        None,
        description="When it happened; without it, now. ISO 8601, or as files write it: “16 Nov 2026 09:30”. No plain "
        "number, which may mean seconds or days.",
    )


class BatchIn(BaseModel):
    """Up to 100 leads; each gets a result of its own, and one that is wrong does not hold up the others."""

    leads: list[LeadIn] = Field(min_length=1, max_length=MAX_BATCH_SIZE)


def body_schema(name: str) -> dict:
    """The body of a call in its description; openapi_schema() adds the schema itself."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"requestBody": {"content": content, "required": True}}


class FieldError(Schema):
    field: str
    problem: str


class FieldProblem(Schema):
    """A value that could not be used as sent. problem: a code; says: the same in words, with what to send instead.
    sent_as: your key, if it is not the name of the field."""

    field: str
    problem: str
    says: str
    sent_as: str | None = None


class Where(Schema):
    """kind: queue (with its name), review (with the reasons), held by a rep, merged (with the id of the lead that it
    lives on in; ask for that one), or another stage. "known": somebody else had brought the lead before you; where it
    stands is not yours to know."""

    kind: str
    queue: str | None = None
    reasons: list[str] | None = None
    lead: int | None = None


class LeadStanding(Schema):
    """Without a stage when somebody else had brought the lead before you."""

    id: int
    stage: str | None = None
    where: Where


class LeadAnswer(LeadStanding):
    """state: made, joined to the lead that it is, or unchanged: it says nothing of who it is, and exactly this came
    before. problems: values that could not be used; the rest was. kept_as_extra: your keys that mean no field here."""

    state: str
    problems: list[FieldProblem] = []
    kept_as_extra: list[str] = []


class ItemAnswer(Schema):
    """state: made, joined, unchanged or refused; a refused one has problems and no id."""

    index: int
    state: str
    id: int | None = None
    stage: str | None = None
    where: Where | None = None
    problems: list[FieldProblem] = []
    kept_as_extra: list[str] = []


class BatchAnswer(Schema):
    """not_read: your keys beside “leads”. They mean nothing there, and nothing of them was stored."""

    results: list[ItemAnswer]
    not_read: list[str] = []


class Refusal(Schema):
    """What was wrong, in words; errors name the fields."""

    detail: str
    errors: list[FieldError] = []


NOT_A_LEAD = _("Send an external id, an e-mail or a phone, or a name and a company.")
