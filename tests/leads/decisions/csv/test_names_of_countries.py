"""Names of many countries in their encodings: none is read wrong without a question, the right one is offered."""

import pytest
from faker import Faker

from leads.decisions.csv.choice import choose, spelled
from leads.decisions.csv.letters import letters_of

COUNTRIES = [
    *[(country, "cp1252") for country in ("de_DE", "es_ES", "fr_FR", "pt_BR", "it_IT", "da_DK", "sv_SE", "fi_FI")],
    *[(country, "mac_roman") for country in ("de_DE", "es_ES", "fr_FR")],
    *[(country, "cp1250") for country in ("pl_PL", "cs_CZ", "hu_HU", "ro_RO", "hr_HR", "sk_SK")],
    *[(country, "cp1251") for country in ("ru_RU", "uk_UA", "bg_BG")],
    *[("tr_TR", "cp1254"), ("lt_LT", "cp1257"), ("lv_LV", "cp1257"), ("el_GR", "cp1253"), ("he_IL", "cp1255")],
    *[("ar_SA", "cp1256"), ("th_TH", "cp874"), ("zh_CN", "gb18030"), ("zh_TW", "big5"), ("ja_JP", "cp932")],
    ("ko_KR", "cp949"),
]


def names_of(country: str, encoding: str, count: int, seed: int) -> list[str]:
    """Names with letters outside ASCII, the same in each run."""
    faker = Faker(country)
    faker.seed_instance(seed)
    found = (faker.name() for _number in range(400))
    named = [name for name in found if not name.isascii() and name.encode(encoding, "ignore").decode(encoding) == name]
    return named[:count]


@pytest.mark.parametrize(("country", "encoding"), COUNTRIES)
@pytest.mark.parametrize("count", [1, 3, 12])
def test_the_names_are_read_right_or_asked(country, encoding, count):
    names = names_of(country, encoding, count, seed=count)
    content = "\r\n".join(["Name,Email", *(f"{name},a@nila.co.id" for name in names), ""]).encode(encoding)
    letters = letters_of(content)
    read = [[spelled(cell, way) for cell in letters.broken_cells] for way in choose(letters).offered]
    assert [cell.decode(encoding) for cell in letters.broken_cells] in read
