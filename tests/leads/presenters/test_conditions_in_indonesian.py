"""Rules read as a rep in Jakarta would say them (K6)."""

import pytest
from django.utils.translation import override

from leads.decisions.conditions.parsing import parse
from leads.models import OwnField
from leads.presenters.conditions import conditions_sentence
from leads.queries.leads import source_names


@pytest.mark.parametrize(
    ("field", "operator", "value", "words"),
    [
        ("source", "is", "trial", "Sumber Trial"),
        ("source", "is_not", "trial", "Sumber bukan Trial"),
        ("country", "in", ["ID"], "Negara Indonesia"),
        ("country", "in", ["ID", "SG"], "Negara Indonesia atau Singapura"),
        ("country", "in", ["ID", "SG", "TL"], "Negara Indonesia, Singapura, atau Timor Leste"),
        ("city", "not_in", ["Bogor", "Solo", "Kudus"], "Kota bukan salah satu dari “Bogor”, “Solo”, dan “Kudus”"),
        ("company_size", "at_least", 500, "Ukuran perusahaan minimal 500"),
        ("is_target", "is_true", None, "Perusahaannya akun target"),
    ],
)
def test_a_condition_reads_as_a_sentence(field, operator, value, words):
    with override("id"):
        sentence = conditions_sentence(
            parse([{"field": field, "operator": operator, "value": value}]), {"trial": "Trial"}
        )
    assert sentence == words


@pytest.mark.django_db
def test_what_an_own_field_is_follows_a_word_for_is():
    OwnField.objects.create(key="paket", name="Paket", kind="text")
    wanted = [{"field": "text:paket", "operator": "is", "value": "Emas"}]
    with override("id"):
        assert conditions_sentence(parse(wanted), source_names()) == "“Paket” adalah “Emas”"
