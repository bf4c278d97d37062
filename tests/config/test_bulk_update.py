"""bulk_update() writes the same as Django's own, and says how many rows it wrote."""

import ast
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import DataError, connection, models, transaction
from django.db.models import F, JSONField, Value
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as some

from config import bulk_update as module
from config.bulk_update import bulk_update
from leads.models import Account, Capture, Lead, Source, WebhookDelivery
from queues.models import BreachForecast, CleanupStep, CrmLink, Entry, RemotePerson, ReviewItem, Tally
from routing.models import Assignment, RotationMember
from tests.effort import examples
from tests.factories import MORNING, make_lead

APPS = ("config", "leads", "routing", "queues", "dashboards")
WRITTEN = (
    Assignment,
    BreachForecast,
    Capture,
    CleanupStep,
    CrmLink,
    Entry,
    Lead,
    RemotePerson,
    ReviewItem,
    RotationMember,
    Source,
    Tally,
    WebhookDelivery,
)  # every model that is written so

CHARACTERS = some.characters(exclude_characters="\0", exclude_categories=["Cs"])
ODD_TEXT = some.text(CHARACTERS, max_size=12) | some.sampled_from(
    ["", "NULL", "null", '"', "\\", "{}", "{a,b}", "a'b", '{"a": "\\"}', "%s", "\u202e", "é\U0001f600", " \t\n"]
)
ZONES = some.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(-timedelta(hours=3, minutes=30))])
ODD_MOMENTS = some.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES)
ODD_JSON = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**70), 2**70) | some.floats(-1, 1) | ODD_TEXT,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(ODD_TEXT, inner, max_size=3),
    max_leaves=6,
)


PLAIN = {
    models.BooleanField: some.booleans(),
    models.DateField: some.dates(date(1900, 1, 1), date(2200, 1, 1)),
    models.DateTimeField: ODD_MOMENTS,
    models.TextField: ODD_TEXT,
}


def odd_values(field: models.Field) -> some.SearchStrategy:
    """Any value that fits into the column, as an action may have set it."""
    kind = field.db_type(connection)
    if field.is_relation:
        found = some.integers(1, 2**60 if kind == "bigint" else 2**31 - 1)
    elif isinstance(field, models.JSONField):
        found = ODD_JSON
    elif isinstance(field, models.DecimalField):
        whole = 10 ** (field.max_digits - field.decimal_places) - 1
        found = some.decimals(-whole, whole, places=field.decimal_places) | some.just(0) | some.just(Decimal("1.0"))
    elif isinstance(field, models.IntegerField):
        low, high = connection.ops.integer_field_range(field.get_internal_type())
        found = some.integers(low, high) | some.sampled_from([low, high])
    elif isinstance(field, models.CharField):
        longest = ["x" * field.max_length, *([Entry.Left.CLAIMED, Lead.Stage.WON] if field.max_length > 7 else [])]
        found = ODD_TEXT.map(lambda text: text[: field.max_length]) | some.sampled_from(longest)
    else:
        found = PLAIN[type(field)]
    return found | some.none() if field.null else found


