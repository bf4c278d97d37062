"""Add a channel, verify it by a code that came through it, remove it (I1)."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django_q.tasks import async_task

from config.reach.outcome import Came
from config.sealing import seal
from routing.actions.words.ways_out import Text, send_and_wait
from routing.decisions.chat_addresses import ChatAddress
from routing.models import Channel, Reach

MOST = 10  # of one person
CODE_LIVES = timedelta(minutes=10)
MOST_TRIES = 5
MOST_CODES = 10  # of one person on one day, removed channels included
AGAIN_AFTER = timedelta(seconds=60)
TASK = "routing.tasks.send_channel_code"


class ChannelRefused(Exception):
    """`code` is one of too_many, too_soon, too_many_codes, old_code, wrong_code, too_many_tries."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def add_channel(user: User, *, kind: str, address: ChatAddress, at: datetime) -> Channel:
    """Not in use before it is verified."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Channel.objects.filter(user=user).count() >= MOST:
        raise ChannelRefused("too_many")
    _count_code(user, at=at)
    channel = Channel.objects.create(
        user=user, kind=kind, address=seal(address.way), label=address.label, made_at=at, code_sent_at=at
    )
    async_task(TASK, channel.pk)
    return channel


@transaction.atomic
def ask_for_code(channel: Channel, *, at: datetime) -> None:
    """A new code, not more often than once a minute."""
    User.objects.select_for_update(no_key=True).get(pk=channel.user_id)
    channel = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    if channel.verified_at:
        return
    if channel.code_sent_at and at - channel.code_sent_at < AGAIN_AFTER:
        raise ChannelRefused("too_soon")
    _count_code(channel.user, at=at)
    channel.code_sent_at, channel.code_hash, channel.code_tries = at, "", 0
    channel.save(update_fields=["code_sent_at", "code_hash", "code_tries"])
    async_task(TASK, channel.pk)


def _count_code(user: User, *, at: datetime) -> None:
    """The row of the user is locked."""
    reach, _made = Reach.objects.get_or_create(user=user)
    today = at.date()
    sent = reach.codes_sent if reach.codes_on == today else 0
    if sent >= MOST_CODES:
        raise ChannelRefused("too_many_codes")
    reach.codes_on, reach.codes_sent = today, sent + 1
    reach.save(update_fields=["codes_on", "codes_sent"])


def send_code(pk: int, *, words: str, at: datetime) -> bool:
    """Runs in the worker. Only the hash of the code is stored, and a code replaces the one before. `words` has a place
    for it."""
    code = f"{secrets.randbelow(1_000_000):06}"
    waiting = Channel.objects.filter(pk=pk, verified_at=None)
    if not waiting.update(code_hash=_hash(pk, code), code_sent_at=at, code_tries=0, problem=""):
        return False
    outcome = send_and_wait(waiting.select_related("user").get(), Text("", words % {"code": code}))
    if outcome.came != Came.SENT:
        waiting.update(problem=outcome.problem[:20])
    return outcome.came == Came.SENT


def verify(channel: Channel, *, typed: str, at: datetime) -> None:
    """Each try counts, also when two come at once; raises ChannelRefused."""
    with transaction.atomic():
        channel = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
        refused = _refusal(channel, typed, at)
        if refused is None:
            channel.verified_at, channel.code_hash, channel.problem = at, "", ""
        else:
            channel.code_tries = min(channel.code_tries + 1, MOST_TRIES)
        channel.save(update_fields=["verified_at", "code_hash", "problem", "code_tries"])
    if refused:
        raise ChannelRefused(refused)


def remove_channel(channel: Channel) -> None:
    """With its choices and its part of the log; the e-mail of the account stays."""
    Channel.objects.filter(pk=channel.pk).exclude(address="").delete()


def _refusal(channel: Channel, typed: str, at: datetime) -> str | None:
    if channel.code_tries >= MOST_TRIES:
        return "too_many_tries"
    if not channel.code_hash or channel.code_sent_at is None or at - channel.code_sent_at > CODE_LIVES:
        return "old_code"
    is_right = constant_time_compare(_hash(channel.pk, "".join(typed.split())), channel.code_hash)
    return None if is_right else "wrong_code"


def _hash(pk: int, code: str) -> str:
    return salted_hmac("routing.channel", f"{pk}:{code}", algorithm="sha256").hexdigest()
