"""The last step: five real records and how many would come in, before anything is taken; then switch on (I4)."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.reach.crm.errors import CrmRefused, Reason
from config.sealing import NotReadable
from config.web.htmx import wants_part
from queues.actions.crm.sampling import take_sample
from queues.actions.crm.trying import read_choices
from queues.presenters.crm.refusals import refusal_text
from queues.presenters.crm.sample import sample_words
from queues.presenters.crm.steps import may_open, next_step, step_address
from queues.views.crm.gone import gone_is_said, kept_connection
from queues.views.crm.steps import step_page

ops_only = permission_required("queues.operate_queue", raise_exception=True)


@require_safe
@ops_only
@gone_is_said
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """The page asks for the sample by itself, because a CRM may take its time."""
    found = kept_connection(pk)
    if not may_open(found, "test"):
        return redirect(step_address(found, next_step(found).key))
    return step_page(request, "test", found, {})


@require_safe
@ops_only
@gone_is_said
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The sample, a part of that page; without scripts a page of its own."""
    context: dict[str, object] = {}
    found, at = kept_connection(pk), timezone.now()
    if not may_open(found, "test"):
        return redirect(step_address(found, next_step(found).key))
    try:
        statuses = {each.value: each.label for each in read_choices(found).statuses}
        context["sample"] = sample_words(found, take_sample(found, at=at), statuses=statuses, at=at)
    except (CrmRefused, NotReadable) as refused:
        context["problem"] = refusal_text(found, refused)
        context["is_of_fields"] = isinstance(refused, CrmRefused) and refused.reason in (Reason.FIELD, Reason.WRONG)
    context |= {"connection": found, "at": at}
    if wants_part(request):
        return render(request, "queues/connections/_sample.html", context)
    return step_page(request, "test", found, context)
