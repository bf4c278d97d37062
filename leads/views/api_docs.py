"""Pages for developers: the OpenAPI schema, and a page that explains it (A1b)."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leads.api import PREFIX
from leads.api.answers import in_words
from leads.queries.own_fields import own_fields

EXAMPLE = {
    "external_id": "A-1001",
    "email": "dewi@example.com",
    "first_name": "Dewi",
    "last_name": "Lestari",
    "company_name": "PT Maju Jaya",
    "source": "Demo request",
    "score": 82,
    "campaign": "spring",
}
ODD = {"email": "dewi@example.com", "score": "high", "favourite_colour": "blue"}
ODD_ANSWER = {
    "id": 1001,
    "stage": "review",
    "where": {"kind": "review", "reasons": ["no_rule"]},
    "state": "made",
    "problems": [{"field": "score", "problem": "invalid"}],
    "kept_as_extra": ["favourite_colour"],
}


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """Public, because developers have a key but no login. It contains no data."""
    from leads.api.openapi import openapi_schema  # loads the framework of the endpoint

    return JsonResponse(openapi_schema())


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The schema as a page of our own; nothing is loaded from other websites."""
    from leads.api.openapi import MAX_BODY_BYTES, openapi_schema  # as above

    schema = openapi_schema()
    lead = schema["components"]["schemas"]["LeadIn"]["properties"]
    context = {
        "calls": [
            {"path": path, "method": method.upper(), "summary": call["summary"], "says": call.get("description", "")}
            for path, methods in schema["paths"].items()
            for method, call in methods.items()
        ],
        "fields": [(name, _type(field), field.get("description", "")) for name, field in lead.items()],
        "own_fields": own_fields() if request.user.has_perm("leads.view_ownfield") else [],
        "example": json.dumps(EXAMPLE, indent=2),
        "batch": json.dumps({"leads": [EXAMPLE, {"email": "budi@example.com"}]}),
        "answer": f"{json.dumps(ODD)}\n\n{json.dumps(in_words(ODD_ANSWER), indent=2)}",
        "address": request.build_absolute_uri(f"{PREFIX}leads"),
        "kilobytes": MAX_BODY_BYTES // 1024,
    }
    return render(request, "leads/upload_by_program.html", context)


def _type(field: dict) -> str:
    """The types of a field, the best first, without the null that every field allows."""
    named = ["text" if each == "string" else each for each in field["type"] if each != "null"]
    return field.get("format") or " / ".join(named)
