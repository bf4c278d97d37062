"""The admin of routing: people, teams, rotations, and what they did."""

from routing.admin import records, reps, rotations, teams, time_off, users

__all__ = ["records", "reps", "rotations", "teams", "time_off", "users"]
