"""The admin of queues: queues, segments, entry rules, priority tiers, and what happened in them."""

from queues.admin import queues, records, rules, segments

__all__ = ["queues", "records", "rules", "segments"]
