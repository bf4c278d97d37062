"""One thing has one number, wherever it stands: boards, pages of one queue and of one rep, desks, badges, admin (E10).

One company, read as manager, sales ops and rep at one moment. What reports say is held together in test_figures_agree.
"""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse

from leads.actions.intake.capture import capture_lead
from queues.actions.claims.take import take_batch, take_next
from queues.actions.claims.undo import undo_assignment
from queues.actions.clocks.escalations import dismiss_escalation, reassign_escalated, snooze_escalation
from queues.actions.clocks.waits import expire_waits
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.review.decisions import nurture
from queues.models import Escalation, Queue, ReviewItem
from routing.actions.assignment import return_lead
from routing.actions.closing import close_held_lead
from routing.actions.contact import log_contact
from routing.models import Assignment, Notification, Rotation
from tests.clients import PersonClient
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_manager, make_ops, make_rep, make_rotation
from tests.markup import plain_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HOT, SMB = "hot", "smb"


@pytest.fixture
def people(db) -> dict[str, PersonClient]:
    """The browsers of everybody; some of everything has happened since yesterday."""
    team = TeamFactory(name="Jakarta")
    rina, budi = (make_rep(team, first_name=name, last_name="H") for name in ("Rina", "Budi"))
    ayu, bima = make_manager(team, first_name="Ayu", last_name="K"), make_ops(first_name="Bima", last_name="P")
    hot = QueueFactory(name="Hot", slug=HOT, team=team, wait_minutes=240)
    smb = QueueFactory(
        name="SMB", slug=SMB, team=team, dispatch=Queue.Dispatch.PUSH, rotation=make_rotation(rina, budi, name="SMB")
    )
    _yesterday(hot, rina)
    _claims_of_today(hot, rina, budi)
    _turns(smb, budi)
    _escalations(hot, ayu, budi)
    for name in ("Dewi", "Siti", "Lina"):
        capture_lead({"name": name, "email": f"{name}@shop.example"}, channel="api", at=MORNING - HOUR)
    nurture(ReviewItem.objects.order_by("pk").first(), by=bima, at=MORNING - MINUTE)
    return {name: browser(user) for name, user in (("rina", rina), ("budi", budi), ("ayu", ayu), ("bima", bima))}


def _yesterday(hot: Queue, rina: User) -> None:
    """Leads whose stay was decided in the last 24 hours by two thirds; one that was contacted again today."""
    fill(hot, 4, since=MORNING - 30 * HOUR)
    held = [take_next(hot, by=rina, at=MORNING - 29 * HOUR) for _number in range(2)]
    for each in held:
        log_contact(each, kind="call", outcome="call_back", note="", by=rina, at=MORNING - 28 * HOUR)
    log_contact(held[0], kind="call", outcome="reached", note="", by=rina, at=MORNING - 2 * HOUR)
    log_contact(held[0], kind="email", outcome="reached", note="", by=rina, at=MORNING - HOUR)


def _claims_of_today(hot: Queue, rina: User, budi: User) -> None:
    """Taken, contacted, closed, given back, taken again and undone."""
    fill(hot, 5, since=MORNING - 3 * HOUR)
    first, second, *_others = take_batch(hot, count=5, by=rina, at=MORNING - 2 * HOUR)
    log_contact(first, kind="call", outcome="reached", note="", by=rina, at=MORNING - 100 * MINUTE)
    close_held_lead(first, stage="won", by=rina, at=MORNING - 90 * MINUTE, reason="")
    return_lead(second, reason="no_capacity", note="", by=rina, at=MORNING - 80 * MINUTE)
    undo_assignment(take_next(hot, by=budi, at=MORNING - 2 * MINUTE), by=budi, at=MORNING - MINUTE)


def _turns(smb: Queue, budi: User) -> None:
    """Five turns; one lead was given back as a duplicate, which gives the turn back."""
    fill(smb, 5, since=MORNING - 70 * MINUTE)
    serve_waiting(at=MORNING - HOUR)
    held = Assignment.objects.open().filter(holder=budi, how="rotation").order_by("pk").first()
    return_lead(held, reason="duplicate", note="", by=budi, at=MORNING - 50 * MINUTE)


def _escalations(hot: Queue, ayu: User, budi: User) -> None:
    """Of four that waited too long, one was decided, one sleeps, one went to Budi; their messages are unread."""
    fill(hot, 4, since=MORNING - 5 * HOUR)
    expire_waits(at=MORNING - 30 * MINUTE)
    decided, asleep, given, *_open = Escalation.objects.filter(closed_at__isnull=True).order_by("-pk")
    dismiss_escalation(decided, by=ayu, at=MORNING - 20 * MINUTE)
    snooze_escalation(asleep, until=MORNING + HOUR, reason="Customer asked", by=ayu, at=MORNING - 20 * MINUTE)
    reassign_escalated(given, to=budi.rep, by=ayu, at=MORNING - 20 * MINUTE)


def browser(user: User) -> PersonClient:
    client = PersonClient()
    client.force_login(user)
    return client


def table(answer: HttpResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def badge(page: HttpResponse, href: str) -> int:
    """The number in the bar beside the entry of this address."""
    entry = re.search(rf'<a[^>]*href="{href}".*?</a>', page.content.decode(), re.DOTALL)
    found = re.search(r"\d+", plain_words(entry.group(0)))
    return int(found.group()) if found else 0


def admin_rows(answer: HttpResponse) -> list[set[str]]:
    """The words of the cells of each row of an admin list."""
    rows = re.findall(r"<tr.*?</tr>", answer.content.decode().partition('id="result_list"')[2], re.DOTALL)
    return [{plain_words(cell) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.DOTALL)} for row in rows]


