"""What routing does when leads close or come back: the holder is free, or is told."""

from django.dispatch import receiver

from leads.signals import Change, lead_changed, lead_closed
from routing.actions import release as releasing


@receiver(lead_closed, dispatch_uid="routing_release")
def release_closed(sender, leads, how, by, at, **_more) -> None:
    releasing.release(leads, how=how, by=by, at=at)


@receiver(lead_changed, dispatch_uid="routing_tell_the_holder")
def tell_holder(sender, leads, what, at, **_more) -> None:
    if what == Change.RE_ENGAGED:
        releasing.tell_re_engaged(leads, at=at)
    elif what == Change.CORRECTED:
        releasing.show_corrected(leads)
