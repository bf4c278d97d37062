"""Which addresses are Alur's own, and what WEBHOOK_NETWORKS lists (I3)."""

from ipaddress import ip_network
from urllib.parse import urlsplit

import pytest

from leads.decisions.webhooks.addresses import is_own, may_be_header, may_be_header_value, read_networks

SITE = urlsplit("https://leads.example.com")
LOCAL = urlsplit("http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("https://leads.example.com/api/leads", True),
        ("https://LEADS.example.com.:8443/", True),
        ("https://leads\u3002example.com/", True),
        ("https://\uff4c\uff45\uff41\uff44\uff53.example.com/", True),
        ("https://alur.inside/", True),
        ("https://a.tenants.example/", True),
        ("https://tenants.example/", True),
        ("https://example.com/", False),
        ("https://leads.example.com.evil.example/", False),
        ("https://nottenants.example/", False),
        ("http://127.0.0.1:8000/", False),
    ],
)
def test_hosts_of_the_installation_are_its_own(address, own):
    hosts = ["alur.inside", ".tenants.example", "*"]
    assert is_own(urlsplit(address), site=SITE, hosts=hosts) == own


@pytest.mark.parametrize(
    ("address", "own"),
    [("http://localhost:8000/", True), ("http://[::1]:8000/", True), ("http://127.0.0.1:5678/", False)],
)
def test_on_one_machine_the_port_decides(address, own):
    assert is_own(urlsplit(address), site=LOCAL, hosts=["localhost", "127.0.0.1"]) == own


def test_networks_addresses_and_hosts_may_be_listed():
    assert read_networks(["10.0.0.0/8", " 192.168.1.9 ", "fd00::/8", "N8N.inside", ""]) == (
        ["n8n.inside"],
        [ip_network("10.0.0.0/8"), ip_network("192.168.1.9/32"), ip_network("fd00::/8")],
    )


@pytest.mark.parametrize(
    "name", ["", "Host", "content-length", "webhook-id", "Expect", "Alur-Replay", "X Key", "X-Key:", "X-Kéy", "X\r\nA"]
)
def test_a_header_that_is_not_ones_own_is_refused(name):
    assert not may_be_header(name)


def test_a_fixed_header_is_one_line_of_plain_letters():
    assert may_be_header("X-Api-Key") and may_be_header("Authorization")
    values = ["Bearer abc", "a\r\nb", "é", "  ", "a\x00"]
    assert [may_be_header_value(value) for value in values] == [True, False, False, False, False]
