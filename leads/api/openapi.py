"""The OpenAPI schema of the REST endpoint (A1b)."""

from leads.api import PREFIX
from leads.api.endpoint import api
from leads.api.refusals import MAX_BODY_BYTES

__all__ = ["MAX_BODY_BYTES", "openapi_schema"]


def openapi_schema() -> dict:
    """The OpenAPI schema. The items of a batch are validated one by one, so that one wrong item does not stop the
    others; therefore their type is added here."""
    schema = api.get_openapi_schema(path_prefix=PREFIX)
    schema["components"]["schemas"]["BatchIn"]["properties"]["leads"]["items"] = {"$ref": "#/components/schemas/LeadIn"}
    return schema
