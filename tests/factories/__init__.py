"""Rows for tests, made the way the application makes them where a rule is involved."""

from tests.factories.leads import AccountFactory, SourceFactory, make_lead, make_web_form
from tests.factories.people import MORNING, RepFactory, TeamFactory, make_manager, make_ops, make_rep, make_user
from tests.factories.queues import QueueFactory, fill, fill_line, make_entry, make_rotation

__all__ = [
    "MORNING",
    "AccountFactory",
    "QueueFactory",
    "RepFactory",
    "SourceFactory",
    "TeamFactory",
    "fill",
    "fill_line",
    "make_entry",
    "make_lead",
    "make_manager",
    "make_ops",
    "make_rep",
    "make_rotation",
    "make_user",
    "make_web_form",
]
