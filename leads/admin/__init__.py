"""The admin of leads: what sales ops edit, and records that they look up."""

from leads.admin import keys, leads, own_fields, records, score_rules, settings, web_forms

__all__ = ["keys", "leads", "own_fields", "records", "score_rules", "settings", "web_forms"]
