"""One form makes a team that gets leads, and says in plain words what it will do (M2)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.reach.mail import has_mail_server
from config.web.focus import focus_first_error
from config.web.responses import back_to
from queues.actions.new_team import MadeTeam, QueueIsTaken, TeamNameTaken, make_team
from queues.forms.new_team import NewTeamForm
from queues.presenters.new_team import Outlook, outlook, rule_link
from queues.queries.new_team import first_rule_to
from routing.actions.people import EmailTaken
from routing.presenters.invitations import invited_text
from routing.queries.people import is_team_of

ops_only = permission_required(("queues.operate_queue", "routing.add_rep"), raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def new_team(request: HttpRequest) -> HttpResponse:
    """A press on "preview" shows what would be done, for browsers without scripts. Pressed twice, it is made once."""
    if request.method != "POST":
        return _page(request, NewTeamForm())
    form = NewTeamForm(request.POST)
    if not form.is_valid() or "preview" in request.POST:
        return _page(request, form)
    at, site = timezone.now(), request.build_absolute_uri("/")
    try:
        made = make_team(form.plan, by=cast(User, request.user), at=at, site=site)
    except TeamNameTaken:
        if is_team_of(form.plan.name, emails=[person.email for person in form.pasted.people]):
            messages.info(request, _("The team %(name)s is there already.") % {"name": form.plan.name})
            return redirect(back_to(request, "/get-going/"))
        form.add_error("name", _("There is a team of this name. Choose another name."))
    except QueueIsTaken:
        form.add_error("queue", _("This queue belongs to a team now. Choose another one."))
    except EmailTaken:
        form.add_error("emails", _("Somebody else added one of them at this moment. Look again, and send it again."))
    else:
        return _made(request, form, made)
    return _page(request, form)


@require_POST
@ops_only
def preview(request: HttpRequest) -> HttpResponse:
    """The part that says what the form will do, while it is filled in."""
    form = NewTeamForm(request.POST)
    return render(request, "dashboards/_new_team_outlook.html", {"form": form, "outlook": _outlook(form)})


def _outlook(form: NewTeamForm) -> Outlook | None:
    """None until the list can be read: then the field says what is wrong, or is still empty."""
    form.is_valid()
    if not hasattr(form, "known"):
        return None
    typed = form.cleaned_data
    return outlook(typed.get("name", ""), typed.get("queue"), typed.get("how", ""), form.pasted, form.known)


def _made(request: HttpRequest, form: NewTeamForm, made: MadeTeam) -> HttpResponse:
    text = _("The team %(name)s is made.") % {"name": made.team.name}
    people = invited_text(made.invited, form.known.joining, by_mail=has_mail_server())
    more = "" if has_mail_server() or not made.invited else _link(reverse("routing:invitations"), _("Invitations"))
    messages.success(request, format_html("{} {}{}", text, people, more))
    if first_rule_to(made.queue) is None:
        says = _("No rule sends leads to “%(queue)s” yet.") % {"queue": made.queue.name}
        messages.warning(request, format_html("{}{}", says, _link(*rule_link(made.queue))))
    return redirect(back_to(request, "/get-going/"))


def _link(href: str, label: str) -> SafeString:
    return format_html(' <a href="{}">{}</a>', href, label)


def _page(request: HttpRequest, form: NewTeamForm) -> HttpResponse:
    is_refused = form.is_bound and bool(form.errors)
    if is_refused:
        focus_first_error(form)
    context = {
        "form": form,
        "outlook": _outlook(form) if form.is_bound else None,
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    return render(request, "dashboards/new_team.html", context, status=422 if is_refused else 200)
