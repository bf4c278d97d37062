"""Files of well-known programs: recognised by their header as a whole, and mapped with nothing left to correct."""

import csv
from io import StringIO

import pytest

from leads.decisions.csv.columns import guess_columns
from tests.factories.crm_exports import CRM_EXPORTS
from tests.factories.form_exports import FORM_EXPORTS

FILES = CRM_EXPORTS | FORM_EXPORTS


@pytest.mark.parametrize(("name", "text", "fields"), FILES.values(), ids=FILES)
def test_an_export_is_recognised_and_mapped(name, text, fields):
    header, *rows = csv.reader(StringIO(text))
    guess = guess_columns(header, rows)
    assert guess.export is not None
    assert guess.export.name == name
    assert {header[column]: field for column, field in guess.mapping.items() if field} == fields


@pytest.mark.parametrize("header", [["Email", "Name"], ["ID", "Name", "Email", "Company"], ["Account ID", "Email"]])
def test_an_ordinary_header_is_no_export(header):
    assert guess_columns(header).export is None
