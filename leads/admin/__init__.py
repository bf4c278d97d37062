"""The admin of leads: what sales ops edit, what they may look up."""

from leads.admin import keys, leads, records, score_rules, settings, web_forms

__all__ = ["keys", "leads", "records", "score_rules", "settings", "web_forms"]
