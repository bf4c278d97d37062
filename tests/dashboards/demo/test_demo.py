"""The demo's promises, on a short history that is played once for each moment (the first minute of the demo)."""

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test import override_settings

from config.company import company
from dashboards.demo.building import OtherPeopleHere, build, start_over
from dashboards.demo.cast import PASSWORD, Cast, known_cast
from dashboards.demo.guests import ON_THE_DESK
from dashboards.demo.hours import JAKARTA
from dashboards.demo.traffic import LINES, Traffic
from leads.models import Activity, Capture, Lead, WebForm
from leads.queries.web_forms import capture_counts, held_as_spam
from queues.actions.clocks.contact import escalate_overdue
from queues.actions.clocks.waits import expire_waits
from queues.models import Entry, Escalation, Queue, ReviewItem
from queues.queries.counts import depth_by_queue, queue_counts
from queues.queries.escalations import open_escalations
from routing.models import Assignment, Rotation, Turn
from routing.queries.availability.status import availability_of
from routing.queries.notifications import pending_count
from routing.queries.workload import open_leads_by_user
from tests.factories import make_rep
from tests.markup import plain_words

HOUR, PAST = timedelta(hours=1), timedelta(hours=3)
pytestmark = pytest.mark.django_db  # inside the transaction of `output`
# Monday morning, and Sunday in the middle of the night; one for each database, as a build takes long
MOMENTS = {"sqlite": ["2026-11-16T10:42"], "postgresql": ["2026-11-22T03:10"]}[connection.vendor]


@pytest.fixture(scope="module", params=MOMENTS)
def until(request) -> datetime:
    return datetime.fromisoformat(request.param).replace(tzinfo=JAKARTA)


