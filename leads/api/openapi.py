"""The OpenAPI schema of the REST endpoint (A1b)."""

from pydantic.json_schema import models_json_schema

from leads.api import PREFIX
from leads.api.endpoint import api
from leads.api.hook_schemas import HookIn
from leads.api.refusals import MAX_BODY_BYTES
from leads.api.schemas import BatchIn, LeadIn

__all__ = ["MAX_BODY_BYTES", "openapi_schema"]


def openapi_schema() -> dict:
    """The OpenAPI schema. The bodies are added here, because the endpoint reads them itself: whatever is sent is
    stored before it is judged (A8)."""
    schema = api.get_openapi_schema(path_prefix=PREFIX)
    _names, described = models_json_schema(
        [(LeadIn, "validation"), (BatchIn, "validation"), (HookIn, "validation")],
        ref_template="#/components/schemas/{model}",
    )
    schema["components"]["schemas"].update(described["$defs"])
    return schema
