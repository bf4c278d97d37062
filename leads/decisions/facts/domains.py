"""Read websites, and find the domain that identifies a company (A2)."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import idna

if TYPE_CHECKING:
    from tldextract import TLDExtract

_FREE_MAIL = """
    gmail.com googlemail.com ymail.com rocketmail.com myyahoo.com msn.com passport.com icloud.com me.com mac.com
    aol.com aim.com proton.me protonmail.com protonmail.ch pm.me mail.com email.com usa.com post.com inbox.com
    mail.ru bk.ru list.ru inbox.ru rambler.ru ya.ru zoho.com zohomail.com tutanota.com tutanota.de tuta.com tuta.io
    fastmail.com fastmail.fm hey.com hushmail.com lycos.com excite.com web.de freenet.de t-online.de arcor.de
    posteo.de mailbox.org orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr libero.it virgilio.it tiscali.it
    alice.it tin.it uol.com.br bol.com.br terra.com.br ig.com.br globo.com comcast.net verizon.net att.net
    sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com btinternet.com sky.com talktalk.net
    virginmedia.com ntlworld.com blueyonder.co.uk telenet.be skynet.be ziggo.nl planet.nl home.nl kpnmail.nl xs4all.nl
    bluewin.ch seznam.cz wp.pl o2.pl onet.pl interia.pl abv.bg ukr.net qq.com foxmail.com 163.com 126.com yeah.net
    sina.com sina.cn sohu.com 139.com 189.cn naver.com hanmail.net daum.net nate.com rediffmail.com bigpond.com
    optusnet.com.au xtra.co.nz shaw.ca rogers.com sympatico.ca telus.net docomo.ne.jp ezweb.ne.jp softbank.ne.jp
    plasa.com telkom.net telkom.net.id indosat.net.id cbn.net.id centrin.net.id indo.net.id rad.net.id biznet.net.id
    dnet.net.id melsa.net.id meganet.net.id astaga.com lovemail.com bolehmail.com
    duck.com simplelogin.com
"""
_THROW_AWAY = "mailinator.com yopmail.com guerrillamail.com 10minutemail.com tempmail.com trashmail.com"
THROW_AWAY_MAIL: frozenset[str] = frozenset(_THROW_AWAY.split())  # addresses that nobody reads again
# These providers have a domain in almost every country.
_FREE_MAIL_FAMILIES = ("yahoo", "ymail", "hotmail", "live", "outlook", "gmx", "yandex")
_ENDINGS = """
    com net org co.id co.uk co.in co.jp co.kr co.nz co.th co.za com.au com.ar com.br com.cn com.hk com.mx com.my com.ph
    com.sg com.tr com.tw com.vn ae at be ca ch cl cn cz de dk es fi fr gr hu id ie in it jp nl no pl pt ro ru se sg ua
    us
"""
FREE_MAIL: frozenset[str] = (
    THROW_AWAY_MAIL
    | frozenset(_FREE_MAIL.split())
    | {f"{name}.{ending}" for name in _FREE_MAIL_FAMILIES for ending in _ENDINGS.split()}
)

# A page on one of these is a profile or a shop, not the company's own website.
_SHARED_HOSTS = """
    facebook.com fb.com instagram.com linkedin.com twitter.com x.com tiktok.com youtube.com youtu.be wa.me
    whatsapp.com t.me telegram.me linktr.ee bit.ly goo.gl google.com tokopedia.com shopee.co.id bukalapak.com
    lazada.co.id blibli.com olx.co.id etsy.com ebay.com amazon.com medium.com wordpress.com blogspot.com wixsite.com
    weebly.com github.io notion.site
"""
SHARED_HOSTS: frozenset[str] = frozenset(_SHARED_HOSTS.split())

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"[^/?#:]+:\d{1,5}(?:[/?#]|$)")
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


class Website(NamedTuple):
    """A web address that is safe to link to, and its host."""

    url: str
    host: str


@lru_cache(maxsize=20_000)
def read_website(text: str) -> Website | None:
    """Only http and https with a plausible host; a missing scheme becomes https."""
    if _HOST_AND_PORT.match(text) or not _SCHEME.match(text):
        text = f"https://{text.removeprefix('//')}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or " " in text:
        return None
    host = _readable(parts.hostname or "")
    labels = host.split(".")
    if len(labels) < 2 or len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    netloc = f"{host}:{port}" if port else host
    return Website(parts._replace(netloc=netloc).geturl(), host)


@lru_cache(maxsize=20_000)
def registered_domain(host: str) -> str:
    """The part that can be registered: "acme.co.id" of "shop.acme.co.id"; "" for IP addresses and unknown suffixes."""
    return _extract().extract_str(_readable(host)).top_domain_under_public_suffix


def domain_of_website(host: str) -> str:
    domain = registered_domain(host)
    return "" if domain in FREE_MAIL or domain in SHARED_HOSTS or host.removeprefix("www.") in SHARED_HOSTS else domain


def domain_of_email(email: str) -> str:
    """The domain of the company behind an e-mail address; "" for free mail."""
    host = email.rpartition("@")[2]
    if not host or host in FREE_MAIL:
        return ""
    domain = registered_domain(host)
    return "" if domain in FREE_MAIL else domain


@cache
def _extract() -> "TLDExtract":
    from tldextract import TLDExtract  # brings an HTTP client along: a tenth of a second that most processes never need

    # Without the first two it would ask the network for a newer list. RFC 2606 keeps .example for made-up companies,
    # such as the demo's; it is in no list.
    return TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True, extra_suffixes=("example",)
    )


def _readable(host: str) -> str:
    """The host in lower case, with international names in readable form."""
    host = host.strip().rstrip(".").lower()
    if "xn--" not in host:
        return host
    try:
        return idna.decode(host)
    except (idna.IDNAError, ValueError):
        return host
