"""What other programs hear of a lead, where, and how often it is tried (I3)."""
