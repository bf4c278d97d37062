"""Who is who: the list of people, and who they are here (I4)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.ids import read_id
from config.web.people import display_name
from config.web.responses import back_to
from queues.actions.crm.people import AlreadySomebody, SaidOtherwise, forget_match, match_person
from queues.models import Connection, RemotePerson
from queues.presenters.crm.who_is_who import follow_text, person_rows, said_text
from queues.queries.crm.people import left_with
from queues.queries.crm.who_is_who import WHICH, choosable_users, who_is_who
from queues.views.crm.gone import gone_is_said

ops_only = permission_required("queues.operate_queue", raise_exception=True)
PAGE, LEAVE = 25, "leave"


@require_safe
@ops_only
@gone_is_said
def people(request: HttpRequest) -> HttpResponse:
    return render(request, "queues/connections/people.html", people_context(request))


def people_context(request: HttpRequest, *, only: Connection | None = None) -> dict[str, object]:
    """Filters in the address: `who` (all, unmatched, matched) and `in` (a connection)."""
    which = request.GET.get("who", "")
    chosen = only or Connection.objects.filter(pk=read_id(request.GET.get("in", "")) or 0).first()
    who = who_is_who(connection=chosen, which=which if which in WHICH else "")
    page = Paginator(who.rows, PAGE).get_page(request.GET.get("page"))
    return {
        "who": who,
        "which": which if which in WHICH else "",
        "page": page,
        "people": person_rows(page.object_list),
        "users": choosable_users() if who.unmatched else [],
        "chosen": chosen,
        "connections": [] if only else Connection.objects.order_by("name", "pk"),
    }


@require_POST
@ops_only
@gone_is_said
def match(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(RemotePerson.objects.select_related("connection"), pk=pk)
    answer = redirect(back_to(request, reverse("queues:connection_who")))
    asked, by = request.POST.get("user", ""), cast(User, request.user)
    user = None if asked == LEAVE else next((each for each in choosable_users() if str(each.pk) == asked), None)
    if user is None and asked != LEAVE:
        messages.warning(request, _("Choose a person first."))
        return answer
    try:
        match_person(person, user, by=by, at=timezone.now(), was_open="was" in request.POST)
    except SaidOtherwise as since:
        wanted = display_name(user) if user is not None else _("no one: leave with them")
        messages.error(request, said_text(since.person, instead=wanted))
        return answer
    except AlreadySomebody as refused:
        text = _("%(user)s is %(other)s there already. Undo that first.")
        messages.error(request, text % {"user": display_name(user), "other": refused.person})
        return answer
    text = _("Leads of %(person)s are left with them.") % {"person": person}
    if user is not None:
        text = _("%(person)s is %(user)s.") % {"person": person, "user": display_name(user)}
        text = f"{text} {follow_text(left_with(person), is_matched=True)}".strip()
    messages.success(request, text, extra_tags=reverse("queues:connection_unmatch", args=[person.pk]))
    return answer


@require_POST
@ops_only
@gone_is_said
def unmatch(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(RemotePerson, pk=pk)
    was = request.POST.get("was")
    try:
        forget_match(person, by=cast(User, request.user), at=timezone.now(), was=was)
    except SaidOtherwise as since:
        messages.error(request, said_text(since.person))
        return redirect(back_to(request, reverse("queues:connection_who")))
    text = _("Undone: it is open again who %(person)s is.") % {"person": person}
    messages.success(request, f"{text} {follow_text(left_with(person), is_matched=False)}".strip())
    return redirect(back_to(request, reverse("queues:connection_who")))
