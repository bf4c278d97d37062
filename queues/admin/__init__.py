"""The admin of queues: queues, segments, entry rules, priority tiers, days of old leads, and what happened in them."""

from queues.admin import queues, records, rules, segments, type_limits

__all__ = ["queues", "records", "rules", "segments", "type_limits"]
