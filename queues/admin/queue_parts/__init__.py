"""The parts of a queue's form that are large: its clocks, its limits."""
