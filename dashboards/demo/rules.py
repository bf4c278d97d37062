"""The entry rules of the demo's company: the defaults, and where each segment goes."""

from django.utils.translation import gettext_lazy as _

from queues.actions.set_up.defaults import LARGE, LARGER, QUEUE, REVIEW_RULES, TOO_LOW, RuleLine

HOT, MQL, SMB, ENTERPRISE, RECYCLED = "hot-inbound", "mql", "smb", "enterprise", "recycled"
HERE = ("country", "in", ["ID", "SG", "MY", "PH", "TH", "VN"])
VERY_ENGAGED = 70

RULES: tuple[RuleLine, ...] = (
    *REVIEW_RULES,
    RuleLine(_("Recycled"), (("source", "is", "recycled"), HERE), QUEUE, RECYCLED),
    RuleLine(_("Back from nurture"), (("from_nurture", "is_true"), HERE), QUEUE, RECYCLED),
    TOO_LOW,
    RuleLine(_("Enterprise by size"), (("company_size", "at_least", LARGER), HERE), QUEUE, ENTERPRISE),
    RuleLine(_("Demo request"), (("source", "is", "demo-request"), HERE), QUEUE, HOT),
    RuleLine(
        _("Trial with high engagement"),
        (("source", "is", "trial"), ("engagement", "at_least", VERY_ENGAGED), HERE),
        QUEUE,
        HOT,
    ),
    RuleLine(_("50 people or more"), (("company_size", "at_least", LARGE), HERE), QUEUE, MQL),
    RuleLine(_("SMB by size"), (("company_size", "less_than", LARGE), HERE), QUEUE, SMB),
)
