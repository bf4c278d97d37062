"""Facts into words for people: places, receipts, clocks, the timeline, queues and escalations."""
