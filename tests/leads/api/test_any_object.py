"""Any JSON object at all: it is stored, read without an error, and answered (A1b, A8)."""

import random

import pytest

from leads.decisions.facts.fields import FIELDS
from leads.decisions.facts.storable import storable
from leads.models import Capture, Lead

pytestmark = pytest.mark.django_db
KEYS = (
    *FIELDS,
    "Email Address",
    "E-Mail 2",
    "further_phone 1000",
    "company",
    "data",
    "contact",
    "items",
    "keys",
    "",
    " ",
)
TEXTS = (
    "a@b.co",
    "none@none.com",
    "a@b.co;c@d.co",
    "0812-3456-7890",
    "16 Nov 2026",
    "99/99/9999",
    "1e999",
    "²",
    "Rp 1",
)
NUMBERS = (0, -1, 10**15, 2**63, -0.0, 2**53 + 1.0, 1.5)
SIGNS = "aZ9 ,;@.-+=\0\n\t\u200b\u202e\ufffd\ud800İß漢🙂"


def any_text(some: random.Random, most: int = 300) -> str:
    return "".join(some.choices(SIGNS, k=some.choice([0, 1, 5, 30, most])))


def any_value(some: random.Random, depth: int = 0) -> object:
    kinds = [lambda: some.choice(TEXTS), lambda: some.choice(NUMBERS), lambda: any_text(some, 3_000)]
    kinds += [lambda: None, lambda: some.choice([True, False])]
    if depth < 4:
        kinds += [
            lambda: [any_value(some, depth + 1) for _n in range(some.randrange(4))],
            lambda: any_object(some, depth + 1),
        ]
    return some.choice(kinds)()


def any_object(some: random.Random, depth: int = 0) -> dict[str, object]:
    keys = [some.choice(KEYS) if some.random() < 0.8 else any_text(some) for _n in range(some.randrange(1, 10))]
    return {key: any_value(some, depth) for key in keys}


@pytest.mark.parametrize("seed", range(20))
def test_any_batch_is_stored_read_and_answered(send, seed):
    objects = [any_object(random.Random(f"{seed} {number}")) for number in range(5)]
    status, answer = send("leads/batch", {"leads": objects})
    assert (status, {result["state"] for result in answer["results"]} - {"made", "joined", "unchanged", "refused"}) == (
        200,
        set(),
    )
    assert list(Capture.objects.order_by("pk").values_list("raw", flat=True)) == [storable(each) for each in objects]
    broken = [lead.pk for lead in Lead.objects.all() if "failed" in [problem["code"] for problem in lead.problems]]
    assert (broken, Capture.objects.filter(state="received").count()) == ([], 0)
