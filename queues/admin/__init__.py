"""The admin of queues: queues, entry rules, priority tiers, and what happened in them."""

from queues.admin import queues, records, rules

__all__ = ["queues", "records", "rules"]
