"""Sources, accounts and API keys in the admin."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from leads.actions.api.keys import KeyIsRevoked, revoke_key
from leads.models import Account, ApiKey, Lead, Source
from tests.clients import FORBIDDEN, nothing_changes, refusal
from tests.factories import MORNING, AccountFactory, QueueFactory, SourceFactory, make_entry, make_lead

pytestmark = pytest.mark.django_db

KEYS = "/admin/leads/apikey/"


def make_key(client: Client, **typed: object) -> tuple[str, ApiKey]:
    answer = client.post(f"{KEYS}add/", {"name": "Website", "per_minute": 60} | typed)
    return re.search(r'id="secret"[^>]*value="([^"]+)"', answer.content.decode()).group(1), ApiKey.objects.get()


def test_a_new_key_is_shown_once(client: Client, as_ops):
    secret, key = make_key(client)
    pages = [client.get(address).content.decode() for address in (KEYS, f"{KEYS}{key.pk}/change/", f"{KEYS}add/")]
    pages.append(client.get(f"{KEYS}{key.pk}/history/").content.decode())
    assert [secret in page for page in pages] == [False] * 4
    assert (secret in str(dict(client.session)), OrmQ.objects.count()) == (False, 0)


def test_no_cache_keeps_the_page_with_the_key(client: Client, as_ops):
    answer = client.post(f"{KEYS}add/", {"name": "Website", "per_minute": 60})
    assert "no-store" in answer["Cache-Control"].split(", ")


def test_a_key_says_who_made_it_and_keeps_no_secret(client: Client, as_ops):
    secret, key = make_key(client)
    assert (key.created_by, key.per_minute, key.history.get().history_user) == (as_ops, 60, as_ops)
    assert (secret in str(ApiKey.objects.values().get()), hasattr(key.history.get(), "key_hash")) == (False, False)


def test_a_key_may_do_what_was_ticked(client: Client, as_ops):
    _secret, key = make_key(client, may_make_hooks="on", hooks_see_person="on")
    assert (key.may_send_leads, key.may_make_hooks, key.hooks_see_person) == (False, True, True)
    page = client.get(f"{KEYS}add/").content.decode()
    ticked = re.findall(r'<input type="checkbox" name="(\w+)"[^>]* checked[ >]', page)
    assert ticked == ["may_send_leads"]


@pytest.mark.parametrize("per_minute", ["0", "-5", "many", ""])
def test_a_key_needs_a_sensible_limit(client: Client, as_ops, per_minute):
    answer = client.post(f"{KEYS}add/", {"name": "Website", "per_minute": per_minute})
    assert (list(answer.context["form"].errors), ApiKey.objects.count()) == (["per_minute"], 0)


def test_revoking_a_key_asks_first(client: Client, as_ops):
    _secret, key = make_key(client)
    client.get(f"{KEYS}{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at is None


def test_revoking_a_key_ends_it_for_ever(client: Client, as_ops):
    _secret, key = make_key(client)
    client.post(f"{KEYS}{key.pk}/revoke/")
    client.post(
        f"{KEYS}{key.pk}/change/", {"name": "Website", "per_minute": 60, "revoked_at_0": "", "revoked_at_1": ""}
    )
    key.refresh_from_db()
    assert key.revoked_at is not None
    with pytest.raises(KeyIsRevoked):
        revoke_key(key, by=as_ops, at=MORNING)


def test_a_key_is_not_deleted(client: Client, as_ops):
    _secret, key = make_key(client)
    with nothing_changes():
        assert refusal(client.post(f"{KEYS}{key.pk}/delete/", {"post": "yes"})) == FORBIDDEN


def test_changing_a_key_does_not_undo_its_last_use(client: Client, as_ops):
    _secret, key = make_key(client)
    ApiKey.objects.update(last_used_at=MORNING)
    client.post(f"{KEYS}{key.pk}/change/", {"name": "Renamed", "per_minute": 60})
    key.refresh_from_db()
    assert (key.name, key.last_used_at) == ("Renamed", MORNING)


def test_a_source_keeps_its_key(client: Client, as_ops):
    source = SourceFactory(slug="fair", name="Fair")
    sent = {"name": "Trade fair", "slug": "other", "lead_type": "mql", "points": 5}
    client.post(reverse("admin:leads_source_change", args=[source.pk]), sent)
    source.refresh_from_db()
    assert (source.name, source.slug, source.points) == ("Trade fair", "fair", 5)


def test_a_source_gives_at_most_20_points(client: Client, as_ops):
    sent = {"name": "Fair", "slug": "fair", "lead_type": "mql", "points": 21}
    answer = client.post(reverse("admin:leads_source_add"), sent)
    assert (answer.status_code, Source.objects.count()) == (200, 0)


def test_a_source_of_leads_stays(client: Client, as_ops):
    lead = make_lead()
    answer = client.post(reverse("admin:leads_source_delete", args=[lead.source_id]), {"post": "yes"}, follow=True)
    texts = [str(message) for message in answer.context["messages"]]
    assert (Source.objects.count(), texts) == (
        1,
        ["Leads came from this source, so it cannot be deleted. Rename it instead."],
    )


def test_new_points_of_a_source_rescore_its_leads(client: Client, as_ops, django_capture_on_commit_callbacks):
    source = SourceFactory(slug="fair", name="Fair", points=10)
    lead = make_entry(QueueFactory(), source=source, score=10, score_parts={"source": [10, 20]}).lead
    sent = {"name": "Fair", "lead_type": "warm", "points": 20}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:leads_source_change", args=[source.pk]), sent)
    lead.refresh_from_db()
    assert lead.score == 20


def test_points_that_shall_follow_the_conversion_do_so_at_once(
    client: Client, as_ops, time_machine, django_capture_on_commit_callbacks
):
    time_machine.move_to(MORNING + timedelta(hours=1), tick=False)
    source = SourceFactory(slug="fair", name="Fair", points=3)
    lead = make_entry(QueueFactory(), source=source, score=3, score_parts={"source": [3, 20]}).lead
    Lead.objects.bulk_create(
        Lead(source=source, stage="won", stage_at=MORNING, captured_at=MORNING, created_at=MORNING)
        for _number in range(30)
    )
    sent = {"name": "Fair", "lead_type": "warm", "points": 3, "points_follow": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:leads_source_change", args=[source.pk]), sent)
    source.refresh_from_db()
    lead.refresh_from_db()
    assert (source.points, lead.score, source.history.first().history_user) == (20, 20, as_ops)
    shown = client.get(reverse("admin:leads_source_changelist")).content.decode()
    assert ("96.8 % of 31 leads" in shown, "20, by conversion" in shown) == (True, True)


@pytest.mark.parametrize("typed", ["https://www.Hotel-Nila.example/kontak", "hotel-nila.example"])
def test_an_account_reads_its_domain(client: Client, as_ops, typed):
    client.post(reverse("admin:leads_account_add"), {"name": "Hotel Nila", "domain": typed, "country": "id"})
    account = Account.objects.get()
    assert (account.domain, account.country) == ("hotel-nila.example", "ID")


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"domain": "gmail.com"}, "domain"), ({"domain": "taken.example"}, "domain"), ({"country": "XX"}, "country")],
)
def test_what_an_account_cannot_be_is_said_at_its_field(client: Client, as_ops, typed, field):
    AccountFactory(domain="taken.example")
    answer = client.post(reverse("admin:leads_account_add"), {"name": "Hotel Nila"} | typed)
    assert list(answer.context["adminform"].form.errors) == [field]
