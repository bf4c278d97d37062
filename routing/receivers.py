"""What routing does when leads close, come back or are corrected, when people sign in, and after migrations."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from config.sessions.browsers import note_browser
from config.signals import language_chosen
from leads.signals import Change, lead_changed, lead_closed
from routing.actions.lead_changes import announce_corrections, end_assignments, notify_re_engaged
from routing.actions.own_time import keep_first_language, keep_language, keep_reading
from routing.actions.presence import note_sign_in
from routing.actions.words.push import push_keys
from routing.queries.invitations import wants_explanation

EXPLAINS_DESK = "explains_desk"  # in the session


@receiver(lead_closed, dispatch_uid="routing_release")
def end_closed(sender, leads, how, by, at, **_more) -> None:
    end_assignments(leads, how=how, by=by, at=at)


@receiver(lead_changed, dispatch_uid="routing_tell_the_holder")
def tell_holder(sender, leads, what, at, **_more) -> None:
    if what == Change.RE_ENGAGED:
        notify_re_engaged(leads, at=at)
    elif what == Change.CORRECTED:
        announce_corrections(leads)


@receiver(user_logged_in, dispatch_uid="routing_see_who_signs_in")
def see_sign_in(sender, user, **_more) -> None:
    """Django's own receiver, which comes first, has just set the time."""
    note_sign_in(user.pk, at=user.last_login)


@receiver(user_logged_in, dispatch_uid="routing_own_time")
def keep_own_reading(sender, request, user, **_more) -> None:
    """Clock and language; at the first sign-in the language of the browser becomes the person's own (J1)."""
    if spoken := getattr(request, "LANGUAGE_CODE", ""):  # set by LocaleMiddleware; tests sign in without a browser
        keep_first_language(user, spoken)
    keep_reading(request.session, user, at=user.last_login)


@receiver(language_chosen, dispatch_uid="routing_own_language")
def keep_own_language(sender, request, user, language, at, **_more) -> None:
    keep_language(user, language)
    keep_reading(request.session, user, at=at)


@receiver(user_logged_in, dispatch_uid="routing_browser")
def keep_browser(sender, request, user, **_more) -> None:
    note_browser(request.session, request.headers.get("User-Agent", ""), at=user.last_login)


@receiver(user_logged_in, dispatch_uid="routing_explain_the_desk")
def explain_desk(sender, request, user, **_more) -> None:
    """Asked once for each sign-in, so that the desk asks nothing."""
    if wants_explanation(user):
        request.session[EXPLAINS_DESK] = True


def make_push_keys(**_more: object) -> None:
    """After every migration."""
    push_keys()
