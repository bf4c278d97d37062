"""The settings of the probe, its runs, and what it says about the installation now (K5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Subquery

from leads.models import Source, WebForm
from queues.decisions.probe import Known, State, state_of
from queues.models import Probe, ProbeRun

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the test lead comes from: an open form or a source, one of the two."""

    web_form: WebForm | None = None
    source: Source | None = None

    @property
    def name(self) -> str:
        found = self.web_form or self.source
        return found.name if found is not None else ""


@dataclass(frozen=True, slots=True)
class ProbeState:
    """`heard_at` is when the last run was, or when the probe was switched on; `stopped` why the last one failed."""

    state: State
    heard_at: datetime | None
    stopped: str = ""

    @property
    def is_bad(self) -> bool:
        return self.state in (State.FAILED, State.MISSED)


@dataclass(frozen=True, slots=True)
class Shares:
    """How many runs there were in a time, and how many got through."""

    runs: int
    got_through: int


def probe_settings() -> Probe:
    """The one row, or what a new installation has. `last_stopped` says why the newest run failed: "" if it got through,
    and None if there was none."""
    newest = ProbeRun.objects.filter(is_try=False).order_by("-at", "-pk").values("stopped")[:1]
    rows = Probe.objects.select_related("web_form__source", "source").annotate(last_stopped=Subquery(newest))
    return rows.filter(pk=1).first() or Probe(pk=1)


def origin_of(probe: Probe) -> Origin | None:
    """What sales ops chose, even if it is closed by now; else the first open form, else the first source."""
    if probe.web_form is not None:
        return Origin(web_form=probe.web_form)
    if probe.source is not None:
        return Origin(source=probe.source)
    form = WebForm.objects.filter(is_active=True).select_related("source").order_by("pk").first()
    if form is not None:
        return Origin(web_form=form)
    source = Source.objects.order_by("pk").first()
    return Origin(source=source) if source is not None else None


def origin_rows() -> dict[str, QuerySet]:
    """One row where test leads could come from, for those who count it with other things."""
    return {"open_forms": WebForm.objects.filter(is_active=True)[:1], "any_sources": Source.objects.all()[:1]}


def probe_state(*, at: datetime, probe: Probe | None = None, has_open_origin: bool | None = None) -> ProbeState:
    """At most three queries, each of one row; one for those who know whether there are origin_rows(). `probe` are
    probe_settings()."""
    probe = probe or probe_settings()
    stopped: str | None = getattr(probe, "last_stopped", None)
    has_origin = origin_of(probe) is not None if has_open_origin is None and probe.is_on else _has_chosen(probe)
    known = Known(
        is_on=probe.is_on,
        has_origin=has_origin or bool(has_open_origin),
        every=probe.every,
        heard_at=probe.heard_at,
        has_run=stopped is not None,
        failed=bool(stopped),
    )
    return ProbeState(state_of(known, at=at), probe.heard_at, stopped or "")


def _has_chosen(probe: Probe) -> bool:
    return probe.web_form_id is not None or probe.source_id is not None


def health_part(at: datetime) -> dict[str, object]:
    """For programs that watch the installation (config.health_parts)."""
    found = probe_state(at=at)
    age = round((at - found.heard_at).total_seconds()) if found.heard_at is not None else None
    return {"state": str(found.state), "last_heard_seconds": age}


def newest_runs(limit: int) -> list[ProbeRun]:
    return list(ProbeRun.objects.filter(is_try=False).select_related("by").order_by("-at", "-pk")[:limit])


def shares_of_runs(*, at: datetime) -> tuple[Shares, Shares]:
    """Of the last 24 hours, and of all that are kept; one query over some thousand rows."""
    lately = Q(at__gt=at - DAY)
    row = ProbeRun.objects.filter(is_try=False).aggregate(
        day=Count("pk", filter=lately),
        day_ok=Count("pk", filter=lately & Q(is_ok=True)),
        whole=Count("pk"),
        whole_ok=Count("pk", filter=Q(is_ok=True)),
    )
    return Shares(row["day"], row["day_ok"]), Shares(row["whole"], row["whole_ok"])
