"""The models of leads: who a lead is, and how it came in."""

from leads.models.account import Account, AccountHandle
from leads.models.activity import Activity
from leads.models.alias import LeadAlias, SourceSystem
from leads.models.capture import ApiKey, Capture, Upload
from leads.models.field_change import FieldChange
from leads.models.forecast import Forecast
from leads.models.lead import Identity, Lead
from leads.models.lead_type import LeadType
from leads.models.look import Look
from leads.models.merge import Merge, NotDuplicate
from leads.models.own_field import OwnField
from leads.models.saved_view import SavedView
from leads.models.score_rule import ScoreRule
from leads.models.search_word import SearchWord
from leads.models.source import Source, SourceAlias
from leads.models.web_form import WebForm
from leads.models.webhook import Endpoint, WebhookDelivery, WebhookState

__all__ = [
    "Account",
    "AccountHandle",
    "Activity",
    "ApiKey",
    "Capture",
    "Endpoint",
    "FieldChange",
    "Forecast",
    "Identity",
    "NotDuplicate",
    "Lead",
    "LeadAlias",
    "LeadType",
    "Look",
    "Merge",
    "OwnField",
    "SavedView",
    "ScoreRule",
    "SearchWord",
    "Source",
    "SourceSystem",
    "SourceAlias",
    "Upload",
    "WebForm",
    "WebhookDelivery",
    "WebhookState",
]
