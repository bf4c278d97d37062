"""When the statuses of a connection change, each of its links is looked at again: by a task, however many they are."""

import pytest
from django_q.models import OrmQ

from queues.actions.crm import wishes
from queues.actions.crm.set_up import set_maps
from queues.models import Connection, CrmLink
from tests.crm.outbound import STATUSES, give, linked, sent
from tests.factories import MORNING, make_lead

pytestmark = pytest.mark.django_db


def change_maps(connection: Connection, by, **changes: object) -> None:
    row = Connection.objects.get()
    names = ("field_map", "status_map", "closing_map", "owner_policy", "takes_in", "writes_out", "take_since")
    set_maps(connection, **{name: getattr(row, name) for name in names} | changes, by=by, at=MORNING)


def test_another_status_is_written_to_each_record(place, crm, rina, monkeypatch):
    connection, _crm = place
    links = [linked(*place, make_lead()) for _number in range(5)]
    for each in links:
        give(each.lead, rina)
    assert sent(MORNING) == 5
    change_maps(connection, rina, status_map=STATUSES | {"held": "Taken"})
    assert not CrmLink.objects.filter(wanted_seq=0).exists()  # not while a person waits
    task = OrmQ.objects.get()
    monkeypatch.setattr(wishes, "LOOKED_AT", 2)
    assert task.func() == "queues.tasks.wish_all_again"
    assert (wishes.wish_all_again(*task.args()), wishes.wish_all_again(*task.args())) == (5, 0)
    assert sent(MORNING) == 5
    assert crm.writes[5:] == [(each.remote_id, None, "Taken") for each in links]


def test_only_what_changes_wishes_asks_for_it(place, rina):
    connection, _crm = place
    change_maps(connection, rina, owner_policy="crm")
    assert not OrmQ.objects.exists()
    Connection.objects.update(writes_out=False)
    change_maps(connection, rina, writes_out=True)
    assert [task.func() for task in OrmQ.objects.all()] == ["queues.tasks.wish_all_again"]
