"""Pages write numbers, hours and zones as their reader does, and read what was typed in either way; files keep the
point (J1)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from queues.models import EntryRule
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import CompanyHoliday, Reach
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
NOW = MORNING + timedelta(hours=1)
MAKASSAR, JAKARTA = "Asia/Makassar", "Asia/Jakarta"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(params=["en", "id"])
def language(request) -> str:
    return request.param


def reads(client, user, language: str, zone: str = ""):
    Reach.objects.update_or_create(user=user, defaults={"language": language, "time_zone": zone})
    client.force_login(user)
    return user


def test_what_was_due_has_the_mark_of_the_language_and_a_point_in_the_file(client, language):
    rotation = make_rotation(*(make_rep(first_name=name, last_name="") for name in ("Rina", "Maria", "Carlos")))
    take_turns(rotation, [TurnRequest(make_lead()) for _number in range(5)], at=MORNING)
    reads(client, make_ops(), language)
    page = client.get(f"/fairness/{rotation.pk}/")
    rows = [(line.due, line.given, line.difference) for _member, line in page.context["rows"]]
    mark = {"en": ".", "id": ","}[language]
    assert rows == [(f"1{mark}7", "2", f"+0{mark}3")] * 2 + [(f"1{mark}7", "1", f"−0{mark}7")]
    gini = [text for _title, text in page.context["summary"].figures if re.fullmatch(r"0.\d{3}", text)]
    assert [text[1] for text in gini] == [mark, mark]
    lines = client.get(f"/fairness/{rotation.pk}/?csv&p=week").content.decode().splitlines()
    assert [line.split(",")[1:4] for line in lines[1:]] == [["1.7", "2", "+0.3"]] * 2 + [["1.7", "1", "-0.7"]]


def test_hours_of_a_week_are_read_and_written_in_either_way(client, page_text, language):
    team = TeamFactory(time_zone=JAKARTA)
    rep = make_rep(team)
    reads(client, make_manager(team), language)
    typed = {"own_hours-mon": "09.00-12.00, 13:00 s.d. 17:00", "own_hours-tue": "9 sampai 17", "time_zone": ""}
    assert client.post(f"/calendars/{rep.rep.pk}/hours/", typed).status_code == 302
    rep.rep.refresh_from_db()
    assert rep.rep.own_hours == {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "tue": [["09:00", "17:00"]]}
    answer = client.get(f"/calendars/{rep.rep.pk}/")
    shown = {
        "en": "Monday 09:00-12:00, 13:00-17:00; Tuesday 09:00-17:00",
        "id": "Senin 09.00-12.00, 13.00-17.00; Selasa 09.00-17.00",
    }
    assert shown[language] in page_text(answer)
    assert 'value="09:00-12:00, 13:00-17:00"' in answer.content.decode()  # what is typed over keeps its colon


@pytest.mark.parametrize("word", ["to", "sampai", "Sampai dengan", "s.d.", "s/d", "hingga", "-"])
def test_days_that_are_pasted_run_to_the_second(client, word):
    reads(client, make_ops(), "id")
    lines = f"2026-12-24 {word} 2026-12-31 Kantor tutup"
    sent = {"lines": lines, "kind": "off", "is_for": "everybody"}
    assert client.post("/admin/routing/companyholiday/paste/", sent).status_code == 302
    found = CompanyHoliday.objects.values_list("first_on", "last_on", "name")
    assert [(f"{first}", f"{last}", name) for first, last, name in found] == [
        ("2026-12-24", "2026-12-31", "Kantor tutup")
    ]


@pytest.mark.parametrize(("typed", "is_read"), [("12,5", True), ("12.5", True), ("1.234", False), ("1,234", False)])
def test_an_amount_is_read_with_a_comma_and_never_becomes_another(client, language, typed, is_read):
    queue = QueueFactory()
    conditions = [{"field": "deal_size", "operator": "is", "value": 12.5}]
    EntryRule.objects.create(name="Twelve", outcome="queue", queue=queue, conditions=conditions)
    reads(client, make_ops(), language)
    shown = client.get("/rules/", {"try": "1", "score": "50", "deal_size": typed}).context
    assert ("deal_size" in shown["form"].errors, shown["verdict"] is not None) == (not is_read, is_read)
    assert not is_read or shown["verdict"].rule_name == "Twelve"
    assert {"en": "12.5", "id": "12,5"}[language] in shown["rules"][0].sentence


def test_weights_are_typed_with_either_mark_and_shown_with_that_of_the_language(client, page_text, language):
    team = TeamFactory()
    rotation = make_rotation(make_rep(team, first_name="Rina"), make_rep(team, first_name="Maria"))
    rotation.members.filter(rep__user__first_name="Rina").update(weight="0.50")
    reads(client, make_ops(), language)
    shown = page_text(client.get(reverse("routing:rotation", args=[rotation.pk])))
    assert ("0,5" in shown, "0.5" in shown) == (language == "id", language == "en")


def test_times_of_a_lead_have_a_point_and_their_zone_in_indonesian(client, language):
    make_lead(company_name="Maju")
    reads(client, make_ops(), language, JAKARTA)
    page = client.get("/search/?q=Maju").content.decode()
    titles = {"en": "Mon 16 Nov 2026, 10:42:00 WIB", "id": "Sen 16 Nov 2026, 10.42.00 WIB"}
    assert titles[language] in page
    other = {"en": "10.42.00", "id": "10:42:00 WIB"}
    assert other[language] not in page


CLOCKS = {
    "en": "All times are in WITA (Makassar). Your team works in WIB (Jakarta).",
    "id": "Semua jam memakai WITA (Makassar). Tim Anda bekerja dengan WIB (Jakarta).",
}


def test_who_lives_by_another_clock_than_the_team_reads_whose_times_these_are(client, page_text, language):
    team = TeamFactory(time_zone=JAKARTA)
    rep = make_rep(team)
    reads(client, rep, language, MAKASSAR)
    for path in ("/inbox/", "/profile/", "/time-off/"):
        assert CLOCKS[language] in page_text(client.get(path))
    client.post("/profile/me/", {"name": "Rina", "time_zone": JAKARTA, "language": language})
    assert 'class="al-clocks"' not in client.get("/inbox/").content.decode()


def test_equal_clocks_under_two_names_are_no_difference(client):
    reads(client, make_rep(TeamFactory(time_zone=JAKARTA)), "en", "Asia/Pontianak")
    assert 'class="al-clocks"' not in client.get("/inbox/").content.decode()


def test_a_manager_reads_by_which_clock_a_rep_lives(client, page_text, language):
    team = TeamFactory(time_zone=JAKARTA)
    rina, _maria = make_rep(team, first_name="Rina"), make_rep(team, first_name="Maria")
    rina.rep.time_zone = "Asia/Jayapura"
    rina.rep.save(update_fields=["time_zone"])
    second = TeamFactory(time_zone=MAKASSAR)
    reads(client, make_manager(team, second), language, JAKARTA)
    shown = page_text(client.get("/team/"))
    assert (shown.count("WIT (Jayapura)"), shown.count("WIB (Jakarta)"), shown.count("WITA (Makassar)")) == (1, 1, 1)


def test_one_clock_of_all_reps_is_named_once(client, page_text):
    team = TeamFactory(time_zone=JAKARTA)
    for _number in range(2):
        make_rep(team)
    reads(client, make_manager(team), "en", MAKASSAR)
    assert page_text(client.get("/team/")).count("WIB (Jakarta)") == 1


def test_the_week_of_a_date_picker_starts_on_monday(client, language):
    reads(client, make_ops(), language)
    assert '"FIRST_DAY_OF_WEEK": 1' in client.get("/admin/jsi18n/").content.decode()
