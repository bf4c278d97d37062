"""The page of the company, and what starts with it (M1)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.company import company, company_holidays_of, company_language, company_zone, keep
from config.models import Company
from queues.actions.figures.sweep import count_figures
from queues.models.figures import FigureState
from routing.models import Rep, TimeOff
from routing.queries.people import time_zone_of
from tests.factories import make_ops, make_rep
from tests.factories.people import TeamFactory

pytestmark = pytest.mark.django_db
PATH = "/company/"
CHRISTMAS_EVE = datetime(2026, 12, 24, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(CHRISTMAS_EVE, tick=False)


def typed(**changes: str) -> dict[str, str]:
    return {
        "name": "Arunika Niaga",
        "time_zone": "Asia/Makassar",
        "working_hours-mon": "08:00-12:00, 13:00-17:00",
        "holiday_country": "DE",
        "holiday_region": "",
        "language": "id",
    } | changes


@pytest.fixture
def ops(client):
    user = make_ops()
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def two_languages(settings):
    settings.LANGUAGES = [("en", "English"), ("id", "Bahasa Indonesia")]


class TestPage:
    def test_before_anything_is_chosen_it_says_what_the_environment_says(self, client, ops, settings):
        settings.HOLIDAYS_OF = "ID"

        form = client.get(PATH).context["form"]

        assert form.initial | {"working_hours": {}} == form.initial
        assert (form.initial["time_zone"], form.initial["holiday_country"]) == ("Asia/Jakarta", "ID")

    def test_it_is_saved_and_read_everywhere(self, client, ops):
        answer = client.post(PATH, typed())

        assert answer.status_code == 302
        row = Company.objects.get()
        assert (row.name, row.working_hours) == ("Arunika Niaga", {"mon": [["08:00", "12:00"], ["13:00", "17:00"]]})
        assert (company_zone(), company_holidays_of(), company_language()) == (ZoneInfo("Asia/Makassar"), "DE", "id")
        assert [version.history_user for version in row.history.all()] == [ops]

    def test_the_same_again_changes_nothing(self, client, ops):
        client.post(PATH, typed())
        client.post(PATH, typed())

        assert Company.objects.get().history.count() == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 81}, "name"),
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"time_zone": ""}, "time_zone"),
            ({"working_hours-mon": "17-9"}, "working_hours"),
            ({"holiday_country": "XX"}, "holiday_country"),
            ({"language": "tlh"}, "language"),
        ],
    )
    def test_what_cannot_be_is_refused_and_kept_on_the_page(self, client, ops, changes, field):
        answer = client.post(PATH, typed(**changes))

        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert not Company.objects.exists()

    def test_a_page_that_is_older_than_what_is_saved_overwrites_it_only_when_asked_again(self, client, ops, page_text):
        opened = client.get(PATH).context["form"]["seen"].value()
        client.post(PATH, typed(seen=opened))
        other = typed(name="Arunika Karya", seen=opened)
        refused = client.post(PATH, other)
        page = page_text(refused)
        assert (refused.status_code, company(fresh=True).name) == (409, "Arunika Niaga")
        assert "saved the company at 11:00, while this page was open: “Arunika Niaga”, Asia/Makassar." in page
        assert refused.context["form"]["name"].value() == "Arunika Karya"
        again = client.post(PATH, other | {"seen": refused.context["form"]["seen"].value()})
        assert (again.status_code, company(fresh=True).name) == (302, "Arunika Karya")

    def test_one_language_is_no_question(self, client, ops, settings):
        settings.LANGUAGES = [("en", "English")]

        assert "language" not in client.get(PATH).context["form"].fields
        assert client.post(PATH, typed()).status_code == 302

    def test_no_holidays_is_a_choice(self, client, ops, settings):
        settings.HOLIDAYS_OF = "ID"
        client.post(PATH, typed(holiday_country="-"))

        assert company_holidays_of() == "-"
        assert client.get(PATH).context["form"].initial["holiday_country"] == "-"

    def test_it_goes_back_to_where_it_came_from_on_this_site_only(self, client, ops):
        assert client.post(PATH, typed(next="/flow/"))["Location"] == "/flow/"
        assert client.post(PATH, typed(next="https://elsewhere.example/"))["Location"] == PATH


class TestWhatStartsWithIt:
    def test_new_teams_and_rotations(self, client, ops):
        client.post(PATH, typed())

        team = client.get("/admin/routing/team/add/").context["adminform"].form
        rotation = client.get("/admin/routing/rotation/add/").context["adminform"].form

        assert team["time_zone"].value() == rotation["time_zone"].value() == "Asia/Makassar"
        assert team["working_hours"].value() == {"mon": [["08:00", "12:00"], ["13:00", "17:00"]]}

    def test_a_rep_without_a_team_has_its_zone_and_holidays(self, client, ops):
        rep = make_rep()

        client.post(PATH, typed())

        assert time_zone_of(Rep.objects.get(user=rep)) == ZoneInfo("Asia/Makassar")
        notes = TimeOff.objects.filter(rep__user=rep).order_by("starts_at").values_list("note", flat=True)
        assert "Christmas Day" in list(notes)

    def test_a_team_that_names_a_country_keeps_its_own(self, client, ops):
        rep = make_rep(TeamFactory(holiday_country="-"))

        client.post(PATH, typed())

        assert not TimeOff.objects.filter(rep__user=rep).exists()

    def test_kept_figures_count_their_days_by_the_new_zone(self, client, ops):
        count_figures(at=CHRISTMAS_EVE, patience=60)
        assert FigureState.objects.get().zone == "Asia/Jakarta"

        client.post(PATH, typed())
        count_figures(at=CHRISTMAS_EVE, patience=60)

        assert FigureState.objects.get().zone == "Asia/Makassar"

    def test_times_on_pages(self, client, ops):
        client.post(PATH, typed())

        assert "11:00:00+08:00" in client.get(PATH).content.decode()  # alur-now


class TestReading:
    def test_it_is_read_once_in_a_few_seconds(self, django_assert_num_queries):
        keep(None)
        with django_assert_num_queries(1):
            company()
            company_zone()

    def test_what_another_process_saved_is_seen_when_the_time_is_over(self, time_machine):
        Company.objects.create(pk=1, name="Arunika")
        keep(None)
        assert company().name == "Arunika"
        Company.objects.update(name="Niaga")  # as another process would: no signal here
        assert company().name == "Arunika"

        keep(company(), seconds=-1)

        assert company().name == "Niaga"
