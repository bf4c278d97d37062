"""Presents membership rules: whom they fit, and who joined or left by them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from routing.decisions.rotation.membership import MAX_MEMBERS
from routing.models import MembershipRule, Rep, Rotation
from routing.queries.rotation.membership import people_by_rule, wanted_members

MAX_NAMES = 5


def people_text(reps: Sequence[int]) -> str:
    """'7 people: Ani, Budi, Citra, Dewi, Eka and 2 more'"""
    if not reps:
        return _("nobody")
    text = ngettext("%(n)s person: %(names)s", "%(n)s people: %(names)s", len(reps))
    return text % {"n": number(len(reps)), "names": names_text(reps)}


def names_text(reps: Sequence[int]) -> str:
    """The first names of a list, and how many more."""
    people = Rep.objects.select_related("user").in_bulk(list(reps[:MAX_NAMES]))
    names = ", ".join(str(people[pk]) for pk in reps[:MAX_NAMES] if pk in people)
    more = len(reps) - MAX_NAMES
    if more <= 0:
        return names
    text = ngettext("%(names)s and %(n)s more", "%(names)s and %(n)s more", more)
    return text % {"names": names, "n": number(more)}


def membership_sentences(joined: Sequence[int], left: Sequence[int], stayed: Sequence[int]) -> list[str]:
    """Who joined and left by rules in one save, and who stays by hand after a rule is gone."""
    texts = (
        (
            joined,
            ngettext("%(n)s person joined by rule: %(names)s.", "%(n)s people joined by rule: %(names)s.", len(joined)),
        ),
        (
            left,
            ngettext(
                "%(n)s person left, because no rule fits any more: %(names)s.",
                "%(n)s people left, because no rule fits any more: %(names)s.",
                len(left),
            ),
        ),
        (
            stayed,
            ngettext(
                "%(n)s person is a member by hand now: %(names)s.",
                "%(n)s people are members by hand now: %(names)s.",
                len(stayed),
            ),
        ),
    )
    return [text % {"n": number(len(reps)), "names": names_text(reps)} for reps, text in texts if reps]


def rule_warnings(rotation: Rotation) -> list[str]:
    """Rules that add nobody, or more people than a rotation takes."""
    rules = list(MembershipRule.objects.filter(rotation=rotation).select_related("team").order_by("pk"))
    if not rules:
        return []
    texts = []
    for rule, people in zip(rules, people_by_rule(rotation, rules), strict=True):
        if people:
            continue
        text = _("The rule “%(rule)s” of %(name)s fits nobody.")
        if rule.skill and not _is_held(rotation, rule):
            text = _("No rep has the skill “%(skill)s”, so the rule “%(rule)s” of %(name)s fits nobody.")
        texts.append(text % {"rule": rule, "skill": rule.skill, "name": rotation.name})
    by_hand = rotation.members.filter(rule__isnull=True).order_by("pk").values_list("rep", flat=True)
    total = len({*wanted_members(rotation, rules), *by_hand})
    if total > MAX_MEMBERS:
        text = _(
            "%(name)s would have %(n)s members by its rules, and a rotation takes %(most)s at most. Its members stay "
            "as they are until you narrow a rule."
        )
        texts.append(text % {"name": rotation.name, "n": number(total), "most": number(MAX_MEMBERS)})
    return texts


def _is_held(rotation: Rotation, rule: MembershipRule) -> bool:
    return bool(people_by_rule(rotation, [MembershipRule(skill=rule.skill)])[0])
