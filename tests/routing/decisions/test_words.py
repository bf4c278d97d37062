"""The table of kinds is whole, and asks nobody at night without a reason (I1)."""

from routing.decisions.words import KINDS, Medium, Role, When
from routing.models import Notification


def test_every_kind_of_message_stands_in_the_table():
    assert set(KINDS) == set(Notification.Kind.values)


def test_each_kind_is_for_somebody_and_says_when_for_each_medium():
    for name, kind in KINDS.items():
        assert kind.roles, name
        for role, defaults in kind.roles.items():
            assert (role, set(defaults)) == (Role(role), set(Medium)), name
            assert set(defaults.values()) <= set(When), name


def test_leadership_gets_only_critical_kinds():
    told = {name for name, kind in KINDS.items() if Role.LEADERSHIP in kind.roles}
    assert told == {"queue_critical", "worker_silent"}
    assert all(KINDS[name].is_critical for name in told)


def test_only_critical_kinds_come_as_sms_unless_somebody_chose_it():
    by_sms = {n for n, kind in KINDS.items() if any(d[Medium.SMS] != When.OFF for d in kind.roles.values())}
    assert by_sms == {name for name, kind in KINDS.items() if kind.is_critical}
