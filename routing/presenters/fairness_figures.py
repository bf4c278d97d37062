"""What the figures of Fairness count (H1, H2, E10)."""

from django.utils.translation import gettext_lazy as _

from config.web.explained import INSTANT, Explained, list_address
from routing.models import Rotation
from routing.queries.fairness import Span

LEADS_KEY, GIVEN_KEY = "fairness_leads", "fairness_given"
VERDICT = ("gap", "spread", "gini", "least")  # the figures of the verdict, in order

LEADS = Explained(
    _("Leads"),
    _("Leads that turns of this rotation gave to the member, without undone ones; those by hand do not count."),
    _("Ours (H1, F6c)"),
    opens=True,
)
GIVEN = Explained(
    _("Given"),
    _("Turns that went to the member, without undone ones, and leads by hand that were counted as turns."),
    _("Ours (H1, F6c)"),
    opens=True,
)
ABOUT = {
    "gap": Explained(
        _("Widest gap"),
        _("The largest difference between what a member was due and was given, whichever way."),
        _("Articles: ideal within one lead, acceptable within 5 % (H1)"),
    ),
    "spread": Explained(
        _("Spread"),
        _("The standard deviation of the leads given for each lead due, divided by their mean."),
        _("Articles: a standard deviation below 5 % of the mean (H1)"),
    ),
    "gini": Explained(
        _("Gini"),
        _("How unequally leads went against what was due: 0 is perfectly even, 1 is all to one member."),
        _("Articles: below 0.05 (H1)"),
    ),
    "least": Explained(
        _("Gini of the best split"),
        _("The same for the fairest way to share this many whole leads: few leads cannot be shared evenly."),
        _("Ours (H1)"),
    ),
    "weight": Explained(
        _("Weight"), _("How many turns the member gets for one turn of a member with weight 1."), _("Articles (F4)")
    ),
    "due": Explained(
        _("Due"),
        _("Each turn is shared by weight among those who could have had it; this adds up the member's parts."),
        _("Ours: weight times the time available (H1)"),
    ),
    "given": GIVEN,
    "difference": Explained(_("Difference"), _("Given less due."), _("Articles: ideal within one lead (H1)")),
    "leads": LEADS,
    "points": Explained(
        _("Points"), _("The scores of these leads when a turn gave them, added up."), _("Ours: value beside count (H1)")
    ),
    "points_due": Explained(
        _("Points due"), _("All points of the rotation, shared as leads were due."), _("Ours: value beside count (H1)")
    ),
    "each": Explained(_("Points a lead"), _("Points divided by the leads that had a score."), _("Ours (H1)")),
    "deals": Explained(
        _("Expected deals"),
        _("The expected deal sizes of these leads, added up, where one was known; below it, of how many."),
        _("Ours (H1)"),
    ),
    "conversion": Explained(
        _("Conversion"),
        _(
            "Leads that became an opportunity or a customer, divided by the leads given. The newest are mostly still "
            "open."
        ),
        _("Articles: twice a colleague's suggests weights or training (H2)"),
    ),
    "win_rate": Explained(
        _("Win rate"),
        _("Leads that became a customer, divided by the leads given."),
        _("Articles: win rate per rep (H2)"),
    ),
}


def leads_list(rotation: Rotation, span: Span, key: str = LEADS_KEY) -> str:
    """The address of the leads of a member, whose id follows at the end."""
    return list_address(key, since=span.start, until=span.end - INSTANT, by="turns", value=f"{rotation.pk}-")
