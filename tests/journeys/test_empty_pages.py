"""A new installation, opened as each role: every empty page says why it is empty, and what to do or who can (M6)."""

import pytest
from django.contrib.auth.models import User

from routing import roles
from tests.clients import PersonClient
from tests.factories import RepFactory, make_ops, make_user
from tests.markup import plain_words

pytestmark = pytest.mark.django_db
TEAMS, ROTATION, PEOPLE = "/admin/routing/team/", "/admin/routing/rotation/add/", "/invitations/"
WHO = "Bima Prasetyo or Sari Dewi"
# role, page, why it is empty, what somebody in the role reads, and the link that somebody who may gets
EMPTY = [
    ("rep", "/desk/", "No queue is yours yet", f"{WHO} can put you into a team that has a queue.", ""),
    ("rep", "/my-queues/", "No queue is yours yet", f"{WHO} can put you into a team that has a queue.", ""),
    ("rep", "/rotations/mine/", "You take turns in no rotation", f"{WHO} can put you into a rotation.", ""),
    ("rep", "/time-off/", "Nothing planned", "Plan leave with the form, half days too.", ""),
    ("rep", "/inbox/", "No messages", "a message appears here", ""),
    ("manager", "/queues/", "You manage no queue yet", f"{WHO} can make you the manager of a team.", ""),
    ("manager", "/escalations/", "Nothing needs a decision", "they appear here automatically", ""),
    ("manager", "/team/", "No reps yet", f"{WHO} can put reps into your teams.", ""),
    ("manager", "/rotations/", "There is no rotation here yet.", f"{WHO} can make one and name it in a queue.", ""),
    ("manager", "/fairness/", "There is no rotation here yet.", f"{WHO} can make one and name it in a queue.", ""),
    ("manager", "/reports/waits/", "No lead was claimed in this period.", "Choose a longer period", ""),
    ("ops", "/flow/", "No lead left a queue in this time.", "0 wait now", ""),
    ("ops", "/review/", "Nothing needs a human.", "Leads that no rule can place come here by themselves.", ""),
    ("ops", "/review/held/", "No form holds anything back.", "waits here until somebody looks at it", ""),
    ("ops", "/review/runs/", "Nothing was done with many leads at once in the last 30 days.", "can be undone", ""),
    ("ops", "/cleanup/", "All clean.", "No lead is old, double or junk.", ""),
    ("ops", "/rules/", "There are no rules yet.", "New rule", "/admin/queues/entryrule/add/"),
    ("ops", "/rotations/", "There is no rotation here yet.", "Make one, and name it in a queue.", ROTATION),
    ("ops", "/fairness/", "There is no rotation here yet.", "Make one, and name it in a queue.", ROTATION),
    ("ops", "/imports/", "No file was imported yet.", "Choose one above", ""),
    ("root", "/queues/", "You manage no queue yet", "Make yourself the manager of a team.", TEAMS),
    ("root", "/my-queues/", "No queue is yours yet", "Put yourself into a team that has a queue.", TEAMS),
    ("root", "/my-numbers/", "You take no leads", "it is no rep of a team. Add it as one.", "/admin/routing/rep/add/"),
    ("root", "/rotations/", "There is no rotation here yet.", "Make one, and name it in a queue.", ROTATION),
    ("none", "/", "Your account has no role yet", f"{WHO} can give you one.", ""),
]


@pytest.fixture
def people(db) -> dict:
    make_ops(first_name="Bima", last_name="Prasetyo")
    ops = make_ops(first_name="Sari", last_name="Dewi")
    return {
        "rep": make_user(roles.REPS),
        "manager": make_user(roles.MANAGERS),
        "ops": ops,
        "root": make_user(is_superuser=True, is_staff=True),
        "none": make_user(),
    }


def read(user, page: str) -> str:
    client = PersonClient()
    client.force_login(user)
    answer = client.get(page, follow=True)
    assert answer.status_code == 200, page
    return answer.content.decode()


def test_each_empty_page_says_why_and_what_to_do(people):
    wrong = []
    RepFactory(user=people["rep"])
    for role, page, why, says, link in EMPTY:
        html = read(people[role], page)
        words = plain_words(html)
        if why not in words or says not in words or (link and f'href="{link}' not in html):
            wrong.append((role, page, [text for text in (why, says) if text not in words], link))
        if role in ("rep", "manager", "none") and "/admin/" in html:
            wrong.append((role, page, "a link that is refused"))
    assert wrong == []


def test_a_team_board_without_reps_says_who_can_invite_people(people):
    html = read(people["root"], "/team/")
    assert "Invite people, or put reps into your teams in the settings." in plain_words(html)
    assert f'href="{PEOPLE}"' in html


def test_without_sales_ops_an_administrator_is_named(people):
    people["ops"].groups.clear()
    User.objects.filter(first_name="Bima").update(is_active=False)
    User.objects.filter(pk=people["root"].pk).update(first_name="Root", last_name="Admin")
    assert "Root Admin can give you one." in plain_words(read(people["none"], "/"))
    User.objects.filter(pk=people["root"].pk).update(is_active=False)
    assert "Sales ops can give you one." in plain_words(read(people["none"], "/"))
