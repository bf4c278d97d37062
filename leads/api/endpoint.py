"""The REST endpoint: programs send one lead or a batch, and each is stored exactly once (A1b)."""

import re
from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, NinjaAPI, Status

from config.web.ids import MAX_ID
from leads.actions.api.intake import IdempotencyKeyReused, StillUnderWay, receive_api_leads
from leads.api.answers import NOT_AN_OBJECT, TOO_DEEP, in_words
from leads.api.bodies import as_stored, sent_lead, sent_leads
from leads.api.hooks import router as hooks
from leads.api.refusals import BearerKey, HeaderKey, Refused, check_may, key_of, register_refusals
from leads.api.schemas import NOT_A_LEAD, BatchAnswer, LeadAnswer, LeadStanding, Refusal, body_schema
from leads.models import Capture
from leads.queries.imports import lead_status, leads_of_key

api = NinjaAPI(
    title="Alur",
    version="1",
    description="Send leads to Alur. Each becomes a new lead or joins the one that it is, and goes where rules say. "
    "Subscribe to what happens to leads.",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    auth=[BearerKey(), HeaderKey()],
)
register_refusals(api)
api.add_router("", hooks)

_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_REFUSALS = {
    400: Refusal,
    401: Refusal,
    403: Refusal,
    409: Refusal,
    413: Refusal,
    415: Refusal,
    422: Refusal,
    429: Refusal,
}
_IDEMPOTENCY = Header(
    None,
    alias="Idempotency-Key",
    description="A name of your choice, up to 100 characters. The same call with the same key is answered as the "
    "first time and makes nothing twice.",
)


@api.post(
    "/leads",
    response={200: LeadAnswer, 201: LeadAnswer, **_REFUSALS},
    summary="Send one lead",
    exclude_none=True,
    openapi_extra=body_schema("LeadIn"),
)
def send_lead(request: HttpRequest, response: HttpResponse, idempotency_key: str | None = _IDEMPOTENCY):
    """201: a new lead. 200: it joined the lead that it is. Every JSON object is stored, and read as a row of a file:
    also with numbers as text, and with the usual other names of fields. “problems” names what could not be read, and
    “kept_as_extra” what Alur does not know; both are kept beside the lead. A lead that says nothing of who it is waits
    on the review desk."""
    check_may(request, "may_send_leads")
    (capture,) = _receive(request, response, [sent_lead(request)], idempotency_key)
    if capture.state == Capture.State.REFUSED:
        errors = [{"field": each["field"], "problem": each["problem"]} for each in capture.answer["problems"]]
        raise Refused(422, str(NOT_A_LEAD), errors)
    return Status(201 if capture.state == Capture.State.MADE else 200, in_words(capture.answer))


@api.post(
    "/leads/batch",
    response={200: BatchAnswer, **_REFUSALS},
    summary="Send up to 100 leads",
    exclude_none=True,
    openapi_extra=body_schema("BatchIn"),
)
def send_leads(request: HttpRequest, response: HttpResponse, idempotency_key: str | None = _IDEMPOTENCY):
    """One result for each item, in the order that you sent them. Every item that is a JSON object is stored; what is
    wrong with one does not hold up the others."""
    check_may(request, "may_send_leads")
    items, not_read = sent_leads(request)
    raws: dict[int, dict] = {}
    wrong: dict[int, dict] = {}
    for index, item in enumerate(items):
        try:
            if isinstance(item, dict):
                raws[index] = as_stored(item)
            else:
                wrong[index] = _not_stored(NOT_AN_OBJECT)
        except Refused:
            wrong[index] = _not_stored(TOO_DEEP)
    captures = _receive(request, response, list(raws.values()), idempotency_key) if raws else []
    answers = {index: capture.answer for index, capture in zip(raws, captures, strict=True)} | wrong
    results = [{"index": index, **in_words(answers[index])} for index in range(len(items))]
    return {"results": results, "not_read": not_read}


@api.get(
    "/leads/{lead_id}",
    response={200: LeadStanding, 401: Refusal, 403: Refusal, 404: Refusal, 422: Refusal, 429: Refusal},
    summary="See where a lead stands",
    exclude_none=True,
)
def see_lead(request: HttpRequest, lead_id: int):
    """Only leads that came in with your key, and those that they were merged into; all others do not exist for it."""
    key = check_may(request, "may_send_leads")
    lead = leads_of_key(key).filter(pk=lead_id).first() if lead_id <= MAX_ID else None
    if lead is None:
        raise Refused(404, _("No lead of yours has this id."))
    return lead_status(lead, api_key=key)


def _receive(
    request: HttpRequest, response: HttpResponse, raws: Sequence[Mapping[str, object]], idempotency_key: str | None
) -> list[Capture]:
    if idempotency_key is not None and not _IDEMPOTENCY_KEY.fullmatch(idempotency_key):
        problem = {"field": "Idempotency-Key", "problem": _("1 to 100 characters without spaces")}
        raise Refused(422, _("Some fields are wrong."), [problem])
    at = timezone.now()
    try:
        captures = receive_api_leads(raws, api_key=key_of(request), at=at, idempotency_key=idempotency_key)
    except IdempotencyKeyReused:
        problem = {"field": "Idempotency-Key", "problem": _("was used for another call")}
        raise Refused(422, _("This idempotency key was used with another body. Take a new one."), [problem]) from None
    except StillUnderWay:
        under_way = _("The first call with this idempotency key is still under way. Ask again.")
        raise Refused(409, under_way, wait=1) from None
    if captures[0].received_at != at:
        response["Idempotent-Replayed"] = "true"
    return captures


def _not_stored(code: str) -> dict[str, object]:
    return {"state": "refused", "problems": [{"field": "", "problem": code}]}
