"""The lists of boards take columns, an order and filters from the address, on the page and in the file (M8)."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from leads.decisions.lists import ListPage
from leads.presenters.lists import LISTS
from queues.actions.clocks.escalations import escalate
from routing.models import Rep
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db
NOW, HOUR = MORNING, timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def team(client: Client):
    made = TeamFactory()
    client.force_login(make_manager(made))
    return made


@pytest.fixture
def mql(team):
    queue = QueueFactory(slug="mql", name="MQL", team=team)
    for hours, company, score in [(3, "Acme", 40), (2, "Beta", 70), (1, "Cetus", 60)]:
        make_entry(queue, since=NOW - hours * HOUR, company_name=company, score=score, company_size=hours * 100,
                   lead_type="cold" if company == "Beta" else "mql")  # fmt: skip
    return queue


def heads(client: Client, address: str) -> list[str]:
    """The words of the heads of the first table."""
    answer = client.get(address)
    head = answer.content.decode().split("<thead", 1)[1].split("</thead>", 1)[0]
    cells = re.findall(r"<th .*?</th>", head, re.DOTALL)
    return [
        " ".join(re.sub(r"<(details|span).*?</\1>|<.*?>|&nbsp;", " ", cell, flags=re.DOTALL).split()) for cell in cells
    ]


def rows(client: Client, address: str) -> list[str]:
    return [one.row.company for one in client.get(address).context["rows"]]


def file(client: Client, address: str) -> list[str]:
    return client.get(f"{address}&format=csv").content.decode("utf-8-sig").splitlines()


@pytest.mark.parametrize(
    ("query", "companies"),
    [
        ("", ["Acme", "Beta", "Cetus"]),
        ("sort=-score", ["Beta", "Cetus", "Acme"]),
        ("sort=-place", ["Cetus", "Beta", "Acme"]),
        ("sort=waiting", ["Cetus", "Beta", "Acme"]),
        ("sort=company&type=mql", ["Acme", "Cetus"]),
        ("type=mql&page=9", ["Acme", "Cetus"]),
        ("type=shoes", ["Acme", "Beta", "Cetus"]),
    ],
)
def test_the_line_of_a_queue_has_orders_and_a_type(client: Client, mql, query: str, companies: list[str]):
    assert rows(client, f"/queues/mql/?{query}") == companies


def test_the_line_of_a_queue_has_the_columns_that_were_chosen_and_so_has_its_file(client: Client, mql):
    assert heads(client, "/queues/mql/?columns=score,size") == ["Company", "Size", "Score"]
    assert file(client, "/queues/mql/?columns=score,size&sort=-score") == [
        "Company,Size,Score", "Beta,200,70", "Cetus,100,60", "Acme,300,40",
    ]  # fmt: skip
    assert file(client, "/queues/mql/?sort=place")[0] == "Place,Company,Title,Source,Score,Waiting since,Why this place"


def test_escalations_are_filtered_and_the_next_breaches_have_an_order_and_columns(client: Client, mql, team):
    smb = QueueFactory(slug="smb", name="SMB", team=team)
    for queue in (mql, smb):
        lead = make_entry(queue, since=NOW - 4 * HOUR, company_name=f"Late in {queue.name}").lead
        escalate(lead, queue=queue, kind="wait", broke_at=NOW, at=NOW)

    def cases(query: str) -> list[str]:
        return [case.escalation.lead.label for case, *_words in client.get(f"/escalations/?{query}").context["cases"]]

    assert (cases("queue=smb"), cases("kind=contact"), cases("queue=shoes&kind=wait")) == (
        ["Late in SMB"], [], ["Late in MQL", "Late in SMB"],
    )  # fmt: skip
    assert "No escalation matches the filters" in client.get("/escalations/?kind=contact").content.decode()
    assert heads(client, "/escalations/?columns=queue,then") == ["Lead", "Queue", "Then"]
    lines = file(client, "/escalations/?columns=queue&sort=-lead")
    assert (lines[0], lines[1:]) == ("Lead,Queue", sorted(lines[1:], reverse=True))
    assert {line.split(",")[1] for line in file(client, "/escalations/?queue=smb&columns=queue")[1:]} == {"SMB"}


def test_the_team_is_filtered_and_has_the_columns_that_were_chosen(client: Client, team):
    other = TeamFactory(name="Other")
    other.managers.set(team.managers.all())
    make_rep(team, first_name="Ayu", last_name="A"), make_rep(other, first_name="Budi", last_name="B")
    away = make_rep(team, first_name="Cici", last_name="C")
    Rep.objects.filter(user=away).update(is_available=False)

    def names(query: str) -> list[str]:
        return [str(row.rep) for row, *_words in client.get(f"/team/?{query}").context["rows"]]

    assert (names("sort=-name"), names(f"team={other.pk}"), names("state=away")) == (
        ["Cici C", "Budi B", "Ayu A"], ["Budi B"], ["Cici C"],
    )  # fmt: skip
    assert names(f"team={other.pk}&state=away") == []
    assert heads(client, "/team/?columns=open,flags") == ["Rep", "Open", "Red flags", ""]
    assert file(client, "/team/?columns=open,seen&state=away") == ["Rep,Open", "Cici C,0"]


def test_the_board_of_queues_has_the_columns_that_were_chosen(client: Client, mql, team):
    QueueFactory(slug="smb", name="SMB", team=team)
    assert heads(client, "/queues/?columns=depth,flag&sort=name") == ["Queue", "Waiting", "Worst flag", ""]
    assert file(client, "/queues/?columns=depth&sort=-depth") == ["Queue,Waiting", "MQL,3", "SMB,0"]
    assert "“all of them” is not a choice of “list”" in client.get("/queues/?show=all+of+them").content.decode()


def test_a_part_of_a_page_leaves_the_menus_as_they_are(client: Client, mql):
    part = client.part_client().get("/queues/mql/?columns=score").content.decode()
    assert ('id="list-tools"' in part, 'id="view-name"' in part, ">Acme</a>" in part) == (True, False, True)


def test_a_view_of_one_queue_opens_on_another(client: Client, mql, team):
    QueueFactory(slug="smb", name="SMB", team=team)
    client.post("/views/save/", {"list": "queue", "name": "Large", "query": "sort=-size", "next": "/queues/mql/"})
    assert re.search(r'href="(/queues/smb/\?sort=-size&amp;view=\d+)"', client.get("/queues/smb/").content.decode())


def test_columns_and_orders_of_all_lists_have_names_of_their_own(client: Client, team):
    client.get("/queues/")  # loads the pages
    assert {key for key, page in LISTS.items() if not _is_sound(page)} == set() != set(LISTS)


def _is_sound(page: ListPage) -> bool:
    keys = [each.key for each in page.columns]
    is_sorted = page.sort == "" or page.can_sort_by(page.sort)
    return len(set(keys)) == len(keys) and is_sorted and any(each.is_fixed for each in page.columns)
