"""A record of a CRM was deleted, merged or converted over there, or is there again (I4)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from config.reach.crm.records import CrmRecord
from leads.actions.stages import close_lead
from leads.models import Identity, Lead
from queues.actions.crm.beside import put_beside
from queues.actions.crm.log import Tone, Way, note
from queues.actions.crm.story import tell
from queues.decisions.crm.meeting import Code
from queues.models import CrmLink
from queues.queries.crm.records import OPEN

Gone = CrmLink.Gone


def part(link: CrmLink, lead: Lead, record: CrmRecord, *, at: datetime) -> tuple[Code, ...]:
    """Nothing more is written to such a record. What was said before is not said again."""
    if record.converted_to:
        return _convert(link, lead, record.converted_to, at=at) if link.gone != Gone.CONVERTED else ()
    if record.merged_into:
        return _merge(link, lead, record.merged_into, at=at) if link.gone != Gone.MERGED else ()
    if link.gone:
        return ()
    _close(link, Gone.DELETED, at=at)
    tell(lead, link.connection, Code.DELETED, at=at)
    return (Code.DELETED,)


def leave(link: CrmLink, lead: Lead, *, at: datetime) -> Code:
    """It was gone and is there again, as after an undelete."""
    link.gone, link.gone_at, link.became = Gone.HERE, None, ""
    link.wanted_seq = 0  # nothing was wanted of it in that time
    tell(lead, link.connection, Code.RESTORED, at=at)
    return Code.RESTORED


def keep_erased(link: CrmLink, record: CrmRecord) -> None:
    """The person was erased here. What their record became over there holds them too, and must not come in."""
    links = CrmLink.objects.filter(connection=link.connection)
    if record.merged_into and not links.filter(remote_id=record.merged_into).exists():
        links.filter(pk=link.pk).update(remote_id=record.merged_into)
        link.remote_id = record.merged_into


def _convert(link: CrmLink, lead: Lead, became: str, *, at: datetime) -> tuple[Code, ...]:
    _close(link, Gone.CONVERTED, at=at, became=became)
    tell(lead, link.connection, Code.CONVERTED, at=at)
    if lead.stage in OPEN:
        close_lead(lead, stage=Lead.Stage.CONVERTED, by=None, at=at, reason="crm")
    return (Code.CONVERTED,)


def _merge(link: CrmLink, lead: Lead, winner: str, *, at: datetime) -> tuple[Code, ...]:
    """The lead follows its record. Where the other record is a lead of its own, a person decides whether the two leads
    are one."""
    other = CrmLink.objects.filter(connection=link.connection, remote_id=winner).select_related("lead").first()
    is_erased = other is not None and other.gone == Gone.ERASED
    owner = None if is_erased else other.lead if other is not None else _known_by(link, winner)
    owner = owner.merged_into or owner if owner is not None else None
    if other is None and (owner is None or owner == lead) and _moved(link, lead, winner):
        tell(lead, link.connection, Code.MERGED, at=at)
        return (Code.MERGED,)
    _close(link, Gone.MERGED, at=at, became=winner)
    if owner is None or owner == lead:
        tell(lead, link.connection, Code.MERGED, at=at)
        return (Code.MERGED,)
    tell(lead, link.connection, Code.MERGED_BESIDE, at=at, other=f"#{owner.pk}")
    put_beside(lead, owner, at=at)
    note(link.connection, "merged_beside", at=at, way=Way.IN, tone=Tone.WARN, lead_id=lead.pk, other=owner.pk)
    return (Code.MERGED_BESIDE,)


def _known_by(link: CrmLink, remote_id: str) -> Lead | None:
    """Whose id this is, if it came in otherwise."""
    system = link.connection.system
    rows = Identity.objects.filter(kind=Identity.Kind.EXTERNAL_ID, value=remote_id, system=system.key if system else "")
    found = rows.select_related("lead__merged_into").first()
    return found.lead if found is not None else None


def _moved(link: CrmLink, lead: Lead, winner: str) -> bool:
    """The link is that of the other record now, whose fields are not known yet. False if that has got a link at this
    moment."""
    before = link.remote_id
    link.remote_id, link.seen_digest, link.seen_at = winner, "", None
    link.wanted_status = link.done_status = link.sent_owner = link.sent_status = ""
    link.wanted_seq = 0  # nothing was written there yet
    try:
        with transaction.atomic():
            link.save()
            if link.connection.system is not None:
                Identity.objects.get_or_create(
                    kind=Identity.Kind.EXTERNAL_ID,
                    value=winner,
                    system=link.connection.system.key,
                    defaults={"lead": lead},
                )
        return True
    except IntegrityError:
        link.remote_id = before
        return False


def _close(link: CrmLink, how: Gone, *, at: datetime, became: str = "") -> None:
    link.gone, link.gone_at, link.became = how, at, became[:80]
    link.wanted_owner = link.wanted_status = ""
    link.next_at = None
    link.save()
