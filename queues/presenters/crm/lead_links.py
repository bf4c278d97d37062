"""A lead's records in CRMs, for its page (I4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from queues.models import Connection, CrmLink
from queues.presenters.crm.problems import problem_words

Kind, Gone = Connection.Kind, CrmLink.Gone


@dataclass(frozen=True, slots=True)
class RecordLine:
    """`href` opens the record over there, where its address is known."""

    crm: str
    name: str
    href: str
    level: str
    says: str


def record_lines(links: Iterable[CrmLink]) -> list[RecordLine]:
    return [
        RecordLine(
            crm=str(link.connection.get_kind_display()),
            name=link.connection.name,
            href=record_address(link),
            level=level,
            says=says,
        )
        for link in links
        for level, says in [_state(link)]
    ]


def record_address(link: CrmLink) -> str:
    """The page of the record in the CRM itself."""
    connection, record = link.connection, link.became if link.gone == Gone.MERGED else link.remote_id
    if link.gone == Gone.DELETED:
        return ""
    base = connection.base_url.rstrip("/")
    if connection.kind == Kind.HUBSPOT:
        kind = {"contacts": "0-1", "leads": "0-136"}.get(connection.object_name, "0-1")
        return f"https://app.hubspot.com/contacts/{connection.account_id}/record/{kind}/{record}"
    if connection.kind == Kind.SALESFORCE:
        return f"{base}/{record}" if base else ""
    return f"{base}/main.aspx?etn=lead&pagetype=entityrecord&id={record}" if base else ""


def _state(link: CrmLink) -> tuple[str, str]:
    if link.gone:
        return "off", str(Gone(link.gone).label)
    if link.problem:
        return "bad", problem_words(link.connection.kind, link.problem, words=link.problem_words).says
    if link.next_at is not None:
        return "warn", _("a change waits to be written")
    if link.connection.state == Connection.State.OFF:
        return "off", _("the connection is switched off")
    return "ok", _("agrees")
