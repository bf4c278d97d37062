"""bulk_insert() writes the same as Django's bulk_create(), and gives keys that are free."""

import ast

import pytest
from django.conf import settings
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models import F
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as some

from config import bulk_insert as module
from config.bulk_insert import bulk_insert, reserve_keys
from config.models import BackgroundJob
from leads.models import Activity, Capture, Identity, Lead, SearchWord, Upload
from queues.models import CrmLink, Entry
from routing.models import Assignment, LedgerLine, Turn
from tests.config.test_bulk_update import APPS, columns, odd_values
from tests.effort import examples
from tests.factories import MORNING, SourceFactory, make_lead

INSERTED = (
    Activity,
    Assignment,
    Capture,
    CrmLink,
    Entry,
    Identity,
    Lead,
    LedgerLine,
    Turn,
)  # every model that is written so


@pytest.fixture(autouse=True)
def of_any_number(monkeypatch):
    monkeypatch.setattr(module, "FEW", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("model", INSERTED, ids=[model.__name__ for model in INSERTED])
def test_it_writes_what_the_orm_writes(model):
    """Into a table of this test that takes the place of the real one: it has all columns, and no constraints."""
    table = connection.ops.quote_name(model._meta.db_table)
    like = f"(LIKE {table} INCLUDING IDENTITY)" if connection.vendor == "postgresql" else f"AS SELECT * FROM {table}"
    names = ", ".join(connection.ops.quote_name(field.column) for field in columns(model))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} {like}")
        for name in names.split(", ") if connection.vendor == "postgresql" else ():
            cursor.execute(f"ALTER TABLE {table} ALTER {name} DROP NOT NULL")

    def written(rows: list[models.Model], write) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
            write(rows)
            cursor.execute(f"SELECT {names} FROM {table} ORDER BY id, {names}")
            return cursor.fetchall()

    @effort(max_examples=examples(30))
    @given(some.lists(some.fixed_dictionaries({f.attname: odd_values(f) for f in columns(model)}), max_size=4))
    def compare(values: list[dict]) -> None:
        theirs = written([model(**each) for each in values], model._default_manager.bulk_create)
        ours = written([model(**each) for each in values], lambda rows: bulk_insert(model, rows))
        assert sorted(map(repr, ours)) == sorted(map(repr, theirs))

    compare()


def test_every_model_that_is_written_so_is_compared():
    calls = [
        node
        for app in APPS
        for path in (settings.BASE_DIR / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "bulk_insert"
    ]
    assert {node.args[0].id for node in calls} == {model.__name__ for model in INSERTED}


def new_leads(count: int, **fields) -> list[Lead]:
    source = SourceFactory()
    times = {"stage_at": MORNING, "captured_at": MORNING, "created_at": MORNING}
    return [Lead(source=source, first_name=f"Dewi{number}", **times, **fields) for number in range(count)]


@pytest.mark.django_db
def test_rows_get_keys_in_order_that_nothing_else_gets():
    before = make_lead()
    first, second = bulk_insert(Lead, new_leads(3)), bulk_insert(Lead, new_leads(2))
    keys = [lead.pk for lead in (*first, *second)]
    assert (keys == sorted(set(keys)), keys[0] > before.pk, make_lead().pk > keys[-1]) == (True, True, True)
    names = Lead.objects.filter(pk__in=keys).order_by("pk").values_list("first_name", flat=True)
    assert list(names) == ["Dewi0", "Dewi1", "Dewi2", "Dewi0", "Dewi1"]
    first[0].score = 7
    first[0].save()
    assert Lead.objects.get(pk=keys[0]).score == 7


@pytest.mark.django_db
def test_no_rows_write_nothing():
    assert bulk_insert(Lead, []) == []


@pytest.mark.django_db
def test_a_related_row_that_was_saved_since_gives_its_key():
    (lead,) = new_leads(1)
    identity = Identity(lead=lead, kind="email", value="dewi@nila.co.id")
    with pytest.raises(ValueError, match="lead: the related row is not saved"):
        bulk_insert(Identity, [identity])
    bulk_insert(Lead, [lead])
    bulk_insert(Identity, [identity])
    assert Identity.objects.get().lead_id == lead.pk


@pytest.mark.django_db
def test_all_rows_or_none_are_written():
    lead = make_lead()
    twice = [
        Identity(lead=lead, kind="email", value=value) for value in ("a@nila.co.id", "b@nila.co.id", "a@nila.co.id")
    ]
    before = Identity.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_insert(Identity, twice)
    assert Identity.objects.count() == before


@pytest.mark.django_db
def test_a_text_that_is_too_long_is_refused_as_the_orm_does():
    long = new_leads(1, city="x" * 200)
    if connection.vendor == "postgresql":
        with pytest.raises(DataError), transaction.atomic():
            bulk_insert(Lead, long)
    else:
        assert len(Lead.objects.get(pk=bulk_insert(Lead, long)[0].pk).city) == 200


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["first_name", "score", "captured_at", "extra", "deal_size"])
def test_expressions_are_refused(field: str):
    with pytest.raises(TypeError, match="is an expression"):
        bulk_insert(Lead, new_leads(1) + [Lead(**{"source": SourceFactory(), field: F("pk")})])
    assert Lead.objects.count() == 0


@pytest.mark.django_db
def test_models_that_it_cannot_write_are_refused():
    with pytest.raises(TypeError, match="stored"):
        bulk_insert(Upload, [Upload()])
    with pytest.raises(TypeError, match="SearchWord"):
        bulk_insert(SearchWord, [SearchWord()])
    job = BackgroundJob(kind="x", subject="y", created_at=MORNING)
    assert bulk_insert(BackgroundJob, [job])[0].pk == BackgroundJob.objects.get().pk


@pytest.mark.django_db
def test_keys_that_are_reserved_are_kept_and_nothing_else_gets_them():
    keys = list(reserve_keys(Lead, 3))
    other = make_lead()
    rows = new_leads(3)
    for row, key in zip(rows, keys, strict=True):
        row.pk = key
    assert [lead.pk for lead in bulk_insert(Lead, rows)] == keys
    assert (sorted(set(keys)), other.pk in keys, make_lead().pk in keys) == (keys, False, False)
    assert list(Lead.objects.filter(pk__in=keys).order_by("pk").values_list("first_name", flat=True)) == [
        "Dewi0",
        "Dewi1",
        "Dewi2",
    ]
