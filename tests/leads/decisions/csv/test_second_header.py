"""A second header is no lead: labels below the names of an API, or the same in another language."""

import pytest

from leads.decisions.csv.second_header import names_again


@pytest.mark.parametrize(
    ("titles", "values", "again"),
    [
        (("FIRST_NAME", "EMAIL", "Rating__c"), ("First name", "E-mail", "Rating"), True),
        (("Nama", "Surel", "Perusahaan"), ("Name", "Email", "Company"), True),
        (("Nama", "Surel", "Perusahaan"), ("Name", "", "Company"), True),
        (("Name", "Email"), ("Name", "sari@nila.co.id"), False),
        (("Name", "Email"), ("Contact", ""), False),
        (("Name", "Company"), ("Mark Title", "Firma Company"), False),
        (("Rating__c", "Colour"), ("Rating", "Colour"), False),
        (("Name", "Email"), (), False),
    ],
)
def test_names_again(titles, values, again):
    assert names_again(values, titles) == again
