"""A real OData engine, odatapy, with the tables of a Dataverse environment in memory (I4).

Its pages go on after the last row by order, as those of Dataverse do, and its errors have the words of Dataverse.
"""

import io
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote, unquote

from odatapy.data import Entity, ValueType
from odatapy.edm.xml_io import XmlEdmProvider
from odatapy.server import OData
from odatapy.server.adapters import ODataWSGIApp
from odatapy.server.inmemory import InMemoryDataStore, InMemoryProcessor

from tests.crm.dataverse_model import KEYS, NAMESPACE, SETS, column_types
from tests.crm.wire import Answer, Call

ROOT = "/api/data/v9.2"
LAST = re.compile(r'modifiedon last="([^"]*)".*id last="\{([^}]+)\}"')
UNKNOWN = re.compile(r"Property '([^']+)' .*is not a property")
STAMPS = {"leads": "modifiedon", "audits": "createdon"}  # by which lists are asked for
CONVERT = {
    "Edm.Guid": lambda value: uuid.UUID(str(value)),
    "Edm.Decimal": lambda value: Decimal(str(value)),
    "Edm.Date": lambda value: value if isinstance(value, date) else date.fromisoformat(str(value)),
}


class Engine:
    def __init__(self, edmx: bytes) -> None:
        self._types = column_types(edmx)
        self._store = InMemoryDataStore()
        self._entities: dict[str, dict[str, Entity]] = {name: {} for name in SETS}
        self._version = 1000
        odata = OData.new_instance()
        handler = odata.create_handler(odata.create_service_metadata(XmlEdmProvider(edmx)))
        handler.register(_PagesByOrder(self._store))
        self._app = ODataWSGIApp(handler, mount_path=ROOT)

    def columns(self, table_set: str) -> set[str]:
        return set(self._types[table_set])

    def put(self, table_set: str, record_id: str, values: Mapping[str, object]) -> None:
        """A new version of the row, with an ETag of its own."""
        self._version += 1
        entity = Entity()
        for column, kind in self._types[table_set].items():
            value = record_id if column == KEYS[table_set] else values.get(column)
            convert = CONVERT.get(kind, lambda value: value)
            entity.set_property(column, None if value is None else convert(value), ValueType.PRIMITIVE, kind)
        entity.etag = f'W/"{self._version}"'
        self._entities[table_set][record_id] = entity

    def drop(self, table_set: str, record_id: str) -> None:
        self._entities[table_set].pop(record_id, None)

    def ask(self, call: Call, *, query: str, method: str = "GET", leads: Iterable[str]) -> Answer:
        """`leads`: those that can matter; an index would find as many."""
        for name, entities in self._entities.items():
            near = entities if name != "leads" else [lead for lead in leads if lead in entities]
            self._store.set_entities(name, [entities[key] for key in near])
        headers = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in call.headers.items()}
        body = call.body if method != "GET" else b""
        environ = headers | {
            "REQUEST_METHOD": method,
            "RAW_URI": f"{call.path}?{query}",
            "PATH_INFO": unquote(call.path),
            "QUERY_STRING": query,
            "CONTENT_TYPE": call.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
        }
        if method == "GET":
            environ.pop("HTTP_IF_MATCH", None)
        else:
            environ.setdefault("HTTP_IF_MATCH", "*")
        started: list[tuple[int, dict[str, str]]] = []
        pieces = self._app(environ, lambda status, sent: started.append((int(status[:3]), dict(sent))))
        content = b"".join(pieces)
        status, sent = started[0]
        return Answer(status, content, sent) if status < 400 else error_of(status, content, call)


def error(status: int, code: str, message: str, **headers: str) -> Answer:
    return Answer.of({"error": {"code": code, "message": message}}, status, **headers)


def error_of(status: int, content: bytes, call: Call) -> Answer:
    """The engine's own error, as Dataverse would say it."""
    message = json.loads(content)["error"]["message"]
    unknown = UNKNOWN.search(message)
    if unknown:
        return error(
            400, "0x80060888", f"Could not find a property named '{unknown.group(1)}' on type '{NAMESPACE}.lead'."
        )
    bound = re.search(r"/(\w+)\(([0-9a-f-]{36})\)' was not found", message)
    if bound:
        table = SETS.get(bound.group(1), "principal")
        return error(404, "0x80040217", f"Entity '{table}' With Id = {bound.group(2)} Does Not Exist")
    one = re.search(r"/(\w+)\(([0-9a-f-]{36})\)$", unquote(call.path))
    if status == 404 and one:
        return error(404, "0x80040217", f"Entity '{SETS[one.group(1)]}' With Id = {one.group(2)} Does Not Exist")
    if status == 404:
        name = unquote(call.path).rpartition("/")[2]
        return error(404, "0x80060888", f"Resource not found for the segment '{name}'.")
    if status == 412:
        return error(
            412, "0x80060882", "The version of the existing record doesn't match the RowVersion property provided."
        )
    return error(status, "0x80048d19", f"An error occurred while validating input parameters: {message}")


def cookie(modified: str, record_id: str, page: int) -> str:
    """What stands in a link to the next page: opaque, and escaped more than once."""
    last = f'<modifiedon last="{modified}" first="" /><id last="{{{record_id}}}" first="" />'
    inside = f'<cookie page="{page}">{last}</cookie>'
    return f'<cookie pagenumber="{page}" pagingcookie="{quote(quote(inside))}" istracking="False" />'


class _PagesByOrder(InMemoryProcessor):
    """The next page begins after the last row by order, also where that row is no longer in the list."""

    def _skiptoken_for(self, entity_set, entity: Entity, offset: int) -> str:
        modified, record_id = _place(entity_set.name, entity)
        return cookie(modified, record_id, 2)

    def _page_offset(self, skiptoken: str | None, entities: list[Entity], entity_set) -> int:
        found = LAST.search(unquote(unquote(skiptoken or "")))
        if not found:
            return 0
        last = (found.group(1), found.group(2))
        places = (place for place, entity in enumerate(entities) if _place(entity_set.name, entity) > last)
        return next(places, len(entities))


def _place(table_set: str, entity: Entity) -> tuple[str, str]:
    stamp = entity.get_value(STAMPS[table_set]) if table_set in STAMPS else None
    text = stamp.isoformat() if isinstance(stamp, datetime) else ""
    return text, str(entity.get_value(KEYS[table_set]))
