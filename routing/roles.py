"""The roles and their permissions, in one table; the admin and every view ask it through has_perm."""

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_noop

REPS = gettext_noop("Reps")
MANAGERS = gettext_noop("Managers")
SALES_OPS = gettext_noop("Sales ops")
LEADERSHIP = gettext_noop("Leadership")  # gets critical messages; a group without permissions of its own

_CHANGE = ("view", "add", "change", "delete")

ROLES: dict[str, tuple[str, ...]] = {
    REPS: ("queues.claim_entry",),
    MANAGERS: ("queues.watch_queue",),
    SALES_OPS: (
        "queues.operate_queue",
        "leads.import_leads",
        *(
            f"leads.{act}_{model}"
            for model in ("account", "source", "scorerule", "ownfield", "webform")
            for act in _CHANGE
        ),
        "leads.view_lead",
        "leads.add_lead",
        "leads.change_lead",
        "leads.view_activity",
        "leads.view_capture",
        "leads.view_upload",
        "leads.view_apikey",
        "leads.add_apikey",
        "leads.change_apikey",
        *(
            f"routing.{act}_{model}"
            for model in (
                "team",
                "timeoff",
                "companyholiday",
                "holidaykinds",
                "rotation",
                "rotationmember",
                "membershiprule",
            )
            for act in _CHANGE
        ),
        *(f"routing.{act}_rep" for act in ("view", "add", "change")),
        "routing.view_turn",
        "routing.view_assignment",
        "routing.view_delivery",
        *(
            f"queues.{act}_{model}"
            for model in ("queue", "segment", "entryrule", "prioritytier", "typelimit", "partnerpool")
            for act in _CHANGE
        ),
        *(
            f"queues.view_{model}"
            for model in ("entry", "breach", "escalation", "deadlinemove", "loan", "fastlane", "sourcepause")
        ),
        "auth.view_user",
    ),
    LEADERSHIP: (),
}


def sync_roles(**_kwargs: object) -> None:
    """Write the table into the groups; runs after every migration."""
    for name, codes in ROLES.items():
        group, _made = Group.objects.get_or_create(name=name)
        wanted = {code.split(".")[1] for code in codes}
        permissions = Permission.objects.filter(
            codename__in=wanted, content_type__app_label__in={code.split(".")[0] for code in codes}
        )
        group.permissions.set(permissions)
