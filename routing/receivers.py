"""What routing does when leads close or come back: the holder is free, or is told."""

from django.dispatch import receiver

from leads.signals import lead_changed, lead_closed
from routing.actions import release as releasing


@receiver(lead_closed, dispatch_uid="routing_release")
def release_closed(sender, leads, how, by, at, **_more) -> None:
    releasing.end_assignments_of(leads, how=how, by=by, at=at)


@receiver(lead_changed, dispatch_uid="routing_tell_the_holder")
def tell_holder(sender, leads, what, at, **_more) -> None:
    if what == "re_engaged":
        releasing.notify_re_engaged(leads, at=at)
    elif what == "corrected":
        releasing.announce_corrections(leads)
