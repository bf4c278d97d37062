"""What programs send and receive: the fields of a lead, a batch, and the answers, with strict types."""

from datetime import UTC
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from leads.actions.api.intake import MAX_BATCH_SIZE
from leads.decisions.facts.moments import read_moment


def _readable(text: str) -> str:
    if text.strip() and read_moment(text, UTC) is None:
        raise PydanticCustomError("moment", "Input should be a date and time such as 2026-11-16T09:30:00+07:00")
    return text


Moment = Annotated[
    str, AfterValidator(_readable), WithJsonSchema({"type": "string", "format": "date-time", "title": "Captured At"})
]


class LeadIn(BaseModel):
    """One lead. At least an external id, an e-mail or a phone, or a name and a company, must be there."""

    model_config = ConfigDict(extra="allow", strict=True)

    external_id: str | None = Field(None, description="Your own id of the lead; the same id is the same lead.")
    name: str | None = Field(None, description="The whole name, if first and last name are not known apart.")
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = Field(None, description="The same e-mail is the same lead.", examples=["dewi@example.com"])
    phone: str | None = Field(None, description="The same phone is the same lead; any usual spelling.")
    company_name: str | None = None
    company_domain: str | None = None
    website: str | None = None
    title: str | None = Field(None, description="Job title.")
    industry: str | None = None
    city: str | None = None
    country: str | None = Field(None, description="Name or ISO code.")
    message: str | None = None
    source: str | None = Field(None, description="Where the lead comes from; an unknown name makes a new source.")
    lead_type: str | None = Field(None, description="hot_inbound, mql, warm or cold; else the source decides.")
    company_size: int | None = Field(None, ge=0, le=100_000_000, description="Employees.")
    score: int | None = Field(None, ge=0, le=100, description="0 to 100; without it Alur computes one.")
    deal_size: float | None = Field(None, ge=0, lt=10**12)
    engagement: int | None = Field(None, ge=0, le=100)
    captured_at: Moment | None = Field(None, description="When it happened; without it, now.")


class BatchIn(BaseModel):
    """Up to 100 leads; each gets a result of its own, and one that is wrong does not hold up the others."""

    leads: list[Any] = Field(min_length=1, json_schema_extra={"maxItems": MAX_BATCH_SIZE})  # more is answered with 413


class FieldProblem(Schema):
    field: str
    problem: str


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
    """state: made, or joined to the lead that it is. problems: values that could not be used; the rest was."""

    state: str
    problems: list[FieldProblem] = []


class ItemAnswer(Schema):
    """state: made, joined or refused; a refused one has problems and no id."""

    index: int
    state: str
    id: int | None = None
    stage: str | None = None
    where: Where | None = None
    problems: list[FieldProblem] = []


class BatchAnswer(Schema):
    results: list[ItemAnswer]


class Refusal(Schema):
    """What was wrong, in words; errors name the fields."""

    detail: str
    errors: list[FieldProblem] = []


NOT_A_LEAD = _("Send an external id, an e-mail or a phone, or a name and a company.")
