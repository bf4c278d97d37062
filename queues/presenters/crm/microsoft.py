"""What to mend when Microsoft refuses the sign-in of an app, by the code that it names (I4)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TO_MEND: Mapping[str, Promise] = {
    "AADSTS7000222": _(
        "The client secret has expired. Make a new one for the app in Microsoft Entra, under “Certificates & secrets”, "
        "and enter its value here."
    ),
    "AADSTS7000215": _("Microsoft does not know this client secret. Enter the value of the secret, not its ID."),
    "AADSTS700016": _("This tenant has no app with this client ID. Check both."),
    "AADSTS7000112": _("The app is switched off in Microsoft Entra."),
    "AADSTS90002": _("Microsoft knows no such tenant. Enter its ID or its domain."),
    "AADSTS900023": _("This is no ID or domain of a tenant."),
    "AADSTS500011": _("This tenant has no Dynamics environment with this address. Check the address and the tenant."),
    "AADSTS53003": _("A conditional access policy of your organization refuses the app."),
}
