"""Pages of no app: health for load balancers, the sign-in of the admin, the language, icons, the manifest."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from config.health_parts import health_parts
from config.jobs.progress import job_rows
from config.schema import missing_migrations
from config.signals import language_chosen
from config.worker.heartbeat import OUTBOX, WORKER, heartbeat_ages, heartbeat_state, worker_heartbeat_age

log = logging.getLogger(__name__)

PAPER = "#f6f5f1"  # --al-paper of the light theme; base.html says the dark one
ICONS = (("any", 192), ("any", 512), ("maskable", 192), ("maskable", 512))


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this node can reach its database, else 503.

    A silent worker or outbox is reported ("stale"), as a probe that failed is, but the web node stays in service: its
    pages still work.
    """
    at = timezone.now()
    try:
        ages, parts = heartbeat_ages(at, WORKER, OUTBOX), health_parts(at)
    except DatabaseError:
        log.exception("health: the database does not answer")
        return JsonResponse({"status": "failed", "database": "unreachable"}, status=503)
    silences = {
        name: {"state": heartbeat_state(age), "beat_age_seconds": age and round(age.total_seconds())}
        for name, age in ages.items()
    }
    return JsonResponse({"status": "ok", "database": "ok", **silences, **parts})


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 once all migrations are applied and the worker beats, else 503 with words: for what decides when an upgrade
    goes on. Load balancers ask /healthz: while the worker is silent, pages still work (J6)."""
    try:
        missing = len(missing_migrations())
        age = None if missing else worker_heartbeat_age(timezone.now())
    except DatabaseError:
        log.exception("ready: the database does not answer")
        return JsonResponse({"status": "not ready", "why": "The database does not answer."}, status=503)
    if missing:
        why = f"{missing} migrations are not applied. Run: manage.py migrate"
    elif age is None:
        why = "The worker has never given a sign of life. Start: manage.py supervise"
    elif heartbeat_state(age) != "ok":
        why = f"The worker has been silent for {round(age.total_seconds())} seconds. See that supervise runs."
    else:
        return JsonResponse({"status": "ready"})
    return JsonResponse({"status": "not ready", "why": why}, status=503)


@require_safe
@never_cache
def background_jobs(request: HttpRequest) -> HttpResponse:
    """The progress of background jobs, for the pages of the settings."""
    if not request.user.is_staff:
        raise PermissionDenied
    rows = job_rows(at=timezone.now())
    context = {"rows": rows, "is_open": any(row.is_open for row in rows)}
    return render(request, "admin/_background_jobs.html", context)


@login_not_required
@never_cache
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The admin uses the one sign-in form with its throttle. A signed-in person without the right gets 403."""
    if request.user.is_authenticated and not (request.user.is_active and request.user.is_staff):
        raise PermissionDenied
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        wanted = reverse("admin:index")
    if request.user.is_authenticated:
        return redirect(wanted)
    return redirect_to_login(wanted)


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """From the menu of a person, from the admin, and by visitors, for whom only the browser keeps it (J1)."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        language_chosen.send(choose_language, request=request, user=request.user, language=language, at=timezone.now())
    return set_language(request)


@login_not_required
@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponsePermanentRedirect(static("img/favicon.svg"))


@login_not_required
@require_safe
@cache_control(public=True, max_age=86_400)
def touch_icon(request: HttpRequest) -> HttpResponse:
    """Phones ask for it at the root, and the notifications of push_worker.js show it."""
    return HttpResponsePermanentRedirect(static("img/app/apple-touch-icon.png"))


@login_not_required
@require_safe
@cache_control(public=True, max_age=86_400)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install Alur as an app. It starts at the page of one's role."""
    names = {"any": "icon", "maskable": "maskable"}
    says = {
        "id": "/",
        "name": "Alur",
        "short_name": "Alur",
        "description": _("Leads that wait, and who contacts them"),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {
                "src": static(f"img/app/{names[purpose]}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for purpose, size in ICONS
        ],
    }
    return JsonResponse(says, content_type="application/manifest+json")
