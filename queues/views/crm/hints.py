"""The address that HubSpot calls when something changed there (I4)."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from config.reach.crm.hubspot import verify_hint
from config.sealing import NotReadable
from queues.actions.crm.hints import hear_hint
from queues.models import Connection
from queues.queries.crm.clients import secrets_of

LARGEST = 256 * 1024  # a call has a hundred events at most


@csrf_exempt  # a program, which brings a signature and no cookie
@login_not_required
@require_POST
def hint(request: HttpRequest, pk: int) -> HttpResponse:
    """Who does not sign learns nothing, not even whether there is such a connection."""
    connection = Connection.objects.filter(pk=pk, kind=Connection.Kind.HUBSPOT).first()
    at = timezone.now()
    if connection is None or not _is_signed(request, connection, now=at.timestamp()):
        return HttpResponse(status=404)
    hear_hint(connection, at=at)
    return HttpResponse(status=204)


def _is_signed(request: HttpRequest, connection: Connection, *, now: float) -> bool:
    try:
        secret = secrets_of(connection).get("client_secret", "")
    except NotReadable:
        return False
    length = request.headers.get("Content-Length", "")
    if not (length.isascii() and length.isdigit() and int(length) <= LARGEST):
        return False
    if request.content_type == "multipart/form-data":  # its body was read as a form (config.bodies.middleware)
        return False
    stamp = request.headers.get("X-HubSpot-Request-Timestamp", "")
    signature = request.headers.get("X-HubSpot-Signature-v3", "")
    # a proxy before us may be known by another name
    ours = {request.build_absolute_uri(), settings.SITE_URL + request.get_full_path()}
    return any(verify_hint(secret, "POST", each, request.body, stamp, signature, now) for each in sorted(ours))
