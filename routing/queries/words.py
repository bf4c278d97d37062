"""Reads how people want to be reached: channels, choices, hours, roles (I1)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User

from config.company import company_zone
from routing.decisions.word_times import Hours
from routing.decisions.words import KINDS, Medium, Role, When
from routing.models import Channel, PhoneService, Preference, Reach, Rep, Team, WordSettings
from routing.queries.audience import leadership_ids, ops_ids
from routing.queries.people import time_zone_of

MEDIA = {
    Channel.Kind.MAIL: Medium.MAIL,
    Channel.Kind.PUSH: Medium.PUSH,
    Channel.Kind.SMS: Medium.SMS,
    Channel.Kind.WHATSAPP: Medium.SMS,
    Channel.Kind.GATEWAY: Medium.SMS,
}


def word_settings() -> WordSettings:
    return WordSettings.objects.filter(pk=1).first() or WordSettings(pk=1)


def served_media() -> list[str]:
    """sms, whatsapp: what a service of this installation sends."""
    return list(PhoneService.objects.order_by("medium", "pk").values_list("medium", flat=True))


def medium_of(channel: Channel) -> Medium:
    return MEDIA.get(Channel.Kind(channel.kind), Medium.CHAT)


def channel_key(channel: Channel) -> str:
    """Names a channel in forms. The e-mail of the account has a name before it has a row."""
    return "mail" if channel.kind == Channel.Kind.MAIL and not channel.address else str(channel.pk)


def channels_of(user: User) -> list[Channel]:
    """All that this person could use, dead ones as well; the e-mail of the account first, if there is any."""
    found = list(Channel.objects.verified().filter(user=user).order_by("pk"))
    account = [each for each in found if channel_key(each) == "mail"]
    others = [each for each in found if each not in account]
    if not user.email:
        return others
    return [*(account or [Channel(user=user, kind=Channel.Kind.MAIL)]), *others]


def kinds_for(user: User, roles: Collection[Role]) -> list[str]:
    """The kinds of messages that somebody in these roles may get, in the order of the table."""
    about_me = {"channel_dead"} | ({"import_done"} if user.has_perm("leads.import_leads") else set())
    if Rep.objects.filter(user=user).exists():
        about_me |= {name for name, kind in KINDS.items() if Role.HOLDER in kind.roles} - {"import_done"}
    return [name for name, kind in KINDS.items() if name in about_me or set(kind.roles) & set(roles)]


@dataclass(frozen=True, slots=True)
class Ways:
    """All that decides where messages to one person go."""

    roles: frozenset[Role]
    hours: Hours
    channels: tuple[Channel, ...]  # that may be used
    chosen: Mapping[int, Mapping[str, When]]  # by channel, then by kind


def ways_of(user_ids: Collection[int]) -> dict[int, Ways]:
    """Of active people; for the others there is no way."""
    people = {user.pk: user for user in User.objects.filter(pk__in=user_ids, is_active=True).order_by("pk")}
    usable = Channel.objects.in_use().filter(user__in=people)
    channels: dict[int, list[Channel]] = defaultdict(list)
    for channel in usable.order_by("pk"):
        channels[channel.user_id].append(channel)
    chosen: dict[int, dict[str, When]] = defaultdict(dict)
    for choice in Preference.objects.filter(channel__in=usable).order_by("pk"):
        chosen[choice.channel_id][choice.kind] = When(choice.when)
    hours, roles = hours_of(people.values()), roles_of(people)
    return {pk: Ways(roles[pk], hours[pk], tuple(channels[pk]), chosen) for pk in people}


def hours_of(people: Iterable[User]) -> dict[int, Hours]:
    people = list(people)
    reach = {row.user_id: row for row in Reach.objects.filter(user__in=people).order_by("pk")}
    reps = {rep.user_id: rep for rep in Rep.objects.filter(user__in=people).order_by("pk")}
    found = {}
    for user in people:
        row = reach.get(user.pk) or Reach(user=user)
        zone = ZoneInfo(row.time_zone) if row.time_zone else _own_zone(reps.get(user.pk))
        found[user.pk] = Hours(zone, row.digest_at, row.quiet_from, row.quiet_to, row.critical_passes)
    return found


def roles_of(user_ids: Collection[int]) -> dict[int, frozenset[Role]]:
    """Beside HOLDER, which is a matter of the message."""
    managers = set(Team.managers.through.objects.filter(user__in=user_ids).values_list("user", flat=True))
    groups = ((Role.OPS, set(ops_ids())), (Role.LEADERSHIP, set(leadership_ids())), (Role.MANAGER, managers))
    return {pk: frozenset(role for role, members in groups if pk in members) for pk in user_ids}


def own_zone_of(user: User) -> ZoneInfo:
    """Where no other was chosen for messages."""
    return _own_zone(Rep.objects.filter(user=user).first())


def _own_zone(rep: Rep | None) -> ZoneInfo:
    zone = time_zone_of(rep) if rep else company_zone()
    return ZoneInfo(str(zone))
