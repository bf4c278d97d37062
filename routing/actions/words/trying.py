"""Send somebody a test through each channel in use, and remember what came of it (I1)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django_q.tasks import async_task

from routing.actions.words.choices import have_account_mail
from routing.actions.words.outages import kinds_with_outage, note_outcome
from routing.actions.words.push import forget_gone
from routing.actions.words.ways_out import Text, send_and_wait
from routing.models import Channel, ChannelTest

AGAIN_AFTER = timedelta(seconds=60)
TASK = "routing.tasks.send_channel_test"


class TryRefused(Exception):
    """`code` is one of too_soon, no_channel."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def ask_for_test(user: User, *, at: datetime) -> int:
    """One for each channel, whatever the hours and choices are; not more often than once a minute."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    have_account_mail([user.pk], at=at)
    channels = Channel.objects.in_use().filter(user=user)
    if not user.email:
        channels = channels.exclude(kind=Channel.Kind.MAIL)
    if not (found := list(channels.order_by("pk"))):
        raise TryRefused("no_channel")
    if ChannelTest.objects.filter(channel__user=user, asked_at__gt=at - AGAIN_AFTER).exists():
        raise TryRefused("too_soon")
    ChannelTest.objects.filter(channel__user=user).delete()
    tests = ChannelTest.objects.bulk_create([ChannelTest(channel=each, asked_at=at) for each in found])
    for test in tests:
        async_task(TASK, test.pk)
    return len(tests)


def send_test(pk: int, *, compose: Callable[[Channel], Text], at: datetime) -> bool:
    """Runs in the worker, for each channel apart, so that a slow one holds up no other. A test leaves once, however
    often the task runs."""
    waiting = ChannelTest.objects.filter(pk=pk, started_at=None)
    if not waiting.update(started_at=at):
        return False
    test = ChannelTest.objects.select_related("channel__user").get(pk=pk)
    outcome = send_and_wait(test.channel, compose(test.channel))
    forget_gone(outcome.gone)
    note_outcome(test.channel, outcome, at=at, known=kinds_with_outage())
    ChannelTest.objects.filter(pk=pk).update(came=outcome.came, problem=outcome.problem[:40])
    return True
