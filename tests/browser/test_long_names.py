"""The longest names, without a place to break, fit on the pages of rotations, on a phone and on a desk (J3)."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser

from leads.actions.intake.capture import capture_lead
from queues.models import EntryRule
from routing.models import Assignment
from tests.browser.pages import open_as
from tests.factories import QueueFactory, TeamFactory, make_manager, make_ops, make_rep, make_rotation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def places(transactional_db: None) -> dict[User, list[str]]:
    """Two rotations with names of 80 signs, and who sees them on which pages."""
    team = TeamFactory()
    people = [make_rep(team) for _rep in range(2)]
    rotations = [make_rotation(*people, name=name) for name in ("W" * 80, "🦊" * 80)]
    queue = QueueFactory(name="W" * 80, team=team, dispatch="push", rotation=rotations[0])
    EntryRule.objects.create(name="Everybody", outcome="queue", queue=queue)
    capture_lead({"email": "dewi@maju.co.id"}, channel="api", at=timezone.now())
    held = Assignment.objects.select_related("holder").get()
    every = ["/rotations/", "/fairness/"]
    every += [f"/{page}/{rotation.pk}/" for page in ("rotations", "fairness") for rotation in rotations]
    own = [f"/rotations/mine/{rotation.pk}/" for rotation in rotations]
    pages = [f"admin:routing_rotation_{page}" for page in ("change", "history", "try_it")]
    admin = [reverse(page, args=[rotations[0].pk]) for page in pages]
    ops = make_ops()
    return {
        ops: ["/admin/routing/rotation/", *admin, "/admin/"],
        held.holder: [*own, "/desk/", f"/leads/{held.lead_id}/", "/inbox/"],
        make_manager(team): every,
    }


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_is_wider_than_its_screen(site: str, browser: Browser, places, width: int):
    over = {}
    for user, pages in places.items():
        page = open_as(browser, site, user, "/account/password/", width=width)
        for place in pages:
            page.goto(f"{site}{place}")
            over[place] = page.evaluate(OVERHANG)
        page.context.close()
    assert {place: wide for place, wide in over.items() if wide > 0} == {}
