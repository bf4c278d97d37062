"""The page of the change log (C8)."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web.htmx import page_or_part
from dashboards.queries.changes import change_log, kind_labels, people_who_change


@require_safe
@permission_required("queues.operate_queue", raise_exception=True)
def changes(request: HttpRequest) -> HttpResponse:
    """The newest changes of settings, filtered by kind and person; older ones on further pages."""
    kind, asked, before = (request.GET.get(name, "") for name in ("kind", "person", "before"))
    people = people_who_change()
    person = next((pk for pk, _name in people if str(pk) == asked), None)
    context = {
        "log": change_log(kind=kind, person=person, before=before),
        "kinds": kind_labels(),
        "people": people,
        "kind": kind,
        "person": person,
        "is_first": not before,
        "at": timezone.now(),
    }
    return page_or_part(request, "dashboards/changes.html", "dashboards/_changes.html", context)
