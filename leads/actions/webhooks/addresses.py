"""Judge the address of a webhook, when it is saved and at each send (I3)."""

from urllib.parse import urlsplit

from django.conf import settings

from config.web.safe_fetch import OUTSIDE, FetchRefused, Network, Trusted, check_place, parsed
from leads.decisions.webhooks.addresses import ON_A_DEVELOPERS_MACHINE, PUBLIC_PORTS, is_own, read_networks


class AddressRefused(Exception):
    """`code` is own_address, not_https, or a code of FetchRefused."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked_address(typed: str, *, network: Network = OUTSIDE) -> str:
    """The address as it is stored; its host is asked for. Raises AddressRefused."""
    try:
        place = parsed(typed.strip())
        address = place.geturl()
        if _is_own(address):
            raise AddressRefused("own_address")
        check_place(address, trusted=trusted_for(address), network=network)
    except FetchRefused as refused:
        is_plain = refused.code == "not_this_port" and place.scheme == "http"
        raise AddressRefused("not_https" if is_plain else refused.code) from None
    return address


def trusted_for(address: str) -> Trusted:
    """What a call to this address may reach. Receivers in-house, which WEBHOOK_NETWORKS names, may stand at any port
    and without TLS; all others at the ports of https. Raises FetchRefused for an address of Alur itself."""
    if _is_own(address):
        raise FetchRefused("own_address")
    hosts, networks = read_networks(settings.WEBHOOK_NETWORKS)
    ports = PUBLIC_PORTS if settings.IN_PUBLIC else ON_A_DEVELOPERS_MACHINE
    return Trusted(hosts, networks, ports.get(urlsplit(address).scheme, ()))


def _is_own(address: str) -> bool:
    return is_own(urlsplit(address), site=urlsplit(settings.SITE_URL), hosts=settings.ALLOWED_HOSTS)
