"""HubSpot: contacts, and the lead objects of Sales Hub (I4)."""

from config.reach.crm.hubspot.client import HubSpotClient
from config.reach.crm.hubspot.hints import verify_hint
from config.reach.crm.hubspot.paths import BASE_URL, VERSION
from config.reach.crm.hubspot.tokens import scopes_for, sign_in, sign_in_address

__all__ = ["BASE_URL", "VERSION", "HubSpotClient", "scopes_for", "sign_in", "sign_in_address", "verify_hint"]
