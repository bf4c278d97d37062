"""Words for channels and deliveries: what went wrong, said without the words of a foreign host (I1)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.reach.outcome import Came
from config.web.times import when
from routing.models import Channel, ChannelTest, Outage


def problem_text(code: str) -> str:
    return {
        "": "",
        "bounced": _("The mail server says that this address takes no mail."),
        "refused": _("The mail server refused this message."),
        "busy": _("The mail server asked to come back later."),
        "mail_settings": _("The mail server did not accept the sender or the password of this installation."),
        "no_answer": _("The server gave no answer."),
        "too_slow": _("The server took too long."),
        "no_address": _("The account has no e-mail address, or is switched off."),
        "no_words": _("The message could not be put into words; the log of the worker has more."),
        "refused_by_chat": _("The chat did not take it. Check whether the address still exists there."),
        "not_an_address": _("This is not an address of that chat."),
        "not_public": _("The host is not on the public internet."),
        "not_this_port": _("The port in the address cannot be used."),
        "no_such_host": _("There is no host of that name."),
        "not_secure": _("The connection to the host is not safe: check its certificate."),
        "not_readable": _("The address cannot be read with the keys of this installation. Add the channel again."),
        "no_device": _("No device takes push any more. Turn it on again under Profile."),
        "refused_by_push": _("The push service of the browser did not take it."),
        "no_service": _("No service for this is set up. Sales ops set it up on the page of deliveries."),
        "dead": _("The channel had stopped working."),
        "died": _("The process that sent it died, so nobody knows whether it left."),
    }.get(code, _("Something went wrong: %(code)s.") % {"code": code})


TEST_IS_LATE = timedelta(seconds=60)


def test_result(test: ChannelTest, *, at: datetime) -> tuple[str, str]:
    """(the sign, what came of it); without a sign it is still on its way."""
    problem = problem_text(test.problem)
    if test.came == Came.SENT:
        return "ok", _("Sent. It should be there by now.")
    if test.came == Came.UNSURE:
        return "warn", _("Perhaps sent. %(problem)s") % {"problem": problem}
    if test.came:
        return "bad", _("Not sent. %(problem)s") % {"problem": problem}
    if at - test.asked_at < TEST_IS_LATE:
        return "", _("On its way…")
    if test.started_at is not None:
        return "warn", _("Nobody knows whether it was sent: the process that sent it died.")
    return "warn", _("Not sent yet: background work is late.")


def tests_context(user: User, *, at: datetime) -> dict[str, object]:
    """What the part shows about the newest tests of this person."""
    rows = ChannelTest.objects.filter(channel__user=user).select_related("channel").order_by("channel", "pk")
    found = [(own_channel_text(test.channel, user), *test_result(test, at=at)) for test in rows]
    return {"tests": found, "are_tests_open": any(not look for _name, look, _says in found)}


def place_text(channel: Channel, user: User) -> str:
    """What is readable of where the channel of this person leads."""
    if channel.kind == Channel.Kind.PUSH:
        n = user.push_devices.count()
        return ngettext("%(n)s device", "%(n)s devices", n) % {"n": n}
    return user.email if channel.kind == Channel.Kind.MAIL and not channel.label else channel.label


def head_text(channel: Channel, user: User) -> str:
    """Under the name of the channel, in a column of its own."""
    if channel.dead_since is not None:
        return _("stopped")
    return _("works") if channel.kind == Channel.Kind.MAIL else place_text(channel, user)


def own_channel_text(channel: Channel, user: User) -> str:
    return channel_text(channel.kind, place_text(channel, user))


def channel_text(kind: str, label: str = "") -> str:
    """The kind, and what is readable of the address."""
    name = str(dict(Channel.Kind.choices).get(kind, kind))
    return f"{name} {label}".strip()


def dead_channel_sentence(details: dict) -> str:
    words = {
        "channel": channel_text(details.get("channel", ""), details.get("label", "")),
        "person": details.get("person", ""),
        "problem": problem_text(details.get("problem", "")),
    }
    if details.get("own"):
        text = _("Nothing is sent to you by %(channel)s any more. %(problem)s")
    else:
        text = _("Nothing is sent to %(person)s by %(channel)s any more. %(problem)s")
    return text % words


def outage_sentence(details: dict) -> str:
    text = _(
        "No message leaves by %(channel)s since %(time)s. %(problem)s Messages wait for a day at most, and leave by "
        "themselves as soon as it works."
    )
    return text % _outage_words(details)


def outage_over_sentence(details: dict) -> str:
    text = _("Messages leave by %(channel)s again; they did not since %(time)s. What waited leaves now.")
    return text % _outage_words(details)


def _outage_words(details: dict) -> dict[str, str]:
    try:
        since = when(datetime.fromisoformat(details.get("since", "")))
    except (TypeError, ValueError):
        since = _("n/a")
    return {
        "channel": channel_text(details.get("channel", "")),
        "time": since,
        "problem": problem_text(details.get("problem", "")),
    }


def outage_warnings() -> list[tuple[str, str]]:
    """Ways that are down now, for the log of deliveries."""
    rows = Outage.objects.filter(ended_at=None).exclude(told_at=None).order_by("kind", "pk")
    return [
        ("", outage_sentence({"channel": row.kind, "since": row.since.isoformat(), "problem": row.problem}))
        for row in rows
    ]


def refused_text(code: str) -> str:
    """Why a channel could not be added or verified, and what to do."""
    return {
        "too_many": _("You have ten channels. Remove one first."),
        "too_many_devices": _("You have ten devices. Remove one first."),
        "not_a_device": _("The browser gave no push service that is known here. Try another browser."),
        "too_soon": _("A code was sent a moment ago. Wait a minute, then ask again."),
        "too_many_codes": _("You asked for ten codes today. Go on tomorrow."),
        "old_code": _("There is no code that still works. Ask for a new one."),
        "wrong_code": _("This is not the code. Look again at the newest message."),
        "too_many_tries": _("Too many tries. Ask for a new code."),
        "test_too_soon": _("A test was sent a moment ago. Wait a minute, then send the next."),
        "test_no_channel": _("There is no channel in use to test."),
    }[code]
