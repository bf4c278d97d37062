"""Reps are lent to a queue that overflows, and asked back (D8)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from queues import tasks
from queues.models import Entry, Loan, Queue
from queues.queries.access import reps_of
from routing.models import Assignment, Notification, Team
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    fill_line,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
END_OF_FRIDAY = datetime(2026, 11, 20, 17, tzinfo=UTC)  # midnight in Jakarta


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def teams(clock) -> dict[str, Team]:
    return {name: TeamFactory(name=name) for name in ("Full", "Calm")}


@pytest.fixture
def queue(teams) -> Queue:
    queue = QueueFactory(name="Full inbox", slug="full", team=teams["Full"], picks_within=5)
    fill_line(queue, [(MORNING - n * timedelta(minutes=1), {}) for n in range(6)])
    return queue


@pytest.fixture
def people(teams, queue) -> dict:
    return {
        "manager": make_manager(teams["Full"], first_name="Ayu", last_name=""),
        "calm manager": make_manager(teams["Calm"], first_name="Joko", last_name=""),
        "own": make_rep(teams["Full"], first_name="Ani", last_name=""),
        "rep": make_rep(teams["Calm"], first_name="Budi", last_name=""),
        "other": make_rep(teams["Calm"], first_name="Citra", last_name=""),
    }


@pytest.fixture
def lender(people) -> Client:
    return signed_in(people["manager"])


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def says(answer) -> list[str]:
    return [str(told) for told in answer.context["messages"]]


def lend(client: Client, *users, until: str = "2026-11-20"):
    return client.post("/queues/full/lend/", {"reps": [user.rep.pk for user in users], "until": until}, follow=True)


def takes(user) -> int:
    return signed_in(user).post("/take-next/", {"queue": "full"}).status_code


def test_the_form_shows_who_could_help_the_free_and_least_loaded_first(queue, people, lender):
    off, busy = make_rep(is_active=False), QueueFactory()
    fill_line(busy, [(MORNING, {})])
    signed_in(people["rep"]).post("/take-next/", {"queue": busy.slug})
    people["other"].rep.__class__.objects.filter(user=people["other"]).update(is_available=False)
    third = make_rep(first_name="Dewi", last_name="")
    answer = lender.get("/queues/full/lend/")
    rows = [(str(each.rep), each.is_free, each.load) for each in answer.context["people"]]
    assert rows == [("Dewi", True, 0), ("Budi", True, 1), ("Citra", False, 0)]
    assert str(off.rep) not in answer.content.decode() and third.rep.pk
    assert 'value="2026-11-20"' in answer.content.decode()


def test_a_lent_rep_sees_and_takes_until_the_loan_is_over_and_keeps_what_was_taken(queue, people, lender, clock):
    rep = people["rep"]
    page = signed_in(rep)
    assert (takes(rep), page.get("/my-queues/?queue=full").status_code) == (404, 404)
    answer = lend(lender, rep)
    assert says(answer) == ["Budi takes from Full inbox too, until the end of Fri 20 Nov."]
    assert Loan.objects.get().until == END_OF_FRIDAY
    assert "until the end of Fri 20 Nov, by Ayu" in " ".join(answer.content.decode().split())
    assert "you are lent until the end of Fri 20 Nov" in page.get("/my-queues/").content.decode()
    assert "Full inbox" in page.get("/desk/").content.decode()
    assert takes(rep) == 302
    first = Entry.objects.waiting().order_by("since_at").first()
    assert page.post(f"/take/{first.pk}/").status_code == 302
    assert page.post("/take-batch/", {"queue": "full", "count": "2"}).status_code == 302
    assert Assignment.objects.open().filter(holder=rep).count() == 4
    clock.move_to(END_OF_FRIDAY - timedelta(seconds=1))
    assert takes(rep) == 302
    clock.move_to(END_OF_FRIDAY)
    assert (takes(rep), page.get("/my-queues/?queue=full").status_code, Loan.objects.get().ended_at) == (404, 404, None)
    assert (tasks.end_loans(), tasks.end_loans(), Loan.objects.get().ended_at) == (1, 0, END_OF_FRIDAY)
    lead = Assignment.objects.open().filter(holder=rep).order_by("pk").first().lead_id
    assert (Assignment.objects.open().count(), page.get(f"/leads/{lead}/").status_code) == (5, 200)


@pytest.mark.parametrize("path", ["/desk/waiting/", "/my-queues/"])
def test_a_list_that_is_open_at_the_end_of_the_loan_empties_itself(queue, people, lender, clock, path):
    lend(lender, people["rep"])
    page, part = signed_in(people["rep"]), {"HX-Request": "true"}
    assert "Company 0" in page.get(f"{path}?queue=full").content.decode()
    lender.post(f"/loans/{Loan.objects.get().pk}/ask-back/")
    later = page.get(f"{path}?queue=full&v=old", headers=part)
    assert later.status_code == 200
    assert "Full inbox" not in later.content.decode() and "Company 0" not in later.content.decode()
    assert page.get(f"{path}?queue=full").status_code == 404


def test_everybody_concerned_is_told_once(queue, people, lender, clock):
    lend(lender, people["rep"])
    clock.move_to(END_OF_FRIDAY + DAY)
    tasks.end_loans()
    tasks.end_loans()
    found = [(row.user, row.kind) for row in Notification.objects.order_by("pk") if row.kind in ("lent", "loan_ended")]
    rep, calm, lender = people["rep"], people["calm manager"], people["manager"]
    assert found == [(rep, "lent"), (calm, "lent"), (rep, "loan_ended"), (lender, "loan_ended"), (calm, "loan_ended")]
    words = signed_in(rep).get("/inbox/").content.decode()
    assert "Your loan to Full inbox is over." in words
    assert "You take leads from Full inbox too, until the end of Fri 20 Nov. Ayu lent you." in words
    assert "The loan of Budi to Full inbox is over." in signed_in(lender).get("/inbox/").content.decode()
    assert "Ayu lent Budi to Full inbox, until" in signed_in(calm).get("/inbox/").content.decode()


def test_several_are_lent_at_once_and_undone_at_once(queue, people, lender):
    answer = lend(lender, people["rep"], people["other"])
    assert says(answer) == ["Budi, Citra take from Full inbox too, until the end of Fri 20 Nov."]
    assert {str(rep) for rep in reps_of(queue, at=MORNING)} == {"Ani", "Budi", "Citra"}
    assert "2 reps are lent to Full inbox, the last until the end of Fri 20 Nov: Budi, Citra." in str(
        lender.get("/queues/").content.decode()
    )
    answer = lender.post(f"/loans/{Loan.objects.order_by('pk').first().pk}/undo/", follow=True)
    assert says(answer) == ["Budi, Citra take from Full inbox no more. Leads that were taken stay where they are."]
    assert {str(rep) for rep in reps_of(queue, at=MORNING)} == {"Ani"}
    answer = lender.post(f"/loans/{Loan.objects.order_by('pk').first().pk}/undo/", follow=True)
    assert says(answer) == ["Budi is no longer lent to Full inbox."]


def test_the_managers_of_the_rep_ask_back_on_their_page(queue, people, lender):
    lend(lender, people["rep"])
    joko = signed_in(people["calm manager"])
    page = " ".join(joko.get("/team/").content.decode().split())
    assert "lent to Full inbox until the end of Fri 20 Nov" in page
    loan = Loan.objects.get()
    answer = joko.post(f"/loans/{loan.pk}/ask-back/", {"back": "/team/"}, follow=True)
    assert answer.redirect_chain == [("/team/", 302)]
    assert says(answer) == ["Budi takes from Full inbox no more. Leads that were taken stay where they are."]
    assert takes(people["rep"]) == 404
    answer = lender.post(f"/loans/{loan.pk}/ask-back/", follow=True)
    assert (says(answer), Loan.objects.get().ended_at) == (["Budi is no longer lent to Full inbox."], MORNING)
    assert "Joko ended the loan of Budi to Full inbox." in lender.get("/inbox/").content.decode()


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "\\\\x"])
def test_asking_back_leads_nowhere_else(queue, people, lender, back):
    lend(lender, people["rep"])
    answer = lender.post(f"/loans/{Loan.objects.get().pk}/ask-back/", {"back": back})
    assert answer.headers["Location"] == "/queues/full/"


def test_who_was_lent_before_can_be_lent_again(queue, people, lender, clock):
    lend(lender, people["rep"], until="2026-11-16")
    clock.shift(DAY)  # the sweep has not run
    answer = lend(lender, people["rep"], until="2026-11-17")
    assert says(answer) == ["Budi takes from Full inbox too, until the end of today."]
    assert list(Loan.objects.order_by("pk").values_list("ended_at", flat=True)) == [
        datetime(2026, 11, 16, 17, tzinfo=UTC),
        None,
    ]


@pytest.mark.parametrize(
    ("until", "error"),
    [
        ("", "Choose a date."),
        ("2026-11-15", "Choose today or a later date."),
        ("1900-01-01", "Choose today or a later date."),
        ("2027-11-17", "Choose a date within a year."),
        ("9999-12-31", "Choose a date within a year."),
        ("tomorrow", "Choose a date, such as 2026-12-31."),
        ("2026-02-30", "Choose a date, such as 2026-12-31."),
    ],
)
def test_a_wrong_date_is_refused(queue, people, lender, until, error):
    answer = lend(lender, people["rep"], until=until)
    page = answer.content.decode()
    assert (answer.status_code, error in page, Loan.objects.count()) == (422, True, 0)
    assert f'value="{people["rep"].rep.pk}" id="rep-{people["rep"].rep.pk}"\n                        checked' in page


@pytest.mark.parametrize("reps", [[], ["0"], ["x"], ["9" * 30], ["-1"], ["1x"]])
def test_an_unknown_rep_is_refused(queue, people, lender, reps):
    answer = lender.post("/queues/full/lend/", {"reps": reps, "until": "2026-11-20"})
    error = "One of these reps is gone. Choose again." if reps else "Choose at least one rep."
    assert (answer.status_code, error in answer.content.decode(), Loan.objects.count()) == (422, True, 0)


def test_one_who_cannot_be_lent_stops_the_whole_act(queue, people, lender):
    off = make_rep(is_active=False, first_name="Eko", last_name="")
    refused = {
        off: "The account of Eko is switched off. Nobody was lent.",
        people["own"]: "Ani takes from Full inbox already. Nobody was lent.",
    }
    for user, error in refused.items():
        answer = lend(lender, people["rep"], user)
        assert (answer.status_code, error in answer.content.decode(), Loan.objects.count()) == (409, True, 0)
    lend(lender, people["rep"])
    answer = lend(lender, people["rep"], people["other"], until="2026-11-21")
    error = "Budi is lent to Full inbox already. Ask back first to change the date. Nobody was lent."
    assert (answer.status_code, error in answer.content.decode(), Loan.objects.count()) == (409, True, 1)


def test_others_neither_lend_nor_ask_back(queue, people, lender):
    lend(lender, people["rep"])
    loan, stranger = Loan.objects.get(), make_manager(TeamFactory())
    for user in (people["rep"], people["own"]):
        assert lend(signed_in(user), people["other"]).status_code == 403
        assert signed_in(user).post(f"/loans/{loan.pk}/ask-back/").status_code == 403
    assert lend(signed_in(people["calm manager"]), people["other"]).status_code == 404
    assert signed_in(people["calm manager"]).post(f"/loans/{loan.pk}/undo/").status_code == 404
    assert signed_in(stranger).post(f"/loans/{loan.pk}/ask-back/").status_code == 404
    assert Loan.objects.running(MORNING).get() == loan
    assert lend(signed_in(make_ops()), people["other"]).status_code == 200
    assert Loan.objects.count() == 2


def test_no_loan_where_it_would_change_nothing(queue, people, lender):
    everyones = QueueFactory(slug="everyones")
    Queue.objects.filter(pk=queue.pk).update(dispatch="push", rotation=make_rotation(name="Turns"))
    answer = lend(lender, people["rep"])
    says_why = "All leads of this queue are given out by Turns; nobody takes them"
    assert (answer.status_code, says_why in answer.content.decode(), Loan.objects.count()) == (409, True, 0)
    Queue.objects.filter(pk=queue.pk).update(is_active=False, dispatch="pull")
    answer = lend(lender, people["rep"])
    assert (answer.status_code, "switched off" in answer.content.decode()) == (409, True)
    page = lender.get(f"/queues/{everyones.slug}/lend/").content.decode()
    assert "Every rep takes from this queue already" in page
    assert Loan.objects.count() == 0


def test_a_queue_that_is_gone_is_not_found(people, lender):
    assert lender.get("/queues/gone/lend/").status_code == 404
    assert lender.post("/loans/999999/ask-back/").status_code == 404


def test_a_lent_rep_gets_a_clock_of_own_hours_at_once(queue, people, lender):
    Queue.objects.filter(pk=queue.pk).update(contact_counts="holder")
    assert people["rep"].rep.clock_id is None
    lend(lender, people["rep"])
    takes(people["rep"])
    people["rep"].rep.refresh_from_db()
    assert people["rep"].rep.clock_id is not None
    assert Assignment.objects.get().clock_id == people["rep"].rep.clock_id


def test_the_form_asks_the_same_number_of_queries_for_many(queue, people, lender, django_assert_max_num_queries):
    lender.get("/queues/full/lend/")
    with django_assert_max_num_queries(22) as few:
        lender.get("/queues/full/lend/")
    for _n in range(12):
        make_rep()
    with django_assert_max_num_queries(len(few)):
        lender.get("/queues/full/lend/")
