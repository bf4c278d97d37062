"""The signing secret of a pool, and downloads of its leads with who did it (D8)."""

import secrets
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection, transaction

from config.sealing import seal
from queues.models import PartnerExport, PartnerLead, PartnerPool
from queues.queries.partners import MAX_ROWS_IN_FILE, fresh, there_now

SECRET_PREFIX = "alp_"


@transaction.atomic
def make_secret(pool: PartnerPool, *, by: User, at: datetime) -> str:
    """A new one; the one before signs nothing from now on. Returned once and stored sealed."""
    secret = SECRET_PREFIX + secrets.token_urlsafe(32)
    pool.secret, pool.secret_at = seal(secret), at
    pool.save(update_fields=["secret", "secret_at"])
    return secret


def lock_active(pool: PartnerPool) -> bool:
    """Before leads are sent there. Downloads wait for those that are being sent, so that a number which commits late
    is in the next file; leads do not wait for each other (KEY SHARE). SQLite has one writer."""
    lock = "FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT is_active FROM queues_partnerpool WHERE id = %s {lock}", [pool.pk])
        row = cursor.fetchone()
    return row is not None and bool(row[0])


@transaction.atomic
def export_leads(pool: PartnerPool, *, is_fresh: bool, by: User, at: datetime) -> list[PartnerLead]:
    """The leads that the partner has now, or those that nobody has downloaded yet; at most ten thousand, the oldest
    first. Written down with who downloaded them."""
    PartnerPool.objects.select_for_update(of=("self",)).get(pk=pool.pk)
    rows = (fresh(pool) if is_fresh else there_now(pool)).select_related("lead__source").order_by("pk")
    found = list(rows[:MAX_ROWS_IN_FILE])
    last = PartnerExport.objects.filter(pool=pool).order_by("-pk").values_list("up_to", flat=True).first() or 0
    up_to = max([last, *(stay.pk for stay in found)])
    PartnerExport.objects.create(pool=pool, at=at, by=by, rows=len(found), up_to=up_to)
    return found
