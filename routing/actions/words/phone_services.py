"""Set up the service that sends SMS or WhatsApp for everybody, and find it again when something is sent (I1)."""

import json
from dataclasses import asdict
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from config.sealing import seal, unseal
from routing.decisions.phone_services import ServiceLogin, checked_login, way_to
from routing.models import PhoneService


@transaction.atomic
def set_phone_service(medium: str, login: ServiceLogin, *, by: User, at: datetime) -> PhoneService:
    """Replaces the one before. The login is sealed and never shown again; raises ServiceRefused."""
    checked_login(medium, login)
    rows = PhoneService.objects.select_for_update().filter(medium=medium)
    row = rows.first() or PhoneService(medium=medium)
    row.provider, row.sender, row.set_at = login.provider, login.sender, at
    row.label, row.login = f"…{login.account[-4:]}", seal(json.dumps(asdict(login)))
    set_history_author(row, by)
    row.save()
    return row


@transaction.atomic
def remove_phone_service(service: PhoneService, *, by: User) -> None:
    """Phones that were added stay, and get nothing until there is a service again."""
    for row in PhoneService.objects.select_for_update().filter(pk=service.pk):
        set_history_author(row, by)
        row.delete()


def phone_way(medium: str, phone: str) -> str | None:
    """The address for the sender; None without a service. Raises NotReadable."""
    service = PhoneService.objects.filter(medium=medium).first()
    if service is None:
        return None
    return way_to(medium, ServiceLogin(**json.loads(unseal(service.login))), phone)
