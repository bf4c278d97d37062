"""Names of systems in all spellings are one key (A3)."""

import pytest

from leads.decisions.identity.systems import named_system, system_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("HubSpot", "hubspot"),
        (" hubspot ", "hubspot"),
        ("Dynamics 365", "dynamics-365"),
        ("Our  Shop!", "our-shop"),
        ("Системa", "системa"),
        ("", ""),
        ("x" * 60, "x" * 40),
    ],
)
def test_a_system_has_one_key(name: str, key: str):
    assert system_key(name) == key


@pytest.mark.parametrize(
    ("titles", "key"),
    [
        (["HubSpot Contact ID", "Email"], "hubspot"),
        (["SFDC Id"], "salesforce"),
        (["HubSpot ID", "Salesforce ID"], ""),
        (["Sphubspots"], ""),
        (["ID", "Email"], ""),
    ],
)
def test_a_header_names_one_system_or_none(titles: list[str], key: str):
    assert named_system(titles) == key
