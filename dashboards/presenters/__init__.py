"""How what happened to a lead reads to people: places, receipts, clocks, the timeline."""
