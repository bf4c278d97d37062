"""What queues do when a fact about a lead or its holder arrives."""
