"""Presents what is wrong with a calendar feed (I2)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from routing.decisions.calendars.absence import TOO_COSTLY, TOO_MANY_ZONES, TOO_MUCH

PROBLEMS: Mapping[str, object] = {
    "not_an_address": lazy("It redirects to something that is no web address."),
    "not_public": lazy("Its host is not on the public internet, so it is not read."),
    "not_this_port": lazy("Its address names a port that is not read here. Use an address without a port."),
    "no_such_host": lazy("There is no host with this name."),
    "no_answer": lazy("Its host did not answer, or broke off its answer."),
    "not_secure": lazy("Its host has no valid certificate, or redirects to an address that is not encrypted."),
    "too_slow": lazy("Its host took too long to answer."),
    "too_large": lazy("It is larger than 10 MB."),
    "too_many_redirects": lazy("It redirects too often."),
    "gone": lazy("There is no calendar at this address any more."),
    "forbidden": lazy("Its host does not allow reading it at this address."),
    "unexpected": lazy("Its host answered with an error."),
    "not_a_calendar": lazy("There is no readable calendar at this address."),
    TOO_MUCH: lazy(
        "It is too large to read: too many absences, or too many repeated events. Put your absences into a calendar of "
        "their own, and give its address."
    ),
    TOO_MANY_ZONES: lazy(
        "It defines too many time zones, or clocks that change too often, as no real zone does. Export it again from "
        "your calendar, or put your absences into a calendar of their own, and give its address."
    ),
    TOO_COSTLY: lazy(
        "Reading it took too much time or memory, so it was stopped. Look for events that repeat without an end or too "
        "often, or put your absences into a calendar of their own, and give its address."
    ),
    "interrupted": lazy("Reading it was interrupted here. Nothing is wrong with the calendar; you need do nothing."),
}


def feed_problem_text(code: str) -> str:
    return str(PROBLEMS.get(code, _("It could not be read.")))


def next_try_text(code: str) -> str:
    if code == TOO_COSTLY:
        return _("It is tried again every six hours.")
    return _("It is tried again every half hour.")


def tried_just_now_text() -> str:
    return _("This calendar took too much time or memory a few minutes ago. Change it first, and try again later.")


def address_refused_text() -> str:
    """What the address of a calendar must look like."""
    return _("Write an address that begins with https://, http:// or webcal://, without a password in it.")
