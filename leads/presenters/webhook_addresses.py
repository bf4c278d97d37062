"""Why an address of a webhook is refused, in words (I3)."""

from django.utils.translation import gettext as _


def address_text(code: str) -> str:
    words = {
        "own_address": _("This is Alur’s own address. Messages would go round in a circle."),
        "not_https": _("The address must begin with https://, because messages carry facts about leads."),
        "not_this_port": _("Only the ports 443 and 8443 can be used."),
        "not_public": _(
            "This host is not public, and Alur sends nothing into its own network. An operator can allow it with "
            "WEBHOOK_NETWORKS."
        ),
        "no_such_host": _("This host does not exist. Is there a typing mistake?"),
    }
    return words.get(code, _("This is no address of a program. It looks like https://program.example/hook."))
