"""Addresses of the routing app."""

from django.urls import URLPattern, path

from routing.views import (
    availability,
    calendars,
    closing,
    contacts,
    fairness,
    inbox,
    ledger,
    my_turns,
    rotations,
    signing_in,
    team,
)

app_name = "routing"

urlpatterns: list[URLPattern] = [
    path("sign-in/", signing_in.SignIn.as_view(), name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("sign-in/demo/<slug:role>/", signing_in.enter_demo, name="enter_demo"),
    path("theme/", signing_in.set_theme, name="set_theme"),
    path("password/", signing_in.password_reset, name="password_reset"),
    path("password/sent/", signing_in.password_reset_done, name="password_reset_done"),
    path("password/<uidb64>/<token>/", signing_in.password_reset_confirm, name="password_reset_confirm"),
    path("password/set/", signing_in.password_reset_complete, name="password_reset_complete"),
    path("team/<id:pk>/availability/", team.set_rep_availability, name="set_rep_availability"),
    path("availability/", availability.set_availability, name="set_availability"),
    path("time-off/", availability.time_off, name="time_off"),
    path("time-off/<id:pk>/cancel/", availability.cancel, name="cancel_time_off"),
    path("calendars/<id:pk>/", calendars.calendar, name="calendar"),
    path("calendars/<id:pk>/hours/", calendars.hours, name="set_hours"),
    path("calendars/<id:pk>/holidays/", calendars.holidays, name="set_holidays"),
    path("calendars/<id:pk>/feed/", calendars.feed, name="set_feed"),
    path("calendars/<id:pk>/feed/fetch/", calendars.fetch_now, name="fetch_feed"),
    path("calendars/<id:pk>/feed/forget/", calendars.forget_feed, name="forget_feed"),
    path("time-off/holidays/", availability.work_holiday, name="work_holiday"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<id:pk>/read/", inbox.read, name="mark_read"),
    path("inbox/read/", inbox.read_all, name="mark_all_read"),
    path("leads/<id:lead_id>/contact/", contacts.log, name="log_contact"),
    path("leads/<id:lead_id>/note/", contacts.note, name="note"),
    path("leads/<id:lead_id>/snooze/", contacts.put_off, name="snooze"),
    path("leads/<id:lead_id>/return/", contacts.give_back, name="return"),
    path("leads/<id:lead_id>/convert/", closing.convert, name="convert"),
    path("leads/<id:lead_id>/disqualify/", closing.disqualify, name="disqualify"),
    path("fairness/", fairness.overview, name="fairness"),
    path("fairness/<id:pk>/", fairness.of_rotation, name="fairness_of"),
    path("rotations/", rotations.rotations, name="rotations"),
    path("rotations/mine/", my_turns.mine, name="my_turns"),
    path("rotations/mine/<id:pk>/", my_turns.my_rotation, name="my_rotation"),
    path("rotations/<id:pk>/", rotations.rotation, name="rotation"),
    path("rotations/<id:pk>/ledger/csv/", ledger.ledger_csv, name="ledger_csv"),
    path("rotations/<id:pk>/give-turns/", ledger.give_turns, name="give_turns"),
    path("rotations/<id:pk>/ledger/<id:line>/take-back/", ledger.take_turns_back, name="take_turns_back"),
]
