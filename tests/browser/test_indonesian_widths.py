"""Indonesian words are longer than English ones: on a phone no page scrolls sideways because of them, and no button,
tab or head of a column is cut (J1)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser

from queues.actions.claims.take import take_next
from queues.actions.entries.placement import send_to_review
from queues.actions.figures.sweep import count_figures
from queues.models import EntryRule
from routing.models import Reach
from tests.browser.pages import open_as
from tests.factories import (
    QueueFactory,
    TeamFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# the page beyond its window; and words that do not fit into what one presses or reads them by
CUT = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const found = scrollWidth > clientWidth ? [`wider by ${scrollWidth - clientWidth}`] : [];
  for (const one of document.querySelectorAll("button, .btn, summary.btn, [role=tab], .al-seg a, .al-chip, thead th")) {
    if (one.closest(".vh, .al-def, dialog") || one.clientWidth < 3) continue;
    const beyond = one.matches("th") ? one.scrollWidth - one.clientWidth - 4 : one.scrollWidth - one.clientWidth;
    if (beyond > 1) found.push(`${one.tagName} “${one.innerText.trim().slice(0, 40)}” by ${beyond}`);
  }
  return found;
}"""


@pytest.fixture
def places(transactional_db: None) -> dict[User, list[str]]:
    now, team = timezone.now(), TeamFactory(name="Inside Sales Jakarta")
    reps = [make_rep(team, first_name=name, last_name="Hartono") for name in ("Rina", "Budi")]
    manager, ops = make_manager(team, first_name="Ayu"), make_ops(first_name="Bima")
    for person in (*reps, manager, ops):
        Reach.objects.update_or_create(user=person, defaults={"language": "id"})
    rotation = make_rotation(*reps, name="Enterprise")
    pushed = QueueFactory(name="Enterprise", slug="enterprise", team=team, dispatch="push", rotation=rotation)
    queue = QueueFactory(name="Rekomendasi", slug="smb", team=team, is_reserving=True, picks_within=5)
    wanted = [{"field": "company_size", "operator": "at_least", "value": 500}]
    EntryRule.objects.create(name="Perusahaan besar", outcome="queue", queue=pushed, conditions=wanted)
    for hours in (30, 9):
        make_entry(queue, since=now - timedelta(hours=hours), company_name="Konveksi Cakrawala Cemerlang")
    held = take_next(queue, by=reps[0], at=now - timedelta(hours=5)).lead_id
    send_to_review([(make_lead(company_name="Lintas Niaga"), ["no_rule"], None)], at=now)
    count_figures(at=now, patience=60)
    fairness, turns = f"/fairness/{rotation.pk}/", f"/rotations/{rotation.pk}/"
    return {
        reps[0]: ["/desk/", f"/leads/{held}/", "/my-numbers/", "/rotations/mine/", "/profile/", fairness],
        manager: ["/queues/", "/queues/smb/", "/escalations/", "/team/", "/reports/goals/", turns],
        ops: ["/flow/", "/review/", "/rules/", "/flow/probe/", f"/admin/routing/rotation/{rotation.pk}/versions/"],
    }


def test_no_page_scrolls_sideways_and_no_word_is_cut_on_a_phone(site: str, browser: Browser, places):
    wrong = {}
    for user, pages in places.items():
        page = open_as(browser, site, user, pages[0], width=390)
        for place in pages:
            assert page.goto(f"{site}{place}").status == 200, place
            assert page.locator("html").get_attribute("lang") == "id"
            for width in (390, 320):
                page.set_viewport_size({"width": width, "height": 844})
                wrong[f"{place} at {width}"] = page.evaluate(CUT)
        page.context.close()
    assert {place: found for place, found in wrong.items() if found} == {}
