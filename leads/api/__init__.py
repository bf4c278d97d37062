"""The REST endpoint (A1b): leads.urls mounts `api`, and openapi_schema() describes it."""

from leads.api.endpoint import api

__all__ = ["PREFIX", "api", "openapi_schema"]

PREFIX = "/api/"


def openapi_schema() -> dict:
    """The OpenAPI schema. The items of a batch are validated one by one, so that one wrong item does not stop the
    others; therefore their type is added here."""
    schema = api.get_openapi_schema(path_prefix=PREFIX)
    schema["components"]["schemas"]["BatchIn"]["properties"]["leads"]["items"] = {"$ref": "#/components/schemas/LeadIn"}
    return schema