def test_depth_age_and_claim_rate_of_a_queue_are_the_same_everywhere(people):
    ayu, bima, rina = people["ayu"], people["bima"], people["rina"]
    on_queues = {row["Queue"]: row for row in table(ayu.get("/queues/", {"format": "csv"}))}
    board = ayu.get("/queues/").context
    flow = {one.name: depth for one, depth in bima.get("/flow/").context["by_queue"]}
    flow_csv = {row["Queue"]: row["Waiting"] for row in table(bima.get("/flow/queues.csv"))}
    chips = {line.queue.name: line.depth for line in rina.get("/desk/").context["counts"]}
    in_admin = admin_rows(bima.get("/admin/queues/queue/"))
    assert int(on_queues["Hot"]["Waiting"]) > 3
    for name, slug in (("Hot", HOT), ("SMB", SMB)):
        row, page = on_queues[name], ayu.get(f"/queues/{slug}/")
        line, health = table(ayu.get(f"/queues/{slug}/", {"format": "csv"})), page.context["health"]
        depth = int(row["Waiting"])
        assert [health.depth, flow[name], int(flow_csv[name]), len(line)] == [depth] * 4
        assert any({name, str(depth)} <= cells for cells in in_admin), in_admin
        assert chips.get(name, depth) == depth
        assert plain_words(page.content.decode()).count(f"{depth} waiting") == 1
        assert (health.over_limit, health.added, health.claimed) == tuple(
            int(row[column]) for column in ("Late now", "Added, 24 h", "Claimed, 24 h")
        )
        oldest = min((each["Waiting since"] for each in line), default=None)
        assert oldest == (health.oldest_at and health.oldest_at.isoformat())
    assert sum(flow.values()) == board["total"] == sum(int(row["Waiting"]) for row in on_queues.values())
    assert board["oldest"].since_at == min(row.oldest_at for row, *_words in board["rows"] if row.oldest_at)
    assert on_queues["Hot"]["Claim rate, 24 h"] == "0.67"
    assert all("67 %" in plain_words(ayu.get(page).content.decode()) for page in ("/queues/", "/queues/hot/"))


def test_load_and_day_of_a_rep_are_the_same_on_team_desk_and_admin(people):
    on_team = {row["Rep"]: row for row in table(people["ayu"].get("/team/", {"format": "csv"}))}
    in_admin = admin_rows(people["bima"].get("/admin/routing/rep/"))
    assert [on_team["Rina H"][name] for name in ("Claimed today", "Contacted today")] == ["9", "2"]
    for name in ("rina", "budi"):
        row, desk = on_team[f"{name.title()} H"], people[name].get("/desk/").context
        silent = [each for each in desk["mine"].rows if each.assignment.first_contact_at is None]
        assert (desk["mine"].count, len(silent)) == (int(row["Open"]), int(row["Not contacted"]))
        part = people[name].get("/desk/day/").context["day"]
        for day in (desk["day"], part):
            assert (day.taken, day.contacted) == (int(row["Claimed today"]), int(row["Contacted today"]))
        assert any({f"{name.title()} H", row["Open"]} <= cells for cells in in_admin), in_admin
        week = table(people[name].get("/my-numbers/", {"format": "csv"}))  # it began today
        assert next(each["Mine"] for each in week if "took" in each["What"]) == f"{row['Claimed today']}.0"


def test_claims_of_today_are_those_of_the_reps(people):
    today = people["ayu"].get("/queues/").context["today"]
    claimed = [int(row["Claimed today"]) for row in table(people["ayu"].get("/team/", {"format": "csv"}))]
    assert today.claims == sum(claimed) > 0


def test_turns_given_are_the_same_on_fairness_rotation_and_for_the_rep(people):
    rotation = Rotation.objects.get()
    fair = people["ayu"].get(f"/fairness/{rotation.pk}/", {"p": "week"}).context
    given = {str(member.rep): row.given for member, row in fair["rows"]}
    assert sum(map(int, given.values())) == fair["turns"] == 6
    words = plain_words(people["ayu"].get(f"/rotations/{rotation.pk}/").content.decode())
    assert "6 turns so far" in words
    for name in ("rina", "budi"):
        mine = plain_words(people[name].get(f"/rotations/mine/{rotation.pk}/").content.decode())
        numbers = plain_words(people[name].get("/my-numbers/").content.decode())
        assert f"Turns given to me {given[f'{name.title()} H']} of 6 turns so far" in mine
        assert f"SMB gave you {given[f'{name.title()} H']} leads" in numbers


def test_badges_count_what_their_pages_hold(people):
    ayu, bima = people["ayu"], people["bima"]
    page = ayu.get("/escalations/")
    rows = Escalation.objects.filter(closed_at__isnull=True, snoozed_until__isnull=True).count()
    assert badge(page, "/escalations/") == rows == len(page.context["cases"]) > 0
    desk = bima.get("/review/")
    assert badge(desk, "/review/") == 2 == len(table(bima.get("/review/csv/")))
    assert "2 leads need a human." in plain_words(desk.content.decode())
    inbox = ayu.get("/inbox/")
    asking = [row for row, *_words in inbox.context["inbox_rows"] if row.is_pending]
    unread = Notification.objects.filter(user__first_name="Ayu", read_at__isnull=True).count()
    assert badge(inbox, "/inbox/") == len(asking) < unread
    assert badge(ayu.get("/frame/inbox/"), "/inbox/") == len(asking)
