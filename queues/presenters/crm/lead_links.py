"""A lead's records in CRMs, for its page (I4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from queues.models import Connection, CrmLink, RemotePerson
from queues.presenters.crm.problems import problem_words

Owners = Mapping[tuple[int, str], RemotePerson]  # by connection, and id there
Kind, Gone = Connection.Kind, CrmLink.Gone


@dataclass(frozen=True, slots=True)
class RecordLine:
    """`href` opens the record over there, where its address is known."""

    crm: str
    name: str
    href: str
    level: str
    says: str


def record_lines(links: Iterable[CrmLink], *, owners: Owners) -> list[RecordLine]:
    return [
        RecordLine(
            crm=str(link.connection.get_kind_display()),
            name=link.connection.name,
            href=record_address(link),
            level=level,
            says=says,
        )
        for link in links
        for level, says in [_state(link, owners)]
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


def _state(link: CrmLink, owners: Owners) -> tuple[str, str]:
    if link.gone:
        return "off", str(Gone(link.gone).label)
    if link.problem:
        return "bad", problem_words(link.connection.kind, link.problem, words=link.problem_words).says
    if link.next_at is not None:
        return "warn", _("a change waits to be written")
    if link.connection.state == Connection.State.OFF:
        return "off", _("the connection is switched off")
    return _owner_state(link, owners)


def _owner_state(link: CrmLink, owners: Owners) -> tuple[str, str]:
    """Nothing waits; but whose record it is over there may say nothing here."""
    owner = owners.get((link.connection_id, link.seen_owner))
    if not link.seen_owner or (owner is not None and owner.user_id is not None):
        return "ok", _("agrees")
    if owner is None:
        return "warn", _("the owner there is somebody whom Alur does not know")
    if owner.how == RemotePerson.How.BY_HAND:
        return "off", _("left with its owner there, %(name)s") % {"name": owner}
    return "warn", _("the owner there, %(name)s, is somebody whom Alur does not know") % {"name": owner}
