"""Save how a person wants to be reached, and have the channels for it (I1)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from routing.decisions.word_times import when_for
from routing.decisions.words import When
from routing.models import Channel, Preference, Reach, WordSettings
from routing.queries.words import channel_key, medium_of, roles_of


def have_account_mail(user_ids: Collection[int], *, at: datetime) -> None:
    """Everybody's account e-mail is a channel; it counts as verified, because passwords are sent there as well."""
    people = User.objects.filter(pk__in=user_ids, is_active=True).exclude(email="")
    have = Channel.objects.filter(user__in=people, kind=Channel.Kind.MAIL, address="").values("user")
    without = people.exclude(pk__in=have).order_by("pk")
    made = [Channel(user=user, kind=Channel.Kind.MAIL, made_at=at, verified_at=at) for user in without]
    Channel.objects.bulk_create(made, ignore_conflicts=True)


@transaction.atomic
def save_choices(
    user: User, *, chosen: Mapping[str, Mapping[str, When]], hours: Mapping[str, object], at: datetime
) -> None:
    """`chosen`: by the key of a channel, then by kind; what is not named stays. Only what differs from the table of
    kinds is kept, so that a better table reaches people who never chose."""
    have_account_mail([user.pk], at=at)
    Reach.objects.update_or_create(user=user, defaults=dict(hours))
    roles = roles_of([user.pk])[user.pk]
    for channel in Channel.objects.filter(user=user).order_by("pk"):
        wanted = chosen.get(channel_key(channel), {})
        own = {kind: when for kind, when in wanted.items() if when != when_for(kind, roles, medium_of(channel), {})}
        Preference.objects.filter(channel=channel, kind__in=wanted).exclude(kind__in=own).delete()
        Preference.objects.bulk_create(
            [Preference(channel=channel, kind=kind, when=when) for kind, when in own.items()],
            update_conflicts=True,
            unique_fields=["channel", "kind"],
            update_fields=["when"],
        )


@transaction.atomic
def use_again(channel: Channel) -> None:
    """What failed meanwhile is in the inbox, and is not sent."""
    Channel.objects.filter(pk=channel.pk).update(dead_since=None, problem="")


@transaction.atomic
def change_word_settings(*, by: User, names_in_chat: bool | None = None, keep_days: int | None = None) -> None:
    """Whether chats may name companies, and how long deliveries are kept; for all people. Its history says who."""
    WordSettings.objects.bulk_create([WordSettings(pk=1)], ignore_conflicts=True)
    row = WordSettings.objects.select_for_update().get(pk=1)
    wanted = {"names_in_chat": names_in_chat, "keep_days": keep_days}
    changed = {name: value for name, value in wanted.items() if value is not None and getattr(row, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(row, name, value)
        set_history_author(row, by)
        row.save(update_fields=list(changed))
