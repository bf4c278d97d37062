"""The admin of routing: people, teams, rotations, and what they did."""

from routing.admin import company_holidays, holiday_kinds, records, reps, rotations, teams, time_off, users

__all__ = ["company_holidays", "holiday_kinds", "records", "reps", "rotations", "teams", "time_off", "users"]
