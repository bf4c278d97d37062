"""Build the demo from scratch: empty the tables, create the people, simulate the month."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.apps import apps
from django.contrib.auth.models import User
from django.core.management.color import no_style
from django.db import connection, transaction

from config.worker.heartbeat import record_heartbeat
from dashboards.demo.cast import DOMAIN, Cast, hire
from dashboards.demo.hours import JAKARTA
from dashboards.demo.month import SEED, Day, Month
from dashboards.demo.opinions import tell_opinions
from leads.actions.source_value import count_conversions
from queues.actions.figures.sweep import count_figures
from routing.actions.company import close_guide, save_company
from routing.models import Rep
from routing.roles import sync_roles

HEARTBEAT = "demo"
BUILDING, READY = "building", "ready"
LEAST_DAYS = 3
SELDOM = 50_000, 20, 100
ALL_DAYS = 600  # seconds: more than all days take
COMPANY = "Arunika Niaga"
EMPTIED = ("leads", "routing", "queues")


class OtherPeopleHere(Exception):
    """The database has accounts that are not part of the demo; `names` are some of them."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(", ".join(names))


def others() -> list[str]:
    """User names that are not the demo's, up to five."""
    strangers = User.objects.exclude(username__endswith=f"@{DOMAIN}").order_by("username", "pk")
    return list(strangers.values_list("username", flat=True)[:5])


def is_built() -> bool:
    return User.objects.filter(username__endswith=f"@{DOMAIN}").exists()


def build(*, until: datetime, days: int, tell: Callable[[Day], None] = lambda day: None, seed: int = SEED) -> Cast:
    """Build a whole demo that ends at `until`. All leads, people and queues in the database are deleted first.

    Raises OtherPeopleHere if the database has accounts that are not part of the demo.
    """
    strangers = others()
    if strangers:
        raise OtherPeopleHere(strangers)
    record_heartbeat(HEARTBEAT, at=until, note=BUILDING)
    start = until.astimezone(JAKARTA) - timedelta(days=max(days, LEAST_DAYS), hours=3)
    start = start.replace(hour=0, minute=0, second=0, microsecond=0)
    cast = start_over(at=start)
    with seldom_garbage():
        Month(cast, start=start, until=until, seed=seed).play(tell)
    count_conversions(at=until)
    tell_opinions(at=until)
    count_figures(at=until, patience=ALL_DAYS)
    _sign_in(at=until)
    record_heartbeat(HEARTBEAT, at=until, note=READY)
    return cast


@contextmanager
def seldom_garbage() -> Iterator[None]:
    """Looking for garbage often costs a seventh of the time, and what has been imported stays anyway."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


@transaction.atomic
def start_over(*, at: datetime) -> Cast:
    """The company before its first lead."""
    _empty()
    sync_roles()
    cast = hire(at=at)
    save_company({"name": COMPANY, "time_zone": JAKARTA.key}, by=cast.people["Bima"], at=at)
    close_guide(at=at)  # all of it is set up
    return cast


def _sign_in(*, at: datetime) -> None:
    """Everybody used Alur within the last hour."""
    for number, pk in enumerate(Rep.objects.order_by("pk").values_list("pk", flat=True)):
        Rep.objects.filter(pk=pk).update(last_seen_at=at - timedelta(minutes=number * 7 % 55))


def _empty() -> None:
    """Every row of leads, routing and queues with their histories, and all accounts."""
    tables = [
        model._meta.db_table
        for label in EMPTIED
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    connection.check_constraints()  # PostgreSQL refuses to empty a table with deferred checks
    statements = connection.ops.sql_flush(
        no_style(), [*tables, User._meta.db_table], reset_sequences=True, allow_cascade=True
    )
    connection.ops.execute_sql_flush(statements)
