"""What somebody sent without a session is kept for that person, and filled in again after the sign-in (M7)."""
