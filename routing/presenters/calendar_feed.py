"""How the state of a calendar feed reads (I2)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

PROBLEMS: Mapping[str, object] = {
    "not_an_address": lazy("It leads to something that is no web address."),
    "not_public": lazy("Its host is not on the public internet, and nothing else is asked."),
    "no_such_host": lazy("There is no host of this name."),
    "no_answer": lazy("Its host did not answer, or not to the end."),
    "not_secure": lazy("Its host cannot prove who it is, or leads to an address that is not encrypted."),
    "too_slow": lazy("Its host took too long to answer."),
    "too_large": lazy("It is larger than 10 MB."),
    "too_many_redirects": lazy("It leads in circles."),
    "gone": lazy("There is no calendar at this address any more."),
    "forbidden": lazy("Its host lets nobody read it at this address."),
    "unexpected": lazy("Its host answered with an error."),
    "not_a_calendar": lazy("What stands there is no calendar that can be read."),
    "too_much": lazy("It holds more than can be read: too many days away, or too many events that repeat."),
}


def problem_words(code: str) -> str:
    return str(PROBLEMS.get(code, _("It could not be read.")))


def refused_words() -> str:
    """What an address must look like that somebody types."""
    return _("Write an address that begins with https://, http:// or webcal://, without a password in it.")
