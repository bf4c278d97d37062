"""The page "Why not me?": the rep's place in each rotation, and what every turn was for the rep (C6)."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web.htmx import page_or_part
from leads.queries.leads import visible_to
from routing.models import Rep, Rotation
from routing.presenters.turns import place_sentence, turn_row
from routing.queries.rotation.my_turns import my_rotations, my_turns, place_in_line

reps_only = permission_required("queues.claim_entry", raise_exception=True)


@require_safe
@reps_only
def mine(request: HttpRequest) -> HttpResponse:
    """The first of the rep's rotations."""
    rep = Rep.objects.filter(user=request.user).first()
    found = list(my_rotations(rep)) if rep else []
    return _show(request, rep, found, next(iter(found), None))


@require_safe
@reps_only
def my_rotation(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the rep's rotations; 404 for another."""
    rep = get_object_or_404(Rep, user=request.user)
    found = my_rotations(rep)
    return _show(request, rep, list(found), get_object_or_404(found, pk=pk))


def _show(request: HttpRequest, rep: Rep | None, found: list[Rotation], chosen: Rotation | None) -> HttpResponse:
    at = timezone.now()
    context = {"rotations": found, "rotation": chosen, "at": at}
    if rep is not None and chosen is not None:
        page, now = my_turns(chosen, rep, number=request.GET.get("page", 1)), place_in_line(chosen, rep, at=at)
        ids = [turn.lead_id for turn in page.object_list if turn.lead_id]
        leads = {lead.pk: lead for lead in visible_to(request.user).filter(pk__in=ids).order_by("pk")}
        turns = [(turn, turn_row(turn.outcome), leads.get(turn.lead_id)) for turn in page.object_list]
        context |= {"page": page, "turns": turns, "standing": now, "says": place_sentence(now)}
    return page_or_part(request, "routing/my_turns.html", "routing/_my_turns.html", context)
