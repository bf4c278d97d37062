"""The probe: its last runs, the way of one of them, "Run one now", and its settings; for sales ops (K5)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.figures import percent
from config.web.htmx import page_or_part
from config.web.ids import read_id
from config.web.people import display_name
from leads.presenters.csv_response import csv_response
from leads.queries.leads import source_names
from queues.actions.probe.choices import change_probe
from queues.actions.probe.running import NothingToProbe, run_probe
from queues.forms.probe import ProbeForm
from queues.models import ProbeRun
from queues.presenters.probe import ENDS, STATES, STOPS, way_lines, way_text
from queues.queries.probe import Shares, newest_runs, origin_of, probe_settings, probe_state, shares_of_runs

ops_only = permission_required("queues.operate_queue", raise_exception=True)
SHOWN, IN_LINE, IN_FILE = 50, 48, 5000


@require_safe
@ops_only
def probe(request: HttpRequest) -> HttpResponse:
    if request.GET.get("format") == "csv":
        return _csv()
    return page_or_part(request, "queues/probe.html", "queues/_probe.html", _context(request))


@require_POST
@ops_only
def run_now(request: HttpRequest) -> HttpResponse:
    try:
        run = run_probe(by=cast(User, request.user), at=timezone.now())
    except NothingToProbe:
        messages.warning(request, _("There is no form and no source from which a lead could come. Make one first."))
        return redirect("queues:probe")
    if run.is_ok:
        messages.success(request, _("The test lead got through: %(end)s.") % {"end": ENDS[run.ended]})
    else:
        messages.warning(request, _("The test lead stopped: %(why)s") % {"why": STOPS[run.stopped]})
    return redirect("queues:probe")


@require_POST
@ops_only
def settings(request: HttpRequest) -> HttpResponse:
    form = ProbeForm(request.POST, probe=probe_settings())
    if not form.is_valid():
        return render(request, "queues/probe.html", _context(request, form), status=422)
    change_probe(**form.cleaned_data, by=cast(User, request.user), at=timezone.now())
    messages.success(request, _("Saved. The next test lead goes by these settings."))
    return redirect("queues:probe")


def _context(request: HttpRequest, form: ProbeForm | None = None) -> dict[str, object]:
    at, found = timezone.now(), probe_settings()
    runs, state = newest_runs(SHOWN), probe_state(at=at, probe=found)
    day, whole = shares_of_runs(at=at)
    shown, origin = _shown(request, runs), origin_of(found)
    level, words = STATES[state.state]
    return {
        "at": at,
        "form": form or ProbeForm(probe=found),
        "probe": found,
        "runs": [(run, _in_one_line(run), STOPS.get(run.stopped, "")) for run in runs],
        "state": state,
        "level": level,
        "state_words": words,
        "origin": origin,
        "day": (day, _share(day)),
        "whole": (whole, _share(whole)),
        "shown": shown,
        "way": _way(shown) if shown else [],
        "times": [round(run.seconds * 1000) for run in reversed(runs[:IN_LINE])],
        "limit_ms": found.max_seconds * 1000,
    }


def _shown(request: HttpRequest, runs: list[ProbeRun]) -> ProbeRun | None:
    """The run in the address, else the newest; 404 for one that is gone."""
    if "run" not in request.GET:
        return runs[0] if runs else None
    run = ProbeRun.objects.filter(pk=read_id(request.GET["run"]) or 0, is_try=False).first()
    if run is None:
        raise Http404
    return run


def _in_one_line(run: ProbeRun) -> str:
    return way_text(run.steps, origin=run.origin, ended=run.ended)


def _way(run: ProbeRun) -> list:
    return way_lines(run.steps, origin=run.origin, stopped=run.stopped, sources=source_names())


def _share(shares: Shares) -> str:
    return percent(shares.got_through / shares.runs if shares.runs else None)


def _csv() -> HttpResponse:
    header = (_("When"), _("From"), _("Got through"), _("Ended"), _("Why it stopped"), _("Seconds"), _("Way"), _("By"))
    rows = (
        (
            run.at.isoformat(),
            run.origin,
            _("yes") if run.is_ok else _("no"),
            ENDS.get(run.ended, run.ended),
            STOPS.get(run.stopped, run.stopped),
            f"{run.seconds:.3f}",
            _in_one_line(run),
            display_name(run.by) if run.by else "",
        )
        for run in newest_runs(IN_FILE)
    )
    return csv_response("probe.csv", header, rows)
