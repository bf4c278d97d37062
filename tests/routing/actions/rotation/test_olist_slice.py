"""The first 320 real leads of a year through the real import, rules, queue and rotation: 32 qualifiers have the same,
by weight (F2, F4, F6b). The file is Olist's "Marketing Funnel" (CC BY-NC-SA 4.0) and no part of the project."""

from collections import Counter

import pytest

from leads.actions.imports.run import run_import
from leads.models import Lead
from queues.models import Entry, EntryRule
from routing.actions.rotation.audit import audit_rotation
from routing.decisions.fairness import gini
from routing.models import Assignment, RotationMember, Turn
from tests.factories import MORNING, QueueFactory, make_rep, make_rotation
from tests.factories.files import OLIST, make_upload, real_file

pytestmark = pytest.mark.django_db

SLICE = 320  # whole cycles of both
PLAIN = [1] * 32
WEIGHTED = [2] * 8 + [1] * 24


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("weights", [PLAIN, WEIGHTED], ids=["plain", "weighted"])
def test_leads_of_a_file_are_shared_evenly_among_32(weights):
    people = [make_rep() for _weight in weights]
    rotation = make_rotation(*people)
    for member, weight in zip(RotationMember.objects.order_by("position"), weights, strict=True):
        RotationMember.objects.filter(pk=member.pk).update(weight=weight)
    queue = QueueFactory(dispatch="push", rotation=rotation)
    EntryRule.objects.create(name="Everybody", outcome="queue", queue=queue)

    upload = make_upload(b"\n".join(real_file(OLIST).splitlines()[: SLICE + 1]))
    run_import(upload.pk, clock=lambda: MORNING, max_time=None)

    assert (Lead.objects.count(), Entry.objects.waiting().count()) == (SLICE, 0)
    got = Counter(Assignment.objects.open().values_list("holder", flat=True))
    shares = [got[person.pk] / weight for person, weight in zip(people, weights, strict=True)]
    assert (sum(got.values()), gini(shares) < 0.001) == (SLICE, True)
    assert list(Turn.objects.order_by("number").values_list("number", flat=True)) == list(range(1, SLICE + 1))
    assert audit_rotation(rotation, at=MORNING).faults == []
