"""Weights as people write them, and what part of the leads they come to, on both pages of a rotation (F4, L10);
ramps at the line of a member (K4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from routing.models import Rotation
from tests.factories import make_ops, make_rep, make_rotation
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def rotation(client: Client) -> Rotation:
    client.force_login(make_ops())
    return make_rotation(*(make_rep(last_name=name, first_name="") for name in ("Adi", "Budi", "Citra")))


def save(client: Client, rotation: Rotation, **changes):
    address = reverse("admin:routing_rotation_change", args=[rotation.pk])
    return client.post(address, typed(form_of(client.get(address), "rotation_form"), **changes))


def weights(rotation: Rotation) -> list[str]:
    return [str(each.weight) for each in rotation.members.order_by("position")]


def test_a_weight_may_be_a_fraction_or_a_percentage(client: Client, rotation):
    answer = save(client, rotation, **{"members-0-weight": "1/2", "members-1-weight": "1,000 %"})
    assert (answer.status_code, weights(rotation)) == (302, ["0.50", "10.00", "1.00"])


def test_a_weight_that_is_sent_as_it_was_shown_changes_nothing(client: Client, rotation):
    rotation.members.filter(position=1).update(weight=Decimal("0.50"))
    save(client, rotation)
    assert (weights(rotation), Rotation.objects.get().version) == (["1.00", "0.50", "1.00"], 1)


def test_both_pages_say_what_part_of_the_leads_a_weight_comes_to(client: Client, rotation):
    rotation.members.filter(position=0).update(weight=Decimal("10"))
    rotation.members.filter(position=1).update(weight=Decimal("6"))
    rotation.members.filter(position=2).update(weight=Decimal("5"), is_paused=True)
    for address in (
        reverse("admin:routing_rotation_change", args=[rotation.pk]),
        reverse("routing:rotation", args=[rotation.pk]),
    ):
        page = client.get(address).content.decode()
        assert ("62.5\u00a0%" in page, "37.5\u00a0%" in page) == (True, True)
    assert page.count("% of the leads") == 2, "who is paused gets none"


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def test_a_ramp_is_typed_at_the_line_and_shown_with_where_it_stands(client: Client, rotation):
    day = in_days(0)
    save(client, rotation, **{"members-2-ramp": f"25/50/75 from {day}"})
    kept = rotation.members.get(position=2)
    assert (kept.ramp, kept.ramp_percent) == (f"25/50/75/100 from {day} every 7 days", 25)
    last = in_days(6)
    stands = f"25\u00a0% until {date_format(last, 'j M' if last.year == day.year else 'j M Y')}, then 50\u00a0%"
    for address in (
        reverse("admin:routing_rotation_change", args=[rotation.pk]),
        reverse("routing:rotation", args=[rotation.pk]),
    ):
        page = client.get(address).content.decode()
        assert (stands in page, "11.1\u00a0%" in page) == (True, True)
    sent = form_of(client.get(reverse("admin:routing_rotation_change", args=[rotation.pk])), "rotation_form")
    assert sent["members-2-ramp"] == [kept.ramp]
    versions = client.get(reverse("admin:routing_rotation_versions", args=[rotation.pk])).content.decode()
    assert (f"{kept.rep}, ramp" in versions, kept.ramp in versions) == (True, True)


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ("slowly", "Write a plan such as 25/50/75/100 from 2026-12-01 every 7 days, or leave it empty."),
        ("50/25", "Write whole percentages from 1 to 100, each larger than the one before."),
        ("25/50 from 2026-02-30", "There is no such day. Write it as 2026-12-01."),
        ("25/50 every 91 days", "A step takes 1 to 90 days."),
        (
            f"25/50 from {in_days(-30)} every 7 days",
            "This plan would be over already. Write a later day, or leave it empty.",
        ),
    ],
)
def test_what_is_no_ramp_is_said_at_its_field(client: Client, rotation, plan: str, says: str):
    answer = save(client, rotation, **{"members-1-ramp": plan, "members-0-weight": "3"})
    formset = next(each.formset for each in answer.context["inline_admin_formsets"] if each.formset.prefix == "members")
    assert [dict(each) for each in formset.errors] == [{}, {"ramp": [says]}, {}]
    assert (weights(rotation), rotation.members.exclude(ramp="").count()) == (["1.00"] * 3, 0)


def test_a_plan_that_is_over_may_stay_where_it_stands(client: Client, rotation):
    plan = f"25/100 from {in_days(-400)} every 7 days"
    rotation.members.filter(position=1).update(ramp=plan)
    assert save(client, rotation, **{"members-0-weight": "3"}).status_code == 302
    assert (weights(rotation), rotation.members.get(position=1).ramp) == (["3.00", "1.00", "1.00"], plan)


def test_a_part_of_skipped_turns_is_set_by_the_percent(client: Client, rotation):
    save(client, rotation, skipped_means="daily", made_up_percent="50")
    assert Rotation.objects.get().made_up_percent == 50
    page = client.get(reverse("routing:rotation", args=[rotation.pk])).content.decode()
    assert "Of turns skipped for leave, meetings or working hours 50\u00a0% is made up, 1 a day." in page
    versions = client.get(reverse("admin:routing_rotation_versions", args=[rotation.pk])).content.decode()
    assert "Made up, in percent" in versions


@pytest.mark.parametrize("percent", ["0", "101", "-5", "half", "", "50.5"])
def test_a_part_that_is_none_is_refused_at_its_field(client: Client, rotation, percent: str):
    answer = save(client, rotation, made_up_percent=percent)
    assert list(answer.context["adminform"].form.errors) == ["made_up_percent"]
    assert (Rotation.objects.get().made_up_percent, Rotation.objects.get().version) == (100, 1)


def test_the_rules_say_who_is_next_and_name_members_with_a_ramp(client: Client, rotation):
    address = reverse("routing:rotation", args=[rotation.pk])
    equal = client.get(address).context["rule_sentences"]
    assert equal[0] == (
        "Each lead is due in equal parts to all members who can have it, and goes to the one who is due most. Those "
        "who are due as much follow each other in the order of the list."
    )
    save(client, rotation, **{"members-2-ramp": "50"})
    says = client.get(address).context["rule_sentences"]
    assert says[0].startswith("Leads are shared by weight, spread evenly")
    assert says[-1].startswith("Citra gets a part of the weight, by a plan: 50\u00a0% until ")
