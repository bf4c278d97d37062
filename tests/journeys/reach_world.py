"""The world that walks of all addresses go through: one row of each kind, at one team."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.utils import timezone

from config.sessions.browsers import browsers_of
from config.sessions.store import SessionStore
from leads.actions.corrections import correct_lead
from leads.actions.merging import merge_leads
from leads.actions.web_forms import Submission, receive_submission
from leads.models import Activity, Capture, Endpoint, Forecast, Lead, Merge, SavedView, Upload, WebhookDelivery
from queues.actions.claims.take import take_next
from queues.actions.clocks.escalations import escalate
from queues.actions.entries.placement import send_to_review
from queues.actions.figures.mailing import mail_on_mondays
from queues.models import (
    AwayQuestion,
    CleanupRun,
    CrmLink,
    Entry,
    Escalation,
    FastLane,
    Loan,
    MailedReport,
    PartnerPool,
    Queue,
    RemotePerson,
    ReviewItem,
    StaleStep,
)
from routing.actions.availability.calendars import set_feed
from routing.actions.availability.time_off import plan_time_off
from routing.actions.contact import add_note, log_contact
from routing.actions.rotation.credits import catch_up
from routing.models import (
    Assignment,
    CalendarFeed,
    Channel,
    Delivery,
    Invitation,
    LedgerLine,
    Notification,
    PhoneService,
    PushDevice,
    Rotation,
    TimeOff,
)
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.factories.crm import make_connection_row, make_crm_link, make_remote_person
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload
from tests.factories.leads import make_web_form


@dataclass
class World:
    """One team at work, and another team that must not notice it."""

    people: dict[str, User]
    queue: Queue
    waiting: Entry
    held: Assignment
    noted: Activity
    contacted: Activity
    edited: Activity
    review: ReviewItem
    merge: Merge
    escalation: Escalation
    question: AwayQuestion
    rotation: Rotation
    time_off: TimeOff
    feed: CalendarFeed
    message: Notification
    channel: Channel
    chat: Channel
    delivery: Delivery
    upload: Upload
    forecast: Forecast
    caught_up: LedgerLine
    settled: LedgerLine
    stale_step: StaleStep
    cleanup: CleanupRun
    decided: CleanupRun
    spam: Capture
    loan: Loan
    phone_service: PhoneService
    lane: FastLane
    pool: PartnerPool
    invitation: Invitation
    mailed: MailedReport
    view: SavedView
    browser: str
    remote_person: RemotePerson
    crm_link: CrmLink
    webhook: Endpoint
    webhook_message: WebhookDelivery

    @property
    def lead(self) -> Lead:
        return self.held.lead


def make_world() -> World:
    team, elsewhere = TeamFactory(), TeamFactory()
    people = {
        "rep": make_rep(team),
        "stranger": make_rep(elsewhere),
        "manager": make_manager(team),
        "other_manager": make_manager(elsewhere),
        "ops": make_ops(),
    }
    rotation = make_rotation(people["rep"])
    queue = QueueFactory(team=team, slug="smb", picks_within=3)
    make_entry(queue)
    held = take_next(queue, by=people["rep"], at=MORNING)
    waiting = make_entry(queue)
    escalation = escalate(waiting.lead, queue=queue, kind="wait", broke_at=MORNING, at=MORNING)
    question = AwayQuestion.objects.create(rep=people["rep"].rep, why="leave", since_at=MORNING, asked_at=MORNING)
    odd = make_lead()
    send_to_review([(odd, ["no_rule"], None)], at=MORNING)
    merge = merge_leads(make_lead(), waiting.lead, picks={}, by=people["ops"], at=MORNING)
    time_off = plan_time_off(
        people["rep"].rep,
        kind="leave",
        starts_at=MORNING + timedelta(days=3),
        ends_at=MORNING + timedelta(days=4),
        note="",
        by=people["rep"],
        at=MORNING,
    )
    feed = set_feed(people["rep"].rep, address="https://calendar.example/rep.ics", by=people["rep"], at=MORNING)
    message = Notification.objects.create(user=people["rep"], kind="assigned", key="k", at=MORNING, lead=held.lead)
    channel = Channel.objects.create(user=people["rep"], kind="mail", made_at=MORNING, verified_at=MORNING)
    chat = Channel.objects.create(user=people["rep"], kind="slack", address="sealed", made_at=MORNING)
    PushDevice.objects.create(user=people["rep"], endpoint_hash="a", subscription="sealed", made_at=MORNING)
    delivery = Delivery.objects.create(notification=message, channel=channel, state="failed", made_at=MORNING)
    review = ReviewItem.objects.get(lead=odd)
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)), is_ready=False)
    forecast = Forecast.objects.create(upload=upload, digest="of no choice", state="done", asked_at=MORNING)
    catch_up(rotation, rep=people["rep"].rep, turns=2, why="behind", by=people["ops"], at=MORNING)
    given = LedgerLine.objects.get(kind="catch_up")
    settled = LedgerLine.objects.create(
        rotation=rotation, at=MORNING, kind="settled", details={"why": "behind", "deltas": {}, "shared": 0}
    )
    return World(
        people,
        queue,
        waiting,
        held,
        add_note(held, text="tea", by=people["rep"], at=MORNING),
        log_contact(held, kind="call", outcome="wrong_number", note="", by=people["rep"], at=MORNING),
        correct_lead(held.lead, {"title": "CEO"}, by=people["rep"], at=MORNING).activity,
        review,
        merge,
        escalation,
        question,
        rotation,
        time_off,
        feed,
        message,
        channel,
        chat,
        delivery,
        upload,
        forecast,
        given,
        settled,
        StaleStep.objects.create(lead=odd, step="nurture", due_at=MORNING, at=MORNING),
        CleanupRun.objects.create(act="nurture", at=MORNING, by=people["ops"]),
        CleanupRun.objects.create(act="nurture", at=MORNING, by=people["ops"], is_desk=True, wanted={"items": []}),
        receive_submission(make_web_form(), Submission({"name": "Sari"}, spam="trap"), at=MORNING),
        Loan.objects.create(rep=make_rep().rep, queue=queue, at=MORNING, until=MORNING + timedelta(days=1)),
        PhoneService.objects.create(medium="sms", provider="twilio", login="sealed", set_at=MORNING),
        FastLane.objects.create(queue=queue, rotation=rotation, min_score=81, since=MORNING),
        PartnerPool.objects.create(name="Partner", is_active=True),
        Invitation.objects.create(
            user=make_rep(password="!"), seed="seed", made_at=MORNING, expires_at=MORNING + timedelta(days=7)
        ),
        mail_on_mondays("waits", "period=7d", by=people["manager"], at=MORNING),
        SavedView.objects.create(user=people["rep"], page="search", name="Mine", made_at=MORNING),
        another_browser(people["rep"]),
        remote_person := make_remote_person(make_connection_row(state="draft", account_id="", credentials="")),
        make_crm_link(remote_person.connection),
        hook := Endpoint.objects.create(
            name="Depot", address="https://hook.example/x", events=["lead.captured"], secret="sealed", made_at=MORNING
        ),
        WebhookDelivery.objects.create(
            endpoint=hook, event="lead.captured", webhook_id="msg_1", state="failed", acted_at=MORNING, made_at=MORNING
        ),
    )


def another_browser(user: User) -> str:
    """Signed in beside the one that asks."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session.save()
    return browsers_of(user, here=None, at=timezone.now())[0].mark