def columns(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@pytest.mark.django_db
@pytest.mark.parametrize("model", WRITTEN, ids=[model.__name__ for model in WRITTEN])
def test_it_writes_what_the_orm_writes(model):
    """Into a table of this test that takes the place of the real one: it has all columns, and no constraints."""
    table, names = connection.ops.quote_name(model._meta.db_table), [field.name for field in columns(model)]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM {table} WHERE id < 0")

    @effort(max_examples=examples(40))
    @given(some.lists(some.fixed_dictionaries({f.attname: odd_values(f) for f in columns(model)}), max_size=4))
    def compare(values: list[dict]) -> None:
        rows = [model(pk=number, **each) for number, each in enumerate(values, 1)]
        theirs = written(table, len(rows), lambda: model._default_manager.bulk_update(rows, names))
        assert written(table, len(rows), lambda: bulk_update(model, rows, names)) == theirs

    compare()


def written(table: str, count: int, write: Callable[[], int]) -> tuple[int, list[tuple]]:
    """How many rows were written, and all that is in them."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
        cursor.executemany(f"INSERT INTO {table} (id) VALUES (%s)", [[number + 1] for number in range(count)])
        number = write()
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        return number, cursor.fetchall()


def test_every_model_that_is_written_so_is_compared():
    """And no code goes round it but migrations, which have models of their own."""
    calls = [
        (path.relative_to(settings.BASE_DIR).as_posix(), node)
        for app in APPS
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if path.parent.name != "migrations"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]
    names = ("bulk_update", "update_with_history")  # the second one passes on what it is given
    ours = [node for path, node in calls if getattr(node.func, "id", "") in names and path != "config/bulk_history.py"]
    assert len(ours) >= 15
    assert {node.args[0].id for node in ours} <= {model.__name__ for model in WRITTEN}
    assert [path for path, node in calls if getattr(node.func, "attr", "") == "bulk_update"] == [
        "config/bulk_update.py"
    ]


@pytest.mark.django_db
class TestRows:
    def test_rows_that_are_gone_are_not_counted(self):
        kept, gone = make_lead(), make_lead()
        Lead.objects.filter(pk=gone.pk).delete()
        kept.score = gone.score = 70
        assert bulk_update(Lead, [gone, kept], ["score"]) == 1
        assert list(Lead.objects.values_list("pk", "score")) == [(kept.pk, 70)]

    def test_only_these_fields_and_rows_change(self):
        one, other = make_lead(score=1), make_lead(score=2)
        one.score, one.city = 70, "Medan"
        assert bulk_update(Lead, [one], ["score"]) == 1
        assert sorted(Lead.objects.values_list("pk", "score", "city")) == [(one.pk, 70, ""), (other.pk, 2, "")]

    def test_of_a_row_that_is_there_twice_the_first_counts(self):
        lead = make_lead()
        again = Lead.objects.get(pk=lead.pk)
        lead.score, again.score = 70, 30
        assert bulk_update(Lead, [lead, again], ["score"]) == 1
        assert Lead.objects.get().score == 70

    def test_no_rows_cost_no_statement(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert bulk_update(Lead, [], ["score"]) == 0

    def test_many_rows_are_written_in_chunks(self, django_assert_num_queries, monkeypatch):
        leads = [make_lead() for _number in range(5)]
        monkeypatch.setattr(module, "CHUNK_SIZE", 2)
        for number, lead in enumerate(leads):
            lead.score, lead.company_name = number, f"PT {number}"
        with django_assert_num_queries({"postgresql": 3, "sqlite": 1}[connection.vendor]):
            assert bulk_update(Lead, leads, ["score", "company_name"]) == 5
        assert list(Lead.objects.order_by("pk").values_list("score", "company_name")) == [
            (number, f"PT {number}") for number in range(5)
        ]

    def test_a_related_row_that_was_saved_since_is_found(self):
        lead, account = make_lead(), Account(name="PT Maju", created_at=MORNING)
        lead.account = account
        account.save()
        assert bulk_update(Lead, [lead], ["account"]) == 1
        assert Lead.objects.get().account == account


@pytest.mark.django_db
class TestRefusals:
    def test_a_text_that_is_too_long_is_refused_and_nothing_written(self):
        """Where columns have a length; Django's own bulk_update() cuts the text in silence."""
        one, other = make_lead(score=1), make_lead(score=2)
        one.score, other.country = 70, "Indonesia"
        expected = pytest.raises(DataError) if connection.vendor == "postgresql" else nullcontext()
        with expected, transaction.atomic():
            bulk_update(Lead, [one, other], ["score", "country"])
        kept = set(Lead.objects.values_list("score", "country"))
        assert kept == {"postgresql": {(1, ""), (2, "")}, "sqlite": {(70, ""), (2, "Indonesia")}}[connection.vendor]

    @pytest.mark.parametrize("name, value", [("score", F("score") + 1), ("extra", Value(None, JSONField()))])
    def test_expressions_are_refused(self, name, value):
        lead = make_lead(score=5, extra={"a": 1})
        setattr(lead, name, value)
        with pytest.raises(TypeError, match=f"{name} is an expression: use update"):
            bulk_update(Lead, [lead], ["score", "extra"])
        assert list(Lead.objects.values_list("score", "extra")) == [(5, {"a": 1})]

    def test_rows_that_are_not_saved_are_refused(self):
        with pytest.raises(ValueError, match="have a primary key"):
            bulk_update(Lead, [make_lead(), Lead()], ["score"])

    def test_related_rows_that_are_not_saved_are_refused(self):
        lead = make_lead()
        lead.account = Account(name="PT Maju")
        with pytest.raises(ValueError, match="cannot write account: the related row is not saved"):
            bulk_update(Lead, [lead], ["account"])

    @pytest.mark.parametrize("fields", [[], ["id"], ["identities"], ["score", "captures"]])
    def test_fields_without_a_column_of_their_own_are_refused(self, fields):
        with pytest.raises(ValueError, match="cannot write these fields"):
            bulk_update(Lead, [make_lead()], fields)
