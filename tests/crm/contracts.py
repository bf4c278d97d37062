"""Contracts that CRMs publish. They lie beside this repository, in ../shared/data/contracts, and never in it (I4)."""

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
HUBSPOT = "hubspot-2026-03.json"


def contract_path(name: str) -> Path:
    """Where the file is. Without it a test is skipped, or fails where everything must be tried."""
    for folder in ROOT.parents:
        if (path := folder / "shared" / "data" / "contracts" / name).exists():
            return path
    missing(f"{name} is not in ../shared/data/contracts, so nothing was checked against it")


def missing(what: str) -> NoReturn:
    """What this machine does not have: CI, where everything must be tried, fails; a person may run the rest."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


class Contract:
    """An OpenAPI document: which operation an address belongs to, and whether what was sent and answered fits."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        paths = sorted(document["paths"], key=lambda path: (path.count("{"), path))  # the most literal first
        self._patterns = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in paths]

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        for pattern, template in self._patterns:
            found = self.document["paths"][template].get(method.lower())
            if found and pattern.fullmatch(path):
                return template, found
        return None

    def faults(self, content: dict[str, Any], given: object) -> list[str]:
        """What is wrong with a body; `content` is that of a request or an answer, by media type."""
        [kind] = content.values()
        schema = {"components": self.document["components"], **kind["schema"]}
        found = [f"{each.json_path}: {each.message[:200]}" for each in Draft202012Validator(schema).iter_errors(given)]
        return found + self._strangers(kind["schema"], given)

    def answer(self, operation: dict[str, Any], status: int) -> dict[str, Any]:
        said = operation["responses"].get(str(status)) or operation["responses"]["default"]
        return self._resolved(said)["content"]

    def _strangers(self, schema: dict[str, Any], given: object) -> list[str]:
        """Keys that the contract does not know, which it would allow."""
        schema = self._resolved(schema)
        if isinstance(given, list):
            return [each for row in given for each in self._strangers(schema.get("items", {}), row)]
        known = schema.get("properties")
        if not isinstance(given, dict) or not known:
            return []
        found = [f"{name} is not in the contract" for name in given if name not in known]
        return found + [each for name in given if name in known for each in self._strangers(known[name], given[name])]

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            place: Any = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                place = place[part]
            schema = place
        return schema


@cache
def read_contract(path: Path) -> Contract:
    return Contract(json.loads(path.read_text()))
