"""The guide of a new installation: its steps, the defaults by one press, leaving it and finding it again (M1)."""

import pytest

from config.company import company, keep
from config.models import Company
from dashboards.decisions.guide import STEPS, Progress, Step
from leads.models import ScoreRule, Source
from queues.models import EntryRule, PriorityTier, ProbeRun, Queue
from routing.actions.company import save_company
from routing.roles import SALES_OPS
from tests.factories import MORNING, QueueFactory, make_manager, make_rep, make_rotation, make_user
from tests.factories.leads import make_web_form
from tests.factories.people import TeamFactory

PATH = "/get-going/"


@pytest.fixture(autouse=True)
def empty(db):
    """As after `migrate` and `createsuperuser`."""
    keep(None)


def in_menu(client) -> str:
    return str(client.get("/flow/").context["guide"])


def steps(client) -> list[str]:
    return [line.key for line in client.get(PATH).context["steps"] if line.is_done]


class TestSteps:
    def test_none_is_done_at_first_and_the_first_is_next(self, client, as_ops):
        lines = client.get(PATH).context["steps"]

        assert [line.is_done for line in lines] == [False] * 6
        assert [line.key for line in lines if line.is_now] == ["company"]

    def test_each_is_done_by_what_it_asks_for(self, client, as_ops):
        save_company({"name": "Arunika"}, by=as_ops, at=MORNING)
        assert steps(client) == ["company"]
        team = TeamFactory()
        make_manager(team)
        assert steps(client) == ["company", "people"]
        queue = QueueFactory(team=team)
        assert "team" not in steps(client)
        make_rep(team)
        assert "team" in steps(client)
        EntryRule.objects.create(name="All", position=1, outcome=EntryRule.Outcome.QUEUE, queue=queue)
        assert "rules" in steps(client)
        make_web_form()
        assert steps(client) == ["company", "people", "team", "rules", "door"]
        ProbeRun.objects.create(at=MORNING, is_ok=True, seconds=0.1, origin="Form", ended="assigned", by=as_ops)
        assert steps(client) == list(STEPS)

    def test_a_push_queue_with_an_empty_rotation_gives_leads_to_no_one(self, client, as_ops):
        team = TeamFactory()
        make_rep(team)
        QueueFactory(team=team, dispatch=Queue.Dispatch.PUSH, rotation=make_rotation())

        assert "team" not in steps(client)

    @pytest.mark.parametrize("change", ["switched off", "probe by itself"])
    def test_what_does_not_count(self, client, as_ops, change):
        if change == "switched off":
            make_web_form(is_active=False)
        else:
            ProbeRun.objects.create(at=MORNING, is_ok=True, seconds=0.1, origin="Form", ended="assigned")

        assert steps(client) == []

    def test_the_next_step_is_the_first_open_one(self):
        assert Progress(frozenset({Step.COMPANY, Step.RULES})).now == Step.PEOPLE
        assert Progress(frozenset(STEPS)).now is None


class TestWhoLandsThere:
    def test_sales_ops_and_a_superuser_without_a_role(self, client, as_ops):
        assert client.get("/")["Location"] == PATH
        client.force_login(make_user(is_superuser=True, is_staff=True))
        assert client.get("/")["Location"] == PATH

    def test_not_reps_and_managers(self, client):
        client.force_login(make_manager())
        assert client.get("/")["Location"] == "/queues/"
        assert client.get(PATH).status_code == 403

    def test_not_once_a_queue_has_people(self, client, as_ops):
        team = TeamFactory()
        QueueFactory(team=team)
        assert client.get("/")["Location"] == PATH
        make_rep(team)
        assert client.get("/")["Location"] == "/flow/"


class TestDefaults:
    def test_one_press_makes_them_once(self, client, as_ops, page_text):
        assert client.get(PATH).context["offers_defaults"]

        said = page_text(client.post(PATH + "defaults/", follow=True))
        assert "Made: 9 sources, 13 score rules, 5 priority tiers, 1 queue, 11 entry rules" in said
        again = page_text(client.post(PATH + "defaults/", follow=True))

        assert "Everything was there already" in again
        assert [model.objects.count() for model in (Source, ScoreRule, PriorityTier, Queue, EntryRule)] == [
            *(9, 13, 5, 1, 11)
        ]
        assert not client.get(PATH).context["offers_defaults"]

    def test_only_who_may(self, client):
        client.force_login(make_manager())
        assert client.post(PATH + "defaults/").status_code == 403
        assert not Source.objects.exists()


class TestLeavingIt:
    def test_it_is_in_the_menu_with_its_state(self, client, as_ops):
        save_company({"name": "Arunika"}, by=as_ops, at=MORNING)

        assert in_menu(client) == "1 of 6"
        assert 'href="/get-going/"' in client.get("/flow/").content.decode()

    def test_not_shown_again_for_any_of_sales_ops_and_found_again(self, client, as_ops):
        client.post(PATH + "close/")

        assert company(fresh=True).guide_closed_at is not None
        client.force_login(make_user(SALES_OPS))
        assert client.get("/")["Location"] == "/flow/"
        assert in_menu(client) == ""
        assert 'href="/get-going/"' not in client.get("/flow/").content.decode()
        assert client.get(PATH).status_code == 200
        client.post(PATH + "close/", {"open": "yes"})
        assert in_menu(client) == "0 of 6"

    def test_it_leaves_the_menu_by_itself_when_all_is_done(self, client, as_ops, monkeypatch):
        monkeypatch.setattr("dashboards.views.guide.guide_progress", lambda user: Progress(frozenset(STEPS)))

        client.get(PATH)

        assert Company.objects.get().guide_closed_at is not None
        assert not Company.objects.get().history.exists()
