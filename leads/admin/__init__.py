"""The admin of leads: what sales ops edit, what they may look up."""

from leads.admin import api_keys as keys
from leads.admin import leads, records, score_rules, settings, web_forms

__all__ = ["keys", "leads", "records", "score_rules", "settings", "web_forms"]
