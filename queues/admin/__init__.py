"""The admin of queues: queues, segments, entry rules, tiers, days of old leads, partner pools, and what happened."""

from queues.admin import partners, queues, records, rules, segments, type_limits

__all__ = ["partners", "queues", "records", "rules", "segments", "type_limits"]
