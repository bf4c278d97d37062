"""The REST endpoint of the intake (A1b): `api` is what leads.urls mounts, described() says what it takes."""

from leads.api.endpoint import api

__all__ = ["PREFIX", "api", "openapi_schema"]

PREFIX = "/api/"


def openapi_schema() -> dict:
    """The OpenAPI schema. The items of a batch are checked one by one, so that a wrong one does not hold up the
    others; what they should be is said here."""
    schema = api.get_openapi_schema(path_prefix=PREFIX)
    schema["components"]["schemas"]["BatchIn"]["properties"]["leads"]["items"] = {"$ref": "#/components/schemas/LeadIn"}
    return schema
