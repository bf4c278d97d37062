"""What may be typed into a rotation's page by mistake: it is said at its field, and nothing is saved (F4, F6, L10)."""

import pytest
from django.test import Client
from django.urls import reverse

from routing.decisions.availability.caps import WINDOWS
from routing.models import Rotation, RotationDraft
from tests.factories import make_ops, make_rep, make_rotation
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db
ADD = "/admin/routing/rotation/add/"
EXAMPLES = "Write a number such as 2, 0.5 or 1/2, or a percentage such as 150 %."
ROUNDED_AWAY = "This would be rounded to 0. The least weight is 0.01, or 1 %; 0 gives no leads."


@pytest.fixture(autouse=True)
def ops(client: Client):
    user = make_ops()
    client.force_login(user)
    return user


@pytest.fixture
def rotation() -> Rotation:
    return make_rotation(*(make_rep(last_name=name, first_name="") for name in ("Adi", "Budi", "Citra")), name="SMB")


def opened(client: Client, rotation: Rotation) -> tuple[str, dict]:
    """The address of the page, and what it would send as it came."""
    address = reverse("admin:routing_rotation_change", args=[rotation.pk])
    return address, form_of(client.get(address), "rotation_form")


def save(client: Client, rotation: Rotation, **changes):
    address, sent = opened(client, rotation)
    return client.post(address, typed(sent, **changes))


def assert_refused(client: Client, rotation: Rotation, *several: dict[str, str]) -> None:
    """Each of these saves is refused at exactly the fields that were typed, and nothing has changed."""
    before, (address, sent) = state(rotation), opened(client, rotation)
    for changes in several:
        answer = client.post(address, typed(sent, **changes))
        assert (answer.status_code, form_errors(answer).keys()) == (200, changes.keys())
    assert state(rotation) == before


def form_errors(answer) -> dict[str, list[str]]:
    """What is said, by field."""
    if answer.status_code == 302:
        return {}
    found = dict(answer.context["adminform"].form.errors)
    formset = answer.context["inline_admin_formsets"][-1].formset
    if formset.non_form_errors():
        found["members"] = list(formset.non_form_errors())
    for number, errors in enumerate(formset.errors):
        found |= {f"members-{number}-{name}": list(each) for name, each in errors.items()}
    return {name: list(texts) for name, texts in found.items()}


def state(rotation: Rotation) -> tuple:
    row = Rotation.objects.get(pk=rotation.pk)
    return row.name, row.version, row.history.count(), list(row.members.order_by("position").values_list("weight"))


def test_a_weight_that_is_no_number_to_share_by_is_refused_at_its_line(client: Client, rotation):
    words = [
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
    ]
    fields = [f"members-{line}-weight" for line in range(3)]
    assert_refused(client, rotation, *(dict(zip(fields, words[n : n + 3], strict=True)) for n in range(0, 12, 3)))


@pytest.mark.parametrize(("weight", "kept"), [("0", 0), ("0.5", 0.5), ("-0", 0), ("100", 100)])
def test_a_weight_that_can_be_shared_by_is_kept(client: Client, rotation, weight, kept):
    assert form_errors(save(client, rotation, **{"members-1-weight": weight})) == {}
    assert float(rotation.members.get(position=1).weight) == kept


WRONG_WEIGHTS = {
    "many": EXAMPLES,
    "-1": "A weight cannot be negative. 0 gives no leads.",
    "1.005": "Write at most two decimal places, or a whole percentage.",
    "1001": "A weight is at most 100.",
    "1,001 %": "A percentage is at most 1,000 %.",
    "0.4 %": ROUNDED_AWAY,
    "": "Write a weight. 1 is a usual share; 0 gives no leads.",
    "   ": "Write a weight. 1 is a usual share; 0 gives no leads.",
}


@pytest.mark.parametrize("line", [{}, {"is_paused": True}, {"is_paused": True, "weight": 0}], ids=["on", "paused", "0"])
def test_what_is_wrong_with_a_weight_is_said_at_its_field(client: Client, line):
    """One line for each mistake, and one without."""
    rotation = make_rotation(*(make_rep() for _line in range(len(WRONG_WEIGHTS) + 1)))
    rotation.members.update(**line)
    before, (address, sent) = state(rotation), opened(client, rotation)
    wrong = {f"members-{number}-weight": weight for number, weight in enumerate(WRONG_WEIGHTS)}
    says = {name: WRONG_WEIGHTS[weight] for name, weight in wrong.items()}
    for more in ({}, {"routing_rotation_save_draft": ""}):
        errors = form_errors(client.post(address, typed(sent, **wrong, **more)))
        assert {name: texts[0] for name, texts in errors.items()} == says
    assert (state(rotation), RotationDraft.objects.count()) == (before, 0)


