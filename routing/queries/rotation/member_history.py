"""Reads in the history of a member when somebody joined or left a rotation, and whether a rule did it (C8)."""

from typing import Any

from django.utils.translation import gettext as _

from config.history import Names
from routing.models import MembershipRule


def joined_or_left(record: Any, before: Any, names: Names) -> str:
    """What a version in the history of a member says about membership; "" for other changes. `before` is the version
    before it, None for the first one."""
    is_by_rule = record.rule_id is not None
    if record.history_type == "-" or record.left_at is not None:
        return _("left: no rule fits any more") if is_by_rule else _("left")
    if before is not None and before.left_at is None:
        return ""
    words = {"place": record.position + 1, "rule": names.get((MembershipRule, record.rule_id), "")}
    if words["rule"]:
        return _("joined at place %(place)s, added by rule: %(rule)s") % words
    text = _("joined at place %(place)s, added by rule") if is_by_rule else _("joined at place %(place)s")
    return text % words
