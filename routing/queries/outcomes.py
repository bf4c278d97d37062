"""How a claim ended: with a deal, and whether the deal was won (E2, H2). All figures share this."""

from django.db.models import Exists, OuterRef, Q

from leads.models import Lead
from routing.models import Assignment

DEALS = (Assignment.Ended.CONVERTED, Assignment.Ended.WON)


def converted(of: str = "") -> Q:
    """Claims that ended with an opportunity or a customer, whatever became of the lead before or after them. `of` is
    the path to the assignment, with its underscores ("assignment__")."""
    return Q(**{f"{of}ended_how__in": DEALS})


def won(of: str = "") -> Q:
    """Of these, claims whose lead is a customer today. Most become an opportunity first, which ends the claim, and a
    customer later: then it was won by the claim that made the opportunity, unless somebody has had the lead since."""
    since = Assignment.objects.standing().filter(lead=OuterRef(f"{of}lead"), pk__gt=OuterRef(f"{of}pk"))
    is_last = Q(**{f"{of}ended_how": Assignment.Ended.WON}) | Q(~Exists(since))
    return converted(of) & Q(**{f"{of}lead__stage": Lead.Stage.WON}) & is_last
