"""What public forms hold as spam, at the review desk: the number, the list, and one press to take one in (A1c, A6)."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.actions.web_forms import Submission, mark_not_spam, mark_spam, receive_submission
from leads.models import Capture, Lead, WebForm
from leads.queries.web_forms import held_count
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import MORNING, TeamFactory, make_manager, make_ops, make_rep
from tests.factories.leads import make_web_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
HOUR = timedelta(hours=1)
HELD, JUDGE = "/review/held/", "/review/held/judge/"


@pytest.fixture
def form() -> WebForm:
    return make_web_form(name="Website", per_hour=100)


def hold(form: WebForm, name: str = "Sari Ayu", *, hours: int = 1, why: str = "too_quick") -> Capture:
    raw = {"name": name, "email": f"{name.split()[0].lower()}@nila.co.id", "company_name": "Hotel Nila"}
    return receive_submission(form, Submission(raw, spam=why), at=MORNING - hours * HOUR)


def judge(client: Client, act: str, *held: Capture, query: str = ""):
    return client.post(f"{JUDGE}{query}", {"act": act, "held": [row.pk for row in held]})


def says(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def listed(client: Client, **query) -> list[str]:
    return [each.title for each in client.get(HELD, query).context["rows"]]


def test_held_submissions_are_for_sales_ops_only(client, form):
    row = hold(form)
    for user in (make_rep(TeamFactory()), make_manager(TeamFactory())):
        client.force_login(user)
        statuses = [client.get(HELD), judge(client, "take_in", row), client.post(f"{HELD}{row.pk}/undo/")]
        assert [answer.status_code for answer in statuses] == [403] * 3
    assert Lead.objects.count() == 0


def test_the_desk_says_how_many_are_held_and_since_when(client, as_ops, form, page_text):
    hold(form, hours=30)
    hold(form, "Tom Becker", hours=2)
    for address in ("/review/", "/review/list/"):
        page = page_text(client.get(address))
        assert "2 submissions of public forms are held as spam, the oldest for 1 d 6 h: look at them" in page
    assert "Nothing needs a human." in page


def test_a_desk_without_held_submissions_says_nothing_of_them(client, as_ops, page_text):
    assert "held as spam" not in page_text(client.get("/review/"))
    assert "No form holds anything back." in page_text(client.get(HELD))


def test_the_newest_stand_first_and_one_form_can_be_chosen(client, as_ops, form):
    other = make_web_form(name="Fair", source=form.source)
    hold(form, "Sari Ayu", hours=3)
    hold(other, "Tom Becker", hours=2)
    hold(form, "Rina Hadi", hours=1)
    assert listed(client) == ["Rina Hadi · Hotel Nila", "Tom Becker · Hotel Nila", "Sari Ayu · Hotel Nila"]
    assert listed(client, form=other.pk) == ["Tom Becker · Hotel Nila"]
    assert len(listed(client, form="bogus")) == len(listed(client, form=999_999)) == 3


def test_one_press_makes_a_lead(client, as_ops, form):
    row = hold(form)
    answer = judge(client, "take_in", row, query=f"?form={form.pk}")
    lead = Lead.objects.get()
    assert (answer.status_code, answer.url) == (302, f"{HELD}?form={form.pk}")
    assert says(answer)[-1].startswith(f'<a href="/leads/{lead.pk}/">Hotel Nila</a> is taken in. On the review desk')
    row.refresh_from_db()
    assert (row.state, row.lead, row.judged_by, row.judged_at) == ("made", lead, as_ops, MORNING)
    assert (listed(client), held_count().count) == ([], 0)


def test_a_second_press_says_who_was_first(client, as_ops, form):
    row = hold(form)
    mark_not_spam(row, by=make_ops(first_name="Bima", last_name="P"), at=MORNING)
    answer = judge(client, "take_in", row)
    assert says(answer)[-1] == "Bima P took it in at 10:42: Hotel Nila."
    assert Lead.objects.count() == 1
    assert says(judge(client, "spam", row))[-1] == "Bima P took it in at 10:42: Hotel Nila."


def test_ticked_ones_are_taken_in_together(client, as_ops, form):
    rows = [hold(form, name) for name in ("Sari Ayu", "Tom Becker", "Rina Hadi")]
    mark_not_spam(rows[2], by=make_ops(first_name="Bima", last_name="P"), at=MORNING)
    answer = judge(client, "take_in", *rows)
    assert says(answer)[-1].startswith("2 submissions are taken in. They are with 2 leads. Bima P took it in at 10:42")
    assert Lead.objects.count() == 3


def test_what_is_spam_stays_held_and_needs_no_second_look(client, as_ops, form):
    row = hold(form, "Cheap Watches", why="trap")
    answer = judge(client, "spam", row)
    assert says(answer)[-1] == "1 submission stays held as spam."
    assert [message.extra_tags for message in get_messages(answer.wsgi_request)] == [f"{HELD}{row.pk}/undo/"]
    assert (listed(client), listed(client, show="spam")) == ([], ["Cheap Watches · Hotel Nila"])
    row.refresh_from_db()
    assert (row.state, row.judged_by, Lead.objects.count(), held_count().count) == ("refused", as_ops, 0, 0)


def test_calling_something_spam_is_undone_or_taken_in_later(client, as_ops, form):
    row, other = hold(form), hold(form, "Tom Becker")
    judge(client, "spam", row, other)
    answer = client.post(f"{HELD}{row.pk}/undo/")
    assert (says(answer)[-1], listed(client)) == ("It waits for a look again.", ["Sari Ayu · Hotel Nila"])
    judge(client, "take_in", other, query="?show=spam")
    assert [lead.full_name for lead in Lead.objects.all()] == ["Tom Becker"]
    assert says(client.post(f"{HELD}{other.pk}/undo/"))[-1] == "It is held no longer."


def test_an_empty_one_that_was_taken_in_is_not_offered_again(client, as_ops, form):
    row = receive_submission(form, Submission({}, spam="trap"), at=MORNING)
    assert says(judge(client, "take_in", row))[-1] == "This is not enough for a lead. It stays as it came."
    assert (listed(client), listed(client, show="spam")) == ([], [])


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"act": "spam"}, "Tick at least one submission."),
        ({"act": "burn", "held": ["1"]}, "Choose what to do."),
        ({"held": ["1"]}, "Choose what to do."),
        ({"act": "take_in", "held": [str(n) for n in range(1, 62)]}, "61 submissions are ticked; tick 50 at most."),
    ],
)
def test_wrong_input_is_answered_in_words(client, as_ops, form, sent, text):
    hold(form)
    with nothing_changes():
        answer = client.post(JUDGE, sent)
    assert answer.status_code == 422
    assert says(answer)[-1].startswith(text)


def test_only_what_a_form_holds_can_be_taken_in(client, as_ops):
    other = Capture.objects.create(channel="api", received_at=MORNING, raw={}, fingerprint="x", state="refused")
    with nothing_changes():
        assert refusal(judge(client, "take_in", other)) == NOT_FOUND
        assert refusal(client.post(JUDGE, {"act": "spam", "held": ["999999"]})) == NOT_FOUND
        assert refusal(client.post(f"{HELD}{other.pk}/undo/")) == NOT_FOUND


def test_the_file_has_the_list_and_no_formula(client, as_ops, form):
    hold(form, "=cmd() Ayu")
    row = next(csv.DictReader(io.StringIO(client.get(HELD, {"format": "csv"}).content.decode("utf-8-sig"))))
    assert (row["Who"], row["Form"], row["Received"]) == (
        "'=cmd() Ayu · Hotel Nila",
        "Website",
        (MORNING - HOUR).isoformat(),
    )


def test_pages_ask_the_same_however_many_are_held(client, as_ops, form):
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    client.get("/review/")
    counts = []
    for _round in range(2):
        hold(form)
        mark_spam(hold(form, "Tom Becker"), by=as_ops, at=MORNING)
        counts.append([asked(address) for address in ("/review/", HELD, f"{HELD}?show=spam", f"{HELD}?format=csv")])
    assert counts[0] == counts[1]
