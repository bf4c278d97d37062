"""The page of connections: a card each, who is who, the log; and the page of one (I4)."""

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.sealing import NotReadable
from config.web.htmx import page_or_part
from queues.actions.crm.seen import OFTEN, values_of
from queues.forms.crm.seen import sign_seen
from queues.forms.crm.settings import OftenForm
from queues.models import Connection
from queues.presenters.crm.cards import card, cards, headline
from queues.presenters.crm.links import link_words
from queues.presenters.crm.log_words import log_words, several_of_a_kind
from queues.presenters.crm.steps import step_links
from queues.presenters.crm.who_is_who import person_rows
from queues.queries.crm.cards import standing_of, standings
from queues.queries.crm.clients import secrets_of
from queues.queries.crm.log import LINKS_SHOWN, holders_of, lines_of_today, stuck_links
from queues.queries.crm.who_is_who import choosable_users, who_is_who

ops_only = permission_required("queues.operate_queue", raise_exception=True)
PEOPLE_SHOWN, LINES_SHOWN, LINES_OF_ONE = 6, 6, 20


@require_safe
@ops_only
def connections(request: HttpRequest) -> HttpResponse:
    """Live: the part is asked for again each half minute, and keeps what is typed in it."""
    at = timezone.now()
    found = standings(at=at)
    who = who_is_who()
    context = {
        "at": at,
        "cards": cards(found, at=at),
        "headline": headline(found, at=at),
        "who": who,
        "people": person_rows(who.rows[:PEOPLE_SHOWN]),
        "users": choosable_users() if who.unmatched else [],
        "lines": log_words(
            lines_of_today(LINES_SHOWN, at=at), twins=several_of_a_kind(each.connection for each in found)
        ),
    }
    return page_or_part(request, "queues/connections/list.html", "queues/connections/_list.html", context)


@require_safe
@ops_only
def connection(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Connection.objects.select_related("made_by"), pk=pk)
    return render(request, "queues/connections/detail.html", detail_context(found))


def _hint_address(found: Connection) -> str:
    """Where an app of HubSpot may say that something changed; private apps cannot."""
    try:
        is_app = found.kind == Connection.Kind.HUBSPOT and bool(secrets_of(found).get("client_secret"))
    except NotReadable:
        is_app = False
    return f"{settings.SITE_URL}{reverse('queues:connection_hint', args=[found.pk])}" if is_app else ""


def detail_context(found: Connection, often: OftenForm | None = None) -> dict[str, object]:
    at = timezone.now()
    standing = standing_of(found, at=at)
    links = list(stuck_links(found)[:LINKS_SHOWN])
    return {
        "at": at,
        "connection": found,
        "card": card(standing, at=at),
        "steps": step_links(found, ""),
        "links": link_words(links, holders=holders_of(links)),
        "more_links": max(0, standing.problems - LINKS_SHOWN),
        "lines": log_words(lines_of_today(LINES_OF_ONE, at=at, connection=found)),
        "hint_address": _hint_address(found),
        "seen": sign_seen(values_of(found, OFTEN)),
        "often": often or OftenForm(initial={"minutes": found.poll_minutes}),
        "can_switch_off": found.state in (Connection.State.WORKING, Connection.State.PAUSED, Connection.State.BROKEN),
    }