@pytest.fixture(scope="module")
def output(until, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """What the command says; everything it made is taken back after the last test of this moment."""
    place, out = tmp_path_factory.mktemp("var"), io.StringIO()
    with django_db_blocker.unblock(), override_settings(ALUR_DEMO=True, VAR=place), transaction.atomic():
        call_command("demo", "--yes", "--days=3", f"--until={until.isoformat()}", stdout=out)
        yield out.getvalue() + (place / "greeting.txt").read_text()
        transaction.set_rollback(True)


@pytest.fixture
def cast(output) -> Cast:
    return known_cast()


def ages(queue: Queue, until: datetime) -> list[timedelta]:
    waiting = Entry.objects.waiting().filter(queue=queue).oldest_first()
    return [until - since_at for since_at in waiting.values_list("since_at", flat=True)]


def test_the_command_says_what_happened_and_who_may_sign_in(output):
    assert output.count(" arrived   waiting: ") in (4, 5)
    assert all(text in output for text in ("rina@alur.example", "ayu@alur.example", "bima@alur.example", PASSWORD))


def test_at_night_the_command_says_who_works(output, until):
    night = "It is Sunday 03:10 in Jakarta, so a shift works for your visit until 07:10;"
    assert (night in output) is (until.hour == 3)


def test_the_company_is_set_up_and_needs_no_guide(output):
    row = company(fresh=True)
    assert (row.name, row.time_zone, row.guide_closed_at is not None) == ("Arunika Niaga", "Asia/Jakarta", True)


def test_one_queue_is_in_trouble_and_grows(cast, until):
    depth = {slug: queue_counts(queue, at=until).waiting for slug, queue in cast.queues.items()}
    assert 100 < depth["smb"] <= 140
    assert 10 <= depth["mql"] <= 25
    assert depth["enterprise"] <= 5
    assert 20 <= depth["recycled"] <= 80
    day = Entry.objects.filter(queue=cast.queues["smb"])
    came, went = (
        day.filter(**{f"{name}__gt": until - timedelta(days=1)}).count() for name in ("entered_at", "left_at")
    )
    assert went * 1.5 < came


def test_the_counts_are_those_of_the_rows(cast, until):
    counted = depth_by_queue(cast.queues.values())
    rows = Counter(Entry.objects.waiting().values_list("queue", flat=True))
    assert {queue.pk: counted.get(queue.pk, 0) for queue in cast.queues.values()} == {
        queue.pk: rows[queue.pk] for queue in cast.queues.values()
    }


def test_a_hot_lead_is_close_to_its_limit(cast, until):
    oldest, *others = ages(cast.queues["hot-inbound"], until)
    assert timedelta(minutes=50) <= oldest < timedelta(minutes=60)
    assert len(others) == 2


def test_recycled_leads_are_older_than_those_of_mql(cast, until):
    assert max(ages(cast.queues["mql"], until)) < timedelta(hours=4)
    assert max(ages(cast.queues["recycled"], until)) > timedelta(hours=60)


def test_rina_has_seven_leads_of_which_one_is_overdue(cast, until):
    held = Assignment.objects.open().filter(holder=cast.people["Rina"]).select_related("lead")
    minutes = sorted((each.first_due_at - until) / timedelta(minutes=1) for each in held if not each.first_contact_at)
    assert len(held) == 7
    assert [round(each) for each in minutes] == [-12, 46, 91]
    steps = sorted(each.follow_up for each in held if each.first_contact_at)
    assert steps == ["call_back", "follow_up", "follow_up", "snoozed"]
    assert all(each.follow_up_at > until for each in held if each.first_contact_at)
    assert {"Acme Widgets", "Nusantara Foods", "Bintang Retail Group", "Horizon Freight"} <= {
        each.lead.company_name for each in held
    }
    assert pending_count(cast.people["Rina"]) >= 1


def test_acme_came_back_and_its_score_rose(output):
    acme = Lead.objects.get(company_name="Acme Widgets")
    parts = {part: pair for part, (*pair, _rules) in acme.score_parts.items()}
    assert (acme.score, parts) == (74, {"fit": [32, 40], "engagement": [30, 40], "source": [12, 20]})
    assert Activity.objects.get(lead=acme, kind="re_engaged").details["score_from"] == 68


def test_three_kinds_of_escalation_wait_for_ayu_and_one_sleeps(cast, until):
    ayu = cast.people["Ayu"]
    waiting = {each.lead.company_name: each.kind for each in open_escalations(ayu, at=until).select_related("lead")}
    named = {name: kind for name, kind in waiting.items() if name.split()[0] in ("Graha", "Delta", "Wana")}
    assert named == {"Graha Sehat Clinics": "declined", "Delta Medika Group": "contact", "Wana Timber Export": "wait"}
    assert len(waiting) <= 8
    asleep = Escalation.objects.filter(closed_at__isnull=True, snoozed_until__gt=until).exclude(snooze_reason="")
    assert "Berkah Tekstil" in asleep.values_list("lead__company_name", flat=True)


def test_the_review_desk_holds_eight_leads_of_six_kinds(cast):
    items = ReviewItem.objects.filter(closed_at__isnull=True).select_related("lead__resembles")
    assert {item.lead.company_name for item in items} == {guest.company for guest in ON_THE_DESK}
    assert Counter(reason for item in items for reason in item.reasons) == {
        "Possible duplicate": 2,
        "Score below 40": 2,
        "Student or university": 1,
        "Competitor": 1,
        "Incomplete": 1,
        "no_rule": 1,
    }
    bayu = next(item.lead for item in items if item.lead.company_name == "Lintas Niaga Sejahtera")
    assert (bayu.resembles_percent, bayu.resembles.first_name) == (92, "Bayu A.")
    assert Assignment.objects.open().get(lead=bayu.resembles).holder == cast.people["David"]


def test_colleagues_are_there_and_some_are_on_leave(cast, until):
    states = availability_of([user.rep for user in cast.reps], at=until)
    away = {user.first_name for user in cast.reps if not states[user.rep.pk].is_available}
    assert away == {"Hadi", "Carlos", "Agung"}


def test_the_form_of_the_website_brings_leads_and_holds_back_spam(output, until):
    form = WebForm.objects.get()
    brought = capture_counts([form], at=until)[form.pk]
    assert (brought.made > 5, brought.refused >= 3) == (True, True)
    hasty = held_as_spam(form)[0]
    assert (hasty.raw["company_name"], hasty.problems[0]["code"]) == ("Laut Biru Seafood", "too_quick")


def test_every_assignment_has_its_receipt_and_every_turn_its_looks(output):
    assert Assignment.objects.filter(receipt={}).count() == 0
    assert Turn.objects.exclude(assignment__isnull=False).count() == 0
    for turn in Turn.objects.order_by("pk"):
        assert [look["outcome"] for look in turn.results[:-1]] == ["skipped"] * (len(turn.results) - 1)
        assert turn.results[-1]["outcome"] == "chosen"
    assert any(len(turn.results) > 1 for turn in Turn.objects.all())


def test_nothing_happens_before_its_time(output, until):
    assert Assignment.objects.filter(first_contact_at__lt=F("assigned_at")).count() == 0
    assert Entry.objects.filter(left_at__lt=F("entered_at")).count() == 0
    by_lead = defaultdict(list)
    for lead, at in Activity.objects.order_by("pk").values_list("lead", "at"):
        by_lead[lead].append(at)
    assert all(earlier <= later for times in by_lead.values() for earlier, later in pairwise(times))
    assert max(at for times in by_lead.values() for at in times) <= until


def test_no_lead_is_nowhere(output):
    nowhere = Lead.objects.filter(stage__in=("captured", "waiting", "held", "review"))
    nowhere = nowhere.exclude(entries__left_at__isnull=True, entries__isnull=False)
    nowhere = nowhere.exclude(pk__in=Assignment.objects.open().values("lead"))
    assert nowhere.exclude(pk__in=ReviewItem.objects.filter(closed_at__isnull=True).values("lead")).count() == 0


def test_turns_differ_by_one_at_most_while_nobody_is_passed_over(output):
    for rotation in Rotation.objects.order_by("pk"):
        members = list(rotation.members.order_by("position").values_list("rep", flat=True))
        stretch: Counter[int] = Counter(dict.fromkeys(members, 0))
        for turn in rotation.turns.order_by("number"):
            if len(turn.results) > 1 or turn.assignment.receipt["because"] != "in_turn":
                stretch = Counter(dict.fromkeys(members, 0))
                continue
            stretch[turn.rep_id] += 1
            assert max(stretch.values()) - min(stretch.values()) <= 1


FIRST_PAGES = {"Rina": "/desk/", "Ayu": "/queues/", "Bima": "/flow/"}


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_the_first_page_of_each_role_shows_something_to_do(cast, until, client, time_machine, name: str):
    """A lead to take and one to contact, a queue and an escalation that need her, leads that need a human."""
    time_machine.move_to(until, tick=False)
    client.force_login(cast.people[name])
    first = client.get("/", follow=True)
    page = plain_words(first.content.decode())
    assert first.redirect_chain[-1][0] == FIRST_PAGES[name]
    if name == "Rina":
        assert first.context["coming"] is not None
        assert "Contact now 3" in page
        assert first.context["mine"].rows[0].assignment.lead.company_name == "Acme Widgets"
    elif name == "Ayu":
        assert "queues need you: SMB" in page
        assert re.search(r"Escalations [3-8] open", page)
    else:
        assert re.search(r"Review desk 8 waiting", page)


def test_an_hour_later_it_is_still_a_team_at_work(cast, until):
    """At the pace of its history, with the worker beside it, in steps of half a minute."""
    before = Capture.objects.filter(received_at__gt=until - PAST).count() / (PAST / HOUR)
    load = open_leads_by_user(user.pk for user in cast.reps)
    with transaction.atomic():
        show = Traffic(cast, Random(11), opened_at=until)
        for number in range(1, 121):
            at = until + number * timedelta(seconds=30)
            show.step(at=at)
            if number % 20 == 0:
                escalate_overdue(at=at)
                expire_waits(at=at)
        arrived = Capture.objects.filter(received_at__gt=until).count()
        assert before / 2 < arrived < before * 2

        after = open_leads_by_user(user.pk for user in cast.reps)
        assert sum(after[user.pk] < cast.habits[user.pk].capacity for user in cast.reps) > len(cast.reps) / 2
        assert all(after[pk] <= max(load[pk], cast.habits[pk].capacity) for pk in cast.habits)

        mine = Assignment.objects.filter(assigned_at__gt=until).exclude(holder=cast.people["Rina"])
        assert mine.count() > 8
        assert mine.overdue(at).count() == 0
        contacts = Activity.objects.filter(kind="contacted", at__gt=until)
        ended = Assignment.objects.filter(ended_at__gt=until, ended_by__in=cast.reps)
        assert (contacts.count() > 5, ended.count() > 5) == (True, True)
        assert contacts.filter(by=cast.people["Rina"]).count() == 0

        depth = {slug: queue_counts(queue, at=at).waiting for slug, queue in cast.queues.items()}
        assert all(depth[slug] <= most for slug, (_least, most) in LINES.items() if slug in depth)
        assert depth["smb"] > 100
        transaction.set_rollback(True)


def test_a_demo_can_be_built_over_a_demo(output, until):
    before = User.objects.count()
    with transaction.atomic():
        cast = start_over(at=until)
        assert (Lead.objects.count(), Entry.objects.count(), Activity.objects.count()) == (0, 0, 0)
        assert (User.objects.count(), Queue.objects.count(), len(cast.reps)) == (before, 5, 10)
        transaction.set_rollback(True)


def test_a_demo_is_refused_where_others_have_accounts(output, until):
    with transaction.atomic():
        make_rep(username="sri@company.example")
        with pytest.raises(OtherPeopleHere) as refused:
            build(until=until, days=3)
        assert refused.value.names == ["sri@company.example"]
        with pytest.raises(CommandError, match=r"sri@company\.example.*nothing was changed"):
            call_command("demo", "--yes")
        transaction.set_rollback(True)


def test_a_demo_is_refused_where_no_demo_may_be():
    before = User.objects.count()
    with override_settings(ALUR_DEMO=False), pytest.raises(CommandError, match="ALUR_DEMO"):
        call_command("demo", "--yes")
    assert User.objects.count() == before
