"""What the REST endpoint takes and answers, as an OpenAPI schema (A1b)."""

from leads.api import PREFIX
from leads.api.endpoint import api
from leads.api.refusals import MAX_BODY_BYTES

__all__ = ["MAX_BODY_BYTES", "openapi_schema"]


def openapi_schema() -> dict:
    """The items of a batch are checked one by one, so that a wrong one does not hold up the others; what they should
    be is said here."""
    schema = api.get_openapi_schema(path_prefix=PREFIX)
    schema["components"]["schemas"]["BatchIn"]["properties"]["leads"]["items"] = {"$ref": "#/components/schemas/LeadIn"}
    return schema
