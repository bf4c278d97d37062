"""Presents warnings about a rotation: settings that leave its leads waiting, or give them to nobody (F11c)."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from routing.decisions.availability.caps import WINDOWS
from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.state import Candidate, Strategy
from routing.models import Rotation, RotationMember
from routing.presenters.coming_absences import told_sentences, warning_sentences
from routing.presenters.membership import rule_warnings
from routing.queries.availability.status import availability_of
from routing.queries.coming_absences import coming_absences
from routing.queries.rotation.state import load_state

CAPS = [f"cap_{window}" for window in WINDOWS]
MAX_NAMES = 5
_FURTHER_WARNINGS: list[Callable[[Rotation], list[str]]] = []


def register_rotation_warnings(warnings: Callable[[Rotation], list[str]]) -> None:
    """Queues add their warnings in `ready()`, because routing cannot import them. Registering twice has no effect."""
    if warnings not in _FURTHER_WARNINGS:
        _FURTHER_WARNINGS.append(warnings)


def rotation_warnings(rotation: Rotation, *, at: datetime) -> list[str]:
    """Warnings about the rotation itself first, then about what gives leads to it."""
    texts = own_warnings(rotation, at=at)
    return texts + [text for warnings in _FURTHER_WARNINGS for text in warnings(rotation) if text not in texts]


def own_warnings(rotation: Rotation, *, at: datetime) -> list[str]:
    """Why leads of this rotation would wait, or go to nobody."""
    words, texts = {"name": rotation.name}, []
    queues = [queue.name for queue in rotation.queues.exclude(dispatch="pull").order_by("name", "pk")[:5]]
    queues += [row.queue.name for row in rotation.segments.select_related("queue").order_by("pk")[:5]]
    if not rotation.is_active and queues:
        text = _("%(name)s is off, but %(queues)s gives its leads to it: they wait.")
        texts.append(text % {**words, "queues": ", ".join(queues)})
    members = load_state(rotation, at=at).members
    if not members:
        texts.append(_("%(name)s has no members: its leads wait until you add some.") % words)
    elif all(member.skip_reason for member in members):
        texts.append(_("Nobody in %(name)s is available now.") % words)
    if rotation.skill and members and not _has_skills(rotation):
        texts.append(_("%(name)s asks for a skill, but none of its members has any.") % words)
    texts += rule_warnings(rotation) + _room_warnings(rotation)
    texts += _cap_warnings(rotation) + _manager_warnings(rotation)
    if rotation.is_active and queues:
        texts += warning_sentences(rotation, coming_absences(rotation, at=at), at=at)
    return texts + _fallback_warnings(rotation, members, is_used=bool(queues), at=at)


def standing_warnings(
    rotations: Sequence[Rotation], *, at: datetime, has_absences: bool = True
) -> list[tuple[int, str]]:
    """For pages of managers, which refresh by themselves, as (rotation, sentence): what people were told of absences to
    come, and which of these used rotations hold leads without a fallback person. One query, or none if the caller knows
    that no message about absences was sent."""
    told = told_sentences([each.pk for each in rotations], at=at) if has_absences else []
    return told + [(each.pk, no_fallback_sentence(each)) for each in rotations if _holds_without_fallback(each)]


def with_links(warnings: Sequence[tuple[int, str]], *, openable: Collection[int]) -> list[tuple[str, str]]:
    """The same as (address of the rotation's page, sentence), "" for those that the reader may not open (C9)."""
    return [(reverse("routing:rotation", args=[pk]) if pk in openable else "", text) for pk, text in warnings]


def no_fallback_sentence(rotation: Rotation) -> str:
    text = _("%(name)s has no fallback person: when nobody is available, its leads wait until somebody is.")
    return text % {"name": rotation.name}


def _holds_without_fallback(rotation: Rotation) -> bool:
    return rotation.when_nobody == Rotation.WhenNobody.HOLD and rotation.fallback_id is None


def _has_skills(rotation: Rotation) -> bool:
    skills = rotation.members.order_by("pk").values_list("rep__skills", flat=True)
    return any(skills)


def _room_warnings(rotation: Rotation) -> list[str]:
    """Where leads go by room, weights do not count, and who has no capacity has no free place."""
    if not Strategy(rotation.way).compares_room:
        return []
    texts = []
    weights = _members(rotation).filter(weight__gt=0).order_by("weight").values_list("weight", flat=True).distinct()
    if len(weights) > 1:
        text = _("Weights do not count in %(name)s, because leads go to who has the most room. Only weight 0 pauses.")
        texts.append(text % {"name": rotation.name})
    if rotation.way == Strategy.MOST_FREE and (names := _names(_members(rotation).filter(rep__capacity=0))):
        texts.append(_("%(names)s has capacity 0 and gets no lead.") % {"names": names})
    return texts


def _cap_warnings(rotation: Rotation) -> list[str]:
    texts = []
    if any(getattr(rotation, cap) == 0 for cap in CAPS):
        text = _("A cap of %(name)s is 0: members without their own cap get no lead.")
        texts.append(text % {"name": rotation.name})
    is_zero = Q()
    for cap in CAPS:
        is_zero |= Q(**{cap: 0})
    if names := _names(_members(rotation).filter(is_zero)):
        texts.append(_("%(names)s has a cap of 0 and gets no lead.") % {"names": names})
    return texts


def _manager_warnings(rotation: Rotation) -> list[str]:
    """A manager who takes turns needs a cap, the member's own or the rotation's; otherwise a whole share of the leads
    piles up on the manager's desk."""
    if any(getattr(rotation, cap) is not None for cap in CAPS):
        return []
    unlimited = dict.fromkeys((f"{cap}__isnull" for cap in CAPS), True)
    managers = _members(rotation).filter(rep__user__managed_teams__isnull=False, weight__gt=0, **unlimited).distinct()
    if not (names := _names(managers)):
        return []
    return [_("%(names)s manages a team and takes turns without a limit: set a cap for managers.") % {"names": names}]


def _fallback_warnings(rotation: Rotation, members: Sequence[Candidate], *, is_used: bool, at: datetime) -> list[str]:
    if (
        rotation.when_nobody == Rotation.WhenNobody.ANYWAY
        and members
        and all(member.reason == SkipReason.INACTIVE for member in members)
    ):
        return [_("Leads would be assigned anyway, but every member is deactivated: they wait.")]
    if _holds_without_fallback(rotation) and is_used:
        return [no_fallback_sentence(rotation)]
    if rotation.when_nobody != Rotation.WhenNobody.FALLBACK:
        return []
    if rotation.fallback is None:
        return [_("%(name)s names no fallback person: when nobody is available, leads wait.") % {"name": rotation.name}]
    if not rotation.fallback.user.is_active:
        text = _("%(person)s, the fallback, is deactivated: when nobody is available, leads wait.")
        return [text % {"person": rotation.fallback}]
    if not availability_of([rotation.fallback], at=at)[rotation.fallback_id].is_available:
        return [_("%(person)s, the fallback, is not available now.") % {"person": rotation.fallback}]
    return []


def _members(rotation: Rotation):
    return RotationMember.objects.filter(rotation=rotation, is_paused=False, rep__user__is_active=True)


def _names(members) -> str:
    rows = list(members.select_related("rep__user").order_by("position", "pk")[: MAX_NAMES + 1])
    names = ", ".join(str(row.rep) for row in rows[:MAX_NAMES])
    return _("%(names)s and others") % {"names": names} if len(rows) > MAX_NAMES else names
