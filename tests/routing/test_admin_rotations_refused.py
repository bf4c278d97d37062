"""What may be typed into a rotation's page by mistake: it is said at its field, and nothing is saved (F4, F6, L10)."""

import pytest
from django.test import Client
from django.urls import reverse

from routing.models import Rotation
from tests.factories import make_ops, make_rep, make_rotation
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db
ADD = "/admin/routing/rotation/add/"


@pytest.fixture(autouse=True)
def ops(client: Client):
    user = make_ops()
    client.force_login(user, "routing.backends.RoutingBackend")
    return user


@pytest.fixture
def rotation() -> Rotation:
    return make_rotation(*(make_rep(last_name=name, first_name="") for name in ("Adi", "Budi", "Citra")), name="SMB")


def save(client: Client, rotation: Rotation, **changes):
    address = reverse("admin:routing_rotation_change", args=[rotation.pk])
    return client.post(address, typed(form_of(client.get(address), "rotation_form"), **changes))


def told(answer) -> dict[str, list[str]]:
    """What is said, by field."""
    if answer.status_code == 302:
        return {}
    found = dict(answer.context["adminform"].form.errors)
    formset = answer.context["inline_admin_formsets"][0].formset
    if formset.non_form_errors():
        found["members"] = list(formset.non_form_errors())
    for number, errors in enumerate(formset.errors):
        found |= {f"members-{number}-{name}": list(each) for name, each in errors.items()}
    return {name: list(texts) for name, texts in found.items()}


def state(rotation: Rotation) -> tuple:
    row = Rotation.objects.get(pk=rotation.pk)
    return row.name, row.version, row.history.count(), list(row.members.order_by("position").values_list("weight"))


@pytest.mark.parametrize(
    "weight",
    [
        "NaN",
        "-NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "1e-400",
        "-0.5",
        "0.005",
        "100.01",
        "½",
        "1 2",
    ],
)
def test_a_weight_that_is_no_number_to_share_by_is_refused_at_its_line(client: Client, rotation, weight):
    before = state(rotation)
    answer = save(client, rotation, **{"members-1-weight": weight})
    assert (answer.status_code, list(told(answer))) == (200, ["members-1-weight"])
    assert state(rotation) == before


@pytest.mark.parametrize(("weight", "kept"), [("0", 0), ("0.5", 0.5), ("-0", 0), ("1e2", 100), ("", 1)])
def test_a_weight_that_can_be_shared_by_is_kept(client: Client, rotation, weight, kept):
    assert told(save(client, rotation, **{"members-1-weight": weight})) == {}
    assert float(rotation.members.get(position=1).weight) == kept


@pytest.mark.parametrize("cap", ["-1", "many", "1.5", "1e400", "NaN", "99999999999", "9" * 400])
@pytest.mark.parametrize("field", ["cap_month", "members-2-cap_day"])
def test_a_cap_that_is_none_is_refused_at_its_field(client: Client, rotation, field, cap):
    before = state(rotation)
    assert list(told(save(client, rotation, **{field: cap}))) == [field]
    assert state(rotation) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("members-0-rep", "999999"),
        ("members-0-rep", "9" * 40),
        ("members-0-rep", "Adi"),
        ("fallback", "999999"),
        ("fallback", "9" * 40),
        ("way", "by_lot"),
        ("order", "backwards"),
        ("when_nobody", ""),
        ("shuffle_days", "0"),
        ("owed_limit", "-1"),
        ("owed_a_day", "1e400"),
        ("members-2-position", "1e400"),
        ("name", ""),
        ("name", " \t "),
        ("name", "before\0after"),
        ("time_zone", ""),
        ("time_zone", "../../etc/passwd"),
    ],
)
def test_what_names_nothing_is_refused_at_its_field(client: Client, rotation, field, value):
    before = state(rotation)
    assert list(told(save(client, rotation, **{field: value}))) == [field]
    assert state(rotation) == before


@pytest.mark.parametrize("total", ["", "many", "-1", "1", "999999999999", "1e400"])
def test_a_list_whose_length_is_none_changes_nobody(client: Client, rotation, total):
    before = state(rotation)
    answer = save(client, rotation, **{"members-TOTAL_FORMS": total})
    assert answer.status_code == 200 and "members" in told(answer)
    assert state(rotation) == before


def test_a_line_of_another_rotation_is_refused(client: Client, rotation):
    other = make_rotation(make_rep(last_name="Dewi"), name="Other")
    before, there = state(rotation), state(other)
    answer = save(client, rotation, **{"members-0-id": other.members.get().pk})
    assert answer.status_code == 200 and "members" in told(answer)
    assert (state(rotation), state(other)) == (before, there)


def test_one_rep_in_two_lines_of_a_new_rotation_is_said_at_the_second(client: Client):
    rep = make_rep(last_name="Adi", first_name="").rep
    lines = {"members-TOTAL_FORMS": 2, "members-0-rep": rep.pk, "members-1-rep": rep.pk}
    sent = typed(form_of(client.get(ADD), "rotation_form"), name="New", **lines)
    assert told(client.post(ADD, sent)) == {"members-1-rep": ["Adi is in the list already."]}
    assert Rotation.objects.count() == 0


def test_two_lines_may_not_be_made_one_rep(client: Client, rotation):
    before = state(rotation)
    first = rotation.members.get(position=0).rep_id
    assert told(save(client, rotation, **{"members-2-rep": first})) == {
        "members-2-rep": ["Adi is in the list already."]
    }
    assert state(rotation) == before


@pytest.mark.parametrize("when", ["changed", "new"])
def test_a_fallback_that_names_nobody_is_said_at_its_field(client: Client, rotation, when):
    if when == "changed":
        answer = save(client, rotation, when_nobody="fallback")
    else:
        sent = typed(form_of(client.get(ADD), "rotation_form"), name="New", when_nobody="fallback")
        answer = client.post(ADD, sent)
    assert told(answer) == {"fallback": ["Choose the fallback person, or another answer to nobody being available."]}
    assert (Rotation.objects.count(), Rotation.objects.get().when_nobody) == (1, "hold")


def test_somebody_who_is_deactivated_is_no_fallback(client: Client, rotation):
    gone = make_rep(is_active=False).rep
    answer = save(client, rotation, when_nobody="fallback", fallback=gone.pk)
    assert "fallback" in told(answer)
    assert Rotation.objects.get().fallback is None


def test_a_name_that_another_rotation_has_is_said(client: Client, rotation):
    make_rotation(name="Enterprise")
    assert list(told(save(client, rotation, name="Enterprise"))) == ["name"]


def test_the_same_save_twice_makes_one_version(client: Client, rotation):
    address = reverse("admin:routing_rotation_change", args=[rotation.pk])
    sent = typed(form_of(client.get(address), "rotation_form"), cap_month=14)
    answers = [client.post(address, sent).status_code for _press in range(2)]
    row = Rotation.objects.get()
    assert (answers[0], row.cap_month, row.version, row.history.count()) == (302, 14, 2, 2)
    assert answers[1] in (302, 409)
