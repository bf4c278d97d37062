"""Addresses that say nothing about a person: those that stand for none, and mailboxes that a company shares (A3)."""

import re

from leads.decisions.facts.domains import FREE_MAIL

PLACEHOLDER = "placeholder"  # the problem of an address that stands for none

# What people type where a form insists. Such a name before the @ stands for no address, whatever follows.
_NO_NAMES = """
    none noemail nomail nomailaddress noemailaddress noemailprovided noaddress nothing nowhere notprovided notgiven
    notavailable notapplicable nil null unknown undefined nobody noone placeholder fake dummy test tester testing tes
    asdf asd asdfasdf qwerty blah xxx xxxx tidakada tidakpunya takada kosong belumada noreply donotreply dontreply
    mailerdaemon
"""
# These are names too, so they stand for none only before the same once more: "na@na.com", "a@a.com".
_SHORT_NAMES = "na a aa aaa b x xx abc abcd aaaa no mail email user demo name you your"
_NO_DOMAINS = frozenset({"none.com", "none.none", "noemail.com", "nomail.com", "no-email.com", "test.com"})
_ROLE_NAMES = """
    info sales office contact contactus admin administrator support help helpdesk hello hi halo marketing cs
    customerservice customercare care service services enquiries enquiry inquiries inquiry mail kontak hubungi kantor
    pemasaran penjualan purchasing procurement pembelian pengadaan finance accounting billing hr hrd recruitment
    secretary sekretariat reception frontoffice reservation reservations booking bookings team post buero vertrieb
    verkauf ventas contacto accueil contato vendas webmaster postmaster orders order corporate general company
"""
_NOBODY, _SHORT, _ROLES = (frozenset(names.split()) for names in (_NO_NAMES, _SHORT_NAMES, _ROLE_NAMES))
_SAME = frozenset({"example", "sample", "domain", "company"})  # "example@example.com", but not "sari@example.com"
_SIGNS = re.compile(r"[^a-z]")


def is_placeholder_email(address: str) -> bool:
    """Whether the address stands for none, such as none@none.com, noemail7@gmail.com or test@test.com. The test words
    are addresses of somebody, but not of the people whose forms and files name them."""
    local, _at, domain = address.partition("@")
    name, first = _SIGNS.sub("", local.partition("+")[0]), domain.partition(".")[0]
    if name in _NOBODY or domain in _NO_DOMAINS:
        return True
    return (name in _SHORT | _SAME and name == first) or (name in _SHORT and first in _NOBODY)


def is_role_mailbox(address: str) -> bool:
    """Whether several people of a company may read this address, such as info@maju.co.id. At a free provider it is
    somebody's own."""
    local, _at, domain = address.partition("@")
    return domain not in FREE_MAIL and _SIGNS.sub("", local) in _ROLES
