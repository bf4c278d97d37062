"""What a CRM answered while somebody waited for it, in whole sentences (I4)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.reach.crm.errors import CrmRefused
from config.sealing import NotReadable
from queues.models import Connection
from queues.presenters.crm.problems import problem_words

# Without a whole answer the client says why, by the code of the guarded call.
_SILENT = {
    "no_such_host": lazy("There is no host of that name. Check the address."),
    "not_public": lazy("This address is not on the public internet."),
    "not_this_port": lazy("The port in the address cannot be used."),
    "not_secure": lazy("The connection to this host is not safe: check its certificate."),
    "not_an_address": lazy("This is no address."),
}


def refusal_text(connection: Connection, refused: CrmRefused | NotReadable) -> str:
    """What happened, and what to do."""
    if isinstance(refused, NotReadable):
        return _("The stored secret cannot be read with the keys of this installation. Enter it again.")
    if refused.code in _SILENT:
        return str(_SILENT[refused.code])
    words = problem_words(connection.kind, refused.reason, field=refused.field, words=refused.words, is_new=True)
    if refused.reason == "silent":
        return _("%(says)s Try again in a moment.") % {"says": words.says}
    return f"{words.says} {words.do}"