def test_a_new_line_without_a_weight_gets_a_usual_share(client: Client, rotation):
    rep = make_rep(last_name="Dewi").rep
    lines = {"members-TOTAL_FORMS": 4, "members-3-rep": rep.pk, "members-3-weight": ""}
    assert form_errors(save(client, rotation, **lines)) == {}
    assert rotation.members.get(rep=rep).weight == 1


def test_a_line_that_leaves_needs_no_weight(client: Client, rotation):
    assert form_errors(save(client, rotation, **{"members-1-weight": "", "members-1-DELETE": "on"})) == {}
    assert rotation.members.count() == 2


def test_a_cap_that_is_none_is_refused_at_its_field(client: Client, rotation):
    words = ["-1", "many", "1.5", "1e400", "NaN", "99999999999", "9" * 400]
    own = [f"members-{line}-cap_{window}" for line in (1, 2) for window in WINDOWS]
    lines = dict(zip(own, words, strict=False))
    capped = [f"cap_{window}" for window in WINDOWS]
    first, rest = zip(capped, words[:4], strict=True), zip(capped, words[4:], strict=False)
    assert_refused(client, rotation, lines | dict(first), dict(rest))


def test_what_names_nothing_is_refused_at_its_field(client: Client, rotation):
    unknown = {"members-0-rep": "999999", "fallback": "999999", "way": "by_lot", "order": "backwards"}
    numbers = {"shuffle_days": "0", "owed_limit": "-1", "owed_a_day": "1e400", "members-2-position": "1e400"}
    empty = {"when_nobody": "", "name": "", "time_zone": ""}
    huge = {"members-0-rep": "9" * 40, "fallback": "9" * 40, "name": " \t ", "time_zone": "../../etc/passwd"}
    words = {"members-0-rep": "Adi", "fallback": "Adi", "name": "N" * 300}
    assert_refused(client, rotation, unknown | numbers | empty, huge, words)


def test_a_list_whose_length_is_none_changes_nobody(client: Client, rotation):
    before, (address, sent) = state(rotation), opened(client, rotation)
    for total in ("", "many", "-1", "1", "1e400"):
        answer = client.post(address, typed(sent, **{"members-TOTAL_FORMS": total}))
        assert (answer.status_code, "members" in form_errors(answer)) == (200, True)
    assert state(rotation) == before


def test_a_line_of_another_rotation_is_refused(client: Client, rotation):
    other = make_rotation(make_rep(last_name="Dewi"), name="Other")
    before, there = state(rotation), state(other)
    answer = save(client, rotation, **{"members-0-id": other.members.get().pk})
    assert answer.status_code == 200 and "members" in form_errors(answer)
    assert (state(rotation), state(other)) == (before, there)


def test_one_rep_in_two_lines_of_a_new_rotation_is_said_at_the_second(client: Client):
    rep = make_rep(last_name="Adi", first_name="").rep
    lines = {"members-TOTAL_FORMS": 2, "members-0-rep": rep.pk, "members-1-rep": rep.pk}
    sent = typed(form_of(client.get(ADD), "rotation_form"), name="New", **lines)
    assert form_errors(client.post(ADD, sent)) == {"members-1-rep": ["Adi is in the list already."]}
    assert Rotation.objects.count() == 0


def test_two_lines_may_not_be_made_one_rep(client: Client, rotation):
    before = state(rotation)
    first = rotation.members.get(position=0).rep_id
    assert form_errors(save(client, rotation, **{"members-2-rep": first})) == {
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
    assert form_errors(answer) == {
        "fallback": ["Choose the fallback person, or something else for when nobody is available."]
    }
    assert (Rotation.objects.count(), Rotation.objects.get().when_nobody) == (1, "hold")


def test_somebody_who_is_deactivated_is_no_fallback(client: Client, rotation):
    gone = make_rep(is_active=False).rep
    answer = save(client, rotation, when_nobody="fallback", fallback=gone.pk)
    assert "fallback" in form_errors(answer)
    assert Rotation.objects.get().fallback is None


def test_a_name_that_another_rotation_has_is_said(client: Client, rotation):
    make_rotation(name="Enterprise")
    assert list(form_errors(save(client, rotation, name="Enterprise"))) == ["name"]


def test_the_same_save_twice_makes_one_version(client: Client, rotation):
    address = reverse("admin:routing_rotation_change", args=[rotation.pk])
    sent = typed(form_of(client.get(address), "rotation_form"), cap_month=14)
    answers = [client.post(address, sent).status_code for _press in range(2)]
    row = Rotation.objects.get()
    assert (answers[0], row.cap_month, row.version, row.history.count()) == (302, 14, 2, 2)
    assert answers[1] in (302, 409)
