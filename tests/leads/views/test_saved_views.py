"""Views of lists under a name: kept, opened, changed, shared, taken away (M8)."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads.models import SavedView
from leads.presenters.lists import LISTS
from tests.factories import MORNING, SourceFactory, TeamFactory, make_lead, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db
SEARCH = "/search/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING + timedelta(hours=1), tick=False)


@pytest.fixture
def ops(client: Client):
    made = make_ops()
    client.force_login(made)
    return made


def save(client: Client, name: str = "Hot ones", query: str = "q=acme&stage=won", **more):
    return client.post("/views/save/", {"list": "search", "name": name, "query": query, "next": SEARCH} | more)


def saved(client: Client, name: str = "Hot ones", query: str = "q=acme&stage=won") -> SavedView:
    assert save(client, name, query).status_code == 302
    return SavedView.objects.get(name=name)


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)._queued_messages]


def lists(html: str, name: str) -> bool:
    """Whether the menu of views has one of this name."""
    return f'<span class="al-viewname">{name}</span>' in html


def page(client: Client, address: str = SEARCH) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_view_keeps_filters_order_and_columns_and_nothing_else(client: Client, ops):
    query = "columns=company,score&stage=won&sort=-score&q=acme&page=4&view=9&next=//evil&csrf=x"
    answer = save(client, query=query)
    kept = "q=acme&stage=won&sort=-score&columns=company,score"
    view = SavedView.objects.get()
    assert (view.user, view.page, view.query) == (ops, "search", kept)
    assert (answer.url, said(answer)) == (f"/search/?{kept}&view={view.pk}", ["View “Hot ones” is saved."])
    assert f'href="/search/?{kept.replace("&", "&amp;")}&amp;view={view.pk}"' in page(client)


def test_a_second_press_saves_one_view_and_another_list_under_its_name_is_refused(client: Client, ops):
    saved(client)
    assert (save(client).status_code, SavedView.objects.count()) == (302, 1)
    answer = save(client, name="hot ONES", query="stage=lost")
    shown = answer.content.decode()
    assert (answer.status_code, "with that name" in shown, 'value="hot ONES"' in shown) == (422, True, True)
    assert ('name="query" value="stage=lost"' in shown, SavedView.objects.get().query) == (True, "q=acme&stage=won")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"name": ""}, 422),
        ({"name": "x" * 61}, 422),
        ({"list": "shoes"}, 422),
        ({"list": ""}, 422),
        ({"name": "a\0"}, 400),
        ({"query": "a" * 9000}, 422),
    ],
)
def test_a_view_that_cannot_be_kept_is_refused(client: Client, ops, sent: dict, status: int):
    assert (save(client, **sent).status_code, SavedView.objects.count()) == (status, 0)


def test_a_person_keeps_twenty_views_of_a_list(client: Client, ops):
    rows = [SavedView(user=ops, page="search", name=f"View {n}", made_at=MORNING) for n in range(20)]
    SavedView.objects.bulk_create(rows)
    answer = save(client)
    assert (answer.status_code, "You have 20 views of this list" in answer.content.decode()) == (422, True)


def test_the_file_has_the_columns_that_were_chosen(client: Client, ops):
    make_lead(company_name="Acme", score=70, city="Bandung")
    lines = client.get(f"{SEARCH}?q=acme&columns=score,place&format=csv").content.decode("utf-8-sig").splitlines()
    assert lines == ["Company,Score,City", "Acme,70,Bandung"]
    header = client.get(f"{SEARCH}?q=acme&format=csv").content.decode("utf-8-sig").splitlines()[0]
    assert header == "Company,Person,Title,E-mail,Phone,State,Source,Type,Score,Size,City,Arrived"


def test_a_list_is_sorted_by_its_heads_and_has_the_cells_of_its_columns(client: Client, ops):
    for company, score in [("Acme A", 20), ("Acme B", 90), ("Acme C", 50)]:
        make_lead(company_name=company, score=score)
    shown = page(client, f"{SEARCH}?q=acme&columns=score&sort=-score")
    places = [shown.index(f">{name}</a>") for name in ("Acme B", "Acme C", "Acme A")]
    assert (places, shown.count("<td"), 'aria-sort="descending"' in shown) == (sorted(places), 3, True)


def test_filters_and_columns_that_are_gone_are_said_and_left_out(client: Client, ops):
    make_lead(company_name="Acme", source=SourceFactory(slug="fair", name="Fair"))
    shown = page(client, f"{SEARCH}?q=acme&source=closed-shop&columns=shoe,score&sort=shoe&stage=merged")
    assert ("“closed-shop” is not a choice of “source”" in shown, "“merged” is not a choice of “state”" in shown) == (
        True,
        True,
    )
    assert ("no column “shoe”" in shown, "cannot be sorted by “shoe”" in shown, ">Acme</a>" in shown) == (
        True,
        True,
        True,
    )


def test_a_default_view_opens_the_list_and_the_standard_one_stays_in_reach(client: Client, ops):
    view = saved(client, query="stage=won&columns=company,score")
    client.post(f"/views/{view.pk}/default/", {"on": "1", "next": f"/search/?view={view.pk}"})
    assert client.get(SEARCH).url == f"/search/?stage=won&columns=company,score&view={view.pk}"
    assert client.get(f"{SEARCH}?q=acme").url == f"/search/?q=acme&stage=won&columns=company,score&view={view.pk}"
    for address in (f"{SEARCH}?view=0", f"{SEARCH}?stage=lost", f"{SEARCH}?view={view.pk}"):
        assert client.get(address).status_code == 200, address
    assert client.part_client().get(SEARCH).status_code == 200
    other = saved(client, "Lost ones", "stage=lost")
    client.post(f"/views/{other.pk}/default/", {"on": "1"})
    assert list(SavedView.objects.filter(is_default=True)) == [other]
    client.post(f"/views/{other.pk}/default/", {"on": "0"})
    assert client.get(SEARCH).status_code == 200


def test_a_view_takes_changes_and_another_name(client: Client, ops):
    view, other = saved(client), saved(client, "Lost ones", "stage=lost")
    assert "Save the changes in" not in page(client, f"{SEARCH}?{view.query}&view={view.pk}")
    assert "Save the changes in “Hot ones”" in page(client, f"{SEARCH}?q=acme&view={view.pk}")
    answer = client.post(f"/views/{view.pk}/change/", {"query": "q=beta&shoe=1", "next": "/search/?q=beta"})
    assert answer.url == f"/search/?q=beta&view={view.pk}"
    client.post(f"/views/{view.pk}/rename/", {"name": "Beta", "next": SEARCH})
    refused = client.post(f"/views/{view.pk}/rename/", {"name": "lost ones", "next": SEARCH})
    assert (refused.status_code, 'value="lost ones"' in refused.content.decode()) == (422, True)
    assert [(each.name, each.query) for each in SavedView.objects.order_by("pk")] == [
        ("Beta", "q=beta"),
        ("Lost ones", other.query),
    ]


def test_a_deleted_view_comes_back_by_undo(client: Client, ops):
    view = saved(client)
    client.post(f"/views/{view.pk}/default/", {"on": "1"})
    answer = client.post(f"/views/{view.pk}/remove/", {"next": f"/search/?q=acme&view={view.pk}"})
    (message,) = get_messages(answer.wsgi_request)._queued_messages[-1:]
    assert (answer.url, str(message)) == ("/search/?view=0", "View “Hot ones” is deleted.")
    assert not lists(page(client, f"{SEARCH}?q=acme&view={view.pk}"), "Hot ones")
    for _press in range(2):
        assert client.post(message.extra_tags, {"next": "/search/?view=0"}).url.startswith("/search/?q=acme")
    view.refresh_from_db()
    assert (view.removed_at, view.is_default) == (None, True)


def test_the_address_of_a_deleted_view_says_so(client: Client, ops):
    view = saved(client)
    client.post(f"/views/{view.pk}/remove/")
    assert "You have deleted the view “Hot ones”" in page(client, f"{SEARCH}?view={view.pk}")
    assert [client.get(f"{SEARCH}?view={wrong}").status_code for wrong in (view.pk + 1, "x", "9" * 30)] == [404] * 3


def test_a_deleted_view_does_not_come_back_beside_one_of_its_name(client: Client, ops):
    view = saved(client)
    client.post(f"/views/{view.pk}/remove/")
    save(client, query="stage=lost")
    answer = client.post(f"/views/{view.pk}/undo/")
    assert ("with that name" in said(answer)[-1], SavedView.objects.filter(removed_at=None).count()) == (True, 1)


@pytest.mark.parametrize("act", ["rename", "change", "default", "share", "remove", "undo"])
def test_views_of_others_do_not_exist(client: Client, ops, act: str):
    view = SavedView.objects.create(user=make_ops(), page="search", name="Theirs", query="q=acme", made_at=MORNING)
    before = SavedView.objects.values().get()
    answer = client.post(f"/views/{view.pk}/{act}/", {"name": "Mine", "on": "1", "query": ""})
    assert (answer.status_code, SavedView.objects.values().get()) == (404, before)
    assert client.get(f"{SEARCH}?view={view.pk}").status_code == 404
    assert not lists(page(client, f"{SEARCH}?q=acme&view={view.pk}"), "Theirs")


def test_a_manager_shares_a_view_with_the_own_teams(client: Client):
    team = TeamFactory()
    manager, rep, stranger = make_manager(team, first_name="Bima"), make_rep(team), make_rep(TeamFactory())
    client.force_login(manager)
    view = saved(client)
    client.post(f"/views/{view.pk}/share/", {"on": "1", "next": SEARCH})
    client.force_login(rep)
    assert "by Bima" in page(client)
    shown = page(client, f"{SEARCH}?q=acme&stage=won&view={view.pk}")
    assert (lists(shown, "Hot ones"), f"/views/{view.pk}/" in shown) == (True, False)
    assert client.post(f"/views/{view.pk}/remove/").status_code == 404
    client.force_login(stranger)
    assert not lists(page(client), "Hot ones")
    client.force_login(manager)
    client.post(f"/views/{view.pk}/share/", {"on": "0", "next": SEARCH})
    client.force_login(rep)
    assert not lists(page(client), "Hot ones")


def test_a_rep_cannot_share(client: Client):
    client.force_login(make_rep(TeamFactory()))
    view = saved(client)
    assert client.post(f"/views/{view.pk}/share/", {"on": "1"}).status_code == 403
    assert "Share it" not in page(client, f"{SEARCH}?q=acme&view={view.pk}")


def test_a_view_is_kept_only_of_a_list_that_one_may_open(client: Client):
    client.force_login(make_rep(TeamFactory()))
    closed = [page.key for page in LISTS.values() if page.permission and not page.permission.endswith("claim_entry")]
    answers = {key: save(client, list=key).status_code for key in closed}
    assert answers == dict.fromkeys(closed, 403)


def test_an_act_goes_back_to_this_site_only(client: Client, ops):
    assert urlsplit(save(client, next="https://evil.example/x").url).path == "/"
