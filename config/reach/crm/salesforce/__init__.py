"""Salesforce: leads (I4)."""

from config.reach.crm.salesforce.client import SalesforceClient
from config.reach.crm.salesforce.tokens import new_secret, sign_in, sign_in_address

__all__ = ["SalesforceClient", "new_secret", "sign_in", "sign_in_address"]
