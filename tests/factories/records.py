"""A row of everything that the admin shows."""

from django.contrib.auth.models import User

from config.worker.heartbeat import record_heartbeat
from leads.actions.intake.capture import capture_lead
from leads.models import ApiKey, OwnField, ScoreRule, Upload
from queues.models import (
    Breach,
    DeadlineMove,
    EntryRule,
    Escalation,
    FastLane,
    Loan,
    PartnerPool,
    PriorityTier,
    Segment,
    SourcePause,
    TypeLimit,
)
from routing.models import CompanyHoliday, HolidayKinds, TimeOff
from tests.factories import (
    MORNING,
    AccountFactory,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_rep,
    make_rotation,
    make_web_form,
)


def make_one_of_each(ops: User) -> None:
    """A row of everything that the admin shows; the lead is given to a rep by a rotation."""
    rep = make_rep(TeamFactory())
    queue = QueueFactory(dispatch="push", rotation=make_rotation(rep))
    EntryRule.objects.create(name="Semua", outcome="queue", queue=queue, conditions=[])
    capture_lead({"email": "sari@hotel-nila.example.com", "source": "campaign"}, channel="api", at=MORNING)
    entry = make_entry(queue)
    Breach.objects.create(clock="wait", lead=entry.lead, entry=entry, due_at=MORNING, at=MORNING, act="remind")
    Escalation.objects.create(lead=entry.lead, queue=queue, kind="wait", opened_at=MORNING, broke_at=MORNING)
    DeadlineMove.objects.create(at=MORNING, why="hours", name="Inside Sales", moved=3, queue=queue)
    Loan.objects.create(rep=rep.rep, queue=queue, at=MORNING, until=MORNING.replace(hour=20))
    FastLane.objects.create(queue=queue, rotation=queue.rotation, min_score=81, since=MORNING)
    SourcePause.objects.create(source=entry.lead.source, queue=queue, since=MORNING)
    PriorityTier.objects.create(name="Tier", conditions=[])
    TypeLimit.objects.create(queue=queue, lead_type="cold", nurture_after_days=3)
    PartnerPool.objects.create(name="Partner")
    Segment.objects.create(name="Big", queue=queue, rotation=queue.rotation)
    ScoreRule.objects.create(name="Poin", part="fit", points=5, conditions=[])
    OwnField.objects.create(key="quality", name="Quality")
    TimeOff.objects.create(rep=rep.rep, starts_at=MORNING, ends_at=MORNING.replace(hour=20))
    HolidayKinds.objects.create(region="ID", kinds=["public"])
    CompanyHoliday.objects.create(name="Company day", first_on=MORNING.date(), last_on=MORNING.date())
    ApiKey.objects.create(name="Form", prefix="abc", key_hash="x", created_at=MORNING, created_by=ops)
    Upload.objects.create(name="a.csv", stored="a.csv", digest="x", bytes=3, created_at=MORNING)
    AccountFactory()
    make_web_form()
    record_heartbeat(at=MORNING)
