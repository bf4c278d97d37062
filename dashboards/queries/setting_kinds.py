"""The kinds of settings whose changes the log shows (C8), by their key in its address."""

from collections.abc import Mapping

from django.db import models

from leads.models import Account, ApiKey, Endpoint, OwnField, ScoreRule, Source, WebForm
from queues.models import (
    Connection,
    ContactStep,
    EntryRule,
    PartnerPool,
    PriorityTier,
    Probe,
    Queue,
    Segment,
    TypeLimit,
)
from routing.models import (
    CompanyHoliday,
    HolidayKinds,
    MembershipRule,
    PhoneService,
    Rep,
    Rotation,
    RotationMember,
    Team,
    TimeOff,
    WordSettings,
)

KINDS: Mapping[str, type[models.Model]] = {
    "queues": Queue,
    "rules": EntryRule,
    "type-limits": TypeLimit,
    "contact-steps": ContactStep,
    "segments": Segment,
    "tiers": PriorityTier,
    "partner-pools": PartnerPool,
    "rotations": Rotation,
    "members": RotationMember,
    "membership-rules": MembershipRule,
    "teams": Team,
    "reps": Rep,
    "time-off": TimeOff,
    "holidays": CompanyHoliday,
    "public-holidays": HolidayKinds,
    "scores": ScoreRule,
    "own-fields": OwnField,
    "sources": Source,
    "accounts": Account,
    "keys": ApiKey,
    "web-forms": WebForm,
    "messages": WordSettings,
    "phone-services": PhoneService,
    "probe": Probe,
    "connections": Connection,
    "webhooks": Endpoint,
}
OWN_PAGES = {
    WordSettings: "routing:deliveries",
    PhoneService: "routing:deliveries",
    Probe: "queues:probe",
    Connection: "queues:connections",
    Endpoint: "leads:webhooks",
}
