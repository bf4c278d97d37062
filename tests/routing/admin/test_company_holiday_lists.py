"""Lists of company holidays: pasted all at once or not at all, filtered, downloaded; only for sales ops (F5, C9)."""

import pytest
from django.test import Client

from routing.models import CompanyHoliday, HolidayKinds
from tests.factories import TeamFactory, make_manager, make_rep
from tests.routing.admin.test_company_holidays import ADD, CLOSED, DECEMBER, LIST, days, said, save

pytestmark = pytest.mark.django_db
PASTE, CSV = f"{LIST}paste/", f"{LIST}csv/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(DECEMBER, tick=False)


@pytest.fixture
def team():
    HolidayKinds.objects.create(region="ID", kinds=["public"])
    return TeamFactory(name="Jakarta", holiday_country="ID")


@pytest.fixture
def rep(team):
    return make_rep(team).rep


def test_lines_are_pasted_all_at_once_and_known_ones_stay(client: Client, as_ops, rep):
    save(client, last_on="2026-12-24")
    lines = "2026-12-24 Closed\n\n2026-12-28 to 2026-12-30 Offsite\n2027-01-04 Kick-off"
    answer = client.post(PASTE, {"lines": lines, "kind": "off", "is_for": "everybody"}, follow=True)
    assert said(answer) == ["2 holidays are saved. 1 line was there already.", "1 rep is off on “Offsite”."]
    names = days(rep)
    assert (names["12-24"], names["12-28"], names["12-30"], names["01-04"]) == (
        "Closed", "Offsite", "Offsite", "Kick-off",
    )  # fmt: skip
    assert CompanyHoliday.history.filter(name="Offsite", history_user=as_ops).exists()
    assert said(client.post(PASTE, {"lines": lines, "kind": "off", "is_for": "everybody"}, follow=True)) == [
        "0 holidays are saved. 3 lines were there already."
    ]


def test_one_bad_line_saves_none_and_is_named(client: Client, as_ops, rep):
    lines = "2026-12-24 Closed\n24 December\n2026-12-32 Nothing\n2026-12-24 Closed"
    answer = client.post(PASTE, {"lines": lines, "kind": "off", "is_for": "everybody"})
    assert answer.context["form"].errors["lines"] == [
        "Line 2: begin with the day, such as 2026-12-24.",
        "Line 3: there is no such day.",
        "Line 4: the same day and name stand above.",
        "Nothing was saved.",
    ]
    assert (answer.status_code, CompanyHoliday.objects.count(), "12-24" in days(rep)) == (422, 0, False)


@pytest.mark.parametrize(
    ("sent", "field"), [({"lines": ""}, "lines"), ({"is_for": "teams"}, "teams"), ({"is_for": "region"}, "region")]
)
def test_a_list_for_nobody_is_refused(client: Client, as_ops, sent, field):
    answer = client.post(PASTE, {"lines": "2026-12-24 Closed", "kind": "off", "is_for": "everybody"} | sent)
    assert (list(answer.context["form"].errors), CompanyHoliday.objects.count()) == ([field], 0)


def test_the_list_shows_coming_ones_and_finds_past_ones(client: Client, as_ops, team):
    save(client, name="Future")
    save(client, name="Gone", first_on="2026-01-02", last_on="2026-01-02", is_for="teams", teams=[team.pk])
    save(client, name="Founding", first_on="2020-06-01", last_on="2020-06-01", is_yearly="on")
    save(client, name="Unity", first_on="2026-10-03", last_on="2026-10-03", is_for="region", region="DE")

    def names(query: str) -> list[str]:
        return [row.name for row in client.get(f"{LIST}?{query}").context["cl"].result_list]

    assert names("") == ["Future", "Founding"]
    assert names("when=past") == ["Gone", "Unity"]
    assert names("when=all&region=DE") == ["Unity"]
    assert names(f"when=all&teams__id__exact={team.pk}") == ["Gone"]
    assert names("when=all&q=found") == ["Founding"]
    page = client.get(f"{LIST}?when=all").content.decode()
    assert [text in page for text in ("1 Jun, every year", "Fri 2 Jan 2026", "Germany", "Jakarta")] == [True] * 4


def test_the_csv_has_all_rows_and_no_formula(client: Client, as_ops, team):
    save(client, name="=1+1", is_for="teams", teams=[team.pk], note="x")
    save(client, name="Gone", first_on="2026-01-02", last_on="2026-01-02")
    lines = client.get(CSV).content.decode("utf-8-sig").splitlines()
    assert lines == [
        "Name,First day,Last day,Every year,Kind,For,Note",
        "Gone,2026-01-02,2026-01-02,no,Day off,everybody,",
        "'=1+1,2026-12-24,2026-12-26,no,Day off,Jakarta,x",
    ]


def test_the_change_log_shows_who_changed_it(client: Client, as_ops, team):
    save(client)
    save(client, CompanyHoliday.objects.get().pk, is_for="teams", teams=[team.pk])
    page = client.get("/changes/?kind=holidays").content.decode()
    assert ("Company holiday" in page, "Closed" in page, "Jakarta" in page) == (True, True, True)


def test_only_sales_ops_open_it(client: Client, team, rep):
    for user in (rep.user, make_manager(team)):
        client.force_login(user)
        answers = [client.get(address) for address in (LIST, ADD, PASTE, CSV)] + [client.post(PASTE, CLOSED)]
        assert {answer.status_code for answer in answers} <= {302, 403}
    assert CompanyHoliday.objects.count() == 0
