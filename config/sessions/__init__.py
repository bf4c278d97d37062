"""Sessions that know their user: both are read in one statement."""
