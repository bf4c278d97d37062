"""The table of reach: who may open each address (C9)."""

from dataclasses import dataclass, field

REP, STRANGER, MANAGER, OTHER_MANAGER, OPS = ROLES = ("rep", "stranger", "manager", "other_manager", "ops")
REPS = {REP, STRANGER}
MANAGERS = {MANAGER, OTHER_MANAGER}
ALL = set(ROLES)
SLACK_HOOK = "https://hooks.slack.com/services/T0ABCDEFG/B0ABCDEFG/abcdefghijklmnopqrstuvwx"


@dataclass(frozen=True)
class Door:
    """Whom an address opens for. `arguments` and `sends` may be functions of the world; `shows`: what a GET on an act
    answers beside 405."""

    roles: set[str]
    method: str = "get"
    arguments: dict = field(default_factory=dict)
    sends: dict = field(default_factory=dict)
    shows: frozenset[int] = frozenset()


def act(roles: set[str], shows: tuple[int, ...] = (), sends: dict | None = None, **arguments) -> Door:
    return Door(roles, "post", arguments, sends or {}, frozenset(shows))


def of_lead(roles: set[str]) -> Door:
    """An act on the lead that the rep holds; its page shows the form by itself."""
    return act(roles, shows=(200,), lead_id=lambda world: world.lead.pk)


def of_upload() -> Door:
    return act({OPS}, pk=lambda world: world.upload.pk)


def of_escalation(roles: set[str]) -> Door:
    return act(roles, pk=lambda world: world.escalation.pk)


def of_view(**sends: str) -> Door:
    """An act on the view of a list that the rep keeps."""
    return act({REP}, sends=sends, pk=lambda world: world.view.pk)


# open to everybody, signed in or not
PUBLIC = {
    "routing:sign_in",
    "routing:sign_out",
    "routing:enter_demo",
    "routing:set_theme",
    "routing:password_reset",
    "routing:accept_invitation",
    "routing:password_reset_done",
    "routing:password_reset_confirm",
    "routing:password_reset_complete",
    "set_language",
    "healthz",
    "readyz",
    "favicon",
    "touch_icon",
    "manifest",
    "session_state",
    "routing:push_worker",
    # programs bring a key (tests/leads/api/)
    "api:send_lead",
    "api:send_leads",
    "api:see_lead",
    *(f"api:{call}" for call in ("me", "make_hook", "see_hooks", "see_samples", "remove_hook")),
    "api:api-root",
    # developers of such programs have a key and no login; both pages say nothing about anybody
    "leads:api_docs",
    "leads:openapi",
    # visitors of a website that shows one (tests/leads/views/test_web_form.py)
    "leads:web_form",
    "leads:web_form_thanks",
    "queues:connection_hint",  # HubSpot brings a signature (tests/queues/views/crm/test_hints.py)
    "events",  # an endless answer under ASGI (tests/config/live/test_stream.py)
}

TABLE = {
    "background_jobs": Door({OPS}),
    "signed_in_again": Door(ALL),
    "discard_kept_form": act(ALL),
    "dashboards:home": Door(ALL),
    "dashboards:nav": Door(ALL),
    "dashboards:choose_bar": act(REPS, sends={"bar": "rep"}),
    "dashboards:availability": Door(REPS),
    "dashboards:inbox_link": Door(ALL),
    # reps
    "dashboards:desk": Door(REPS),
    "dashboards:desk_next": Door(REPS),
    "dashboards:desk_mine": Door(REPS),
    "dashboards:desk_waiting": Door(REPS),
    "dashboards:desk_day": Door(REPS),
    "dashboards:desk_clock": Door({REP}, arguments={"lead_id": lambda world: world.lead.pk}),
    "dashboards:closed_today": Door(REPS),
    "dashboards:my_queues": Door(REPS),
    "queues:take_next": act({REP}, sends={"queue": "smb"}),
    "queues:take_batch": act({REP}, sends={"queue": "smb", "count": "2"}),
    "queues:look": act({REP}, pk=lambda world: world.waiting.pk),
    "queues:look_away": act(REPS),
    "queues:undo": act({REP, MANAGER}, pk=lambda world: world.held.pk),
    "queues:undo_batch": act({REP, MANAGER}, pk=lambda world: world.held.pk),
    "queues:take_one": act({REP}, pk=lambda world: world.waiting.pk),
    "routing:log_contact": of_lead({REP}),
    "routing:note": of_lead({REP}),
    "routing:follow_up": of_lead({REP}),
    "routing:snooze": of_lead({REP}),
    "routing:return": of_lead({REP}),
    "routing:convert": of_lead({REP}),
    "routing:disqualify": of_lead({REP}),
    "routing:undo_act": act({REP}, pk=lambda world: world.noted.pk),
    "routing:correct_contact": Door({REP}, arguments={"pk": lambda world: world.contacted.pk}),
    "routing:edit_lead": Door({REP, MANAGER, OPS}, arguments={"lead_id": lambda world: world.lead.pk}),
    "routing:undo_edit": act({REP}, pk=lambda world: world.edited.pk),
    "queues:undo_close": act({REP, MANAGER}, pk=lambda world: world.held.pk),
    "queues:undo_return": act({REP, MANAGER}, pk=lambda world: world.held.pk),
    "queues:hand_over": Door({REP}, arguments={"lead_id": lambda world: world.lead.pk}),
    "queues:handing_over": Door(MANAGERS),
    "queues:set_handing_over": act({MANAGER}, sends={"state": "on"}, pk=lambda world: world.queue.team_id),
    "queues:reopen": act({REP, MANAGER, OPS}, pk=lambda world: world.lead.pk),
    "routing:my_turns": Door(REPS),
    "routing:my_rotation": Door({REP}, arguments={"pk": lambda world: world.rotation.pk}),
    "dashboards:own_leads": Door(REPS),
    "dashboards:own_leads_many": act(
        {REP}, shows=(302,), sends={"act": "note", "text": "tea", "leads": lambda world: world.lead.pk}
    ),
    "dashboards:own_leads_undo": act({REP}, sends={"act": lambda world: world.noted.pk}),
    "dashboards:my_numbers": Door(REPS),
    "dashboards:my_leads": Door(REPS, sends={"figure": "taken"}),
    "routing:letter": Door(REPS),
    "routing:survey": Door(REPS),
    "routing:set_availability": act(REPS, sends={"state": "on"}),
    "routing:time_off": Door(REPS),
    "routing:work_holiday": act(REPS, sends={"on": "2026-12-25", "works": "yes"}),
    "routing:cancel_time_off": act({REP}, pk=lambda world: world.time_off.pk),
    # a rep, the managers of the rep, and ops
    "routing:calendar": Door({REP, MANAGER, OPS}, arguments={"pk": lambda world: world.people["rep"].rep.pk}),
    "routing:set_hours": act({MANAGER, OPS}, pk=lambda world: world.people["rep"].rep.pk),
    "routing:set_feed": act(
        {REP, MANAGER, OPS},
        sends={"address": "https://calendar.example/a.ics"},
        pk=lambda world: world.people["rep"].rep.pk,
    ),
    "routing:fetch_feed": act({REP, MANAGER, OPS}, pk=lambda world: world.feed.rep_id),
    "routing:feed_answers": act({REP, MANAGER, OPS}, pk=lambda world: world.feed.rep_id),
    "routing:forget_feed": act({REP, MANAGER, OPS}, pk=lambda world: world.feed.rep_id),
    "routing:set_holidays": act({MANAGER, OPS}, pk=lambda world: world.people["rep"].rep.pk),
    # everybody, each person his or her own
    "leads:lead": Door({REP, MANAGER, OPS}, arguments={"pk": lambda world: world.lead.pk}),
    "routing:put_explanation_away": act(ALL),
    "leads:search": Door(ALL),
    "leads:save_view": act(ALL, sends={"list": "search", "name": "Hot ones"}),
    "leads:rename_view": of_view(name="Hot ones"),
    "leads:change_view": of_view(query="q=acme"),
    "leads:default_view": of_view(on="1"),
    "leads:share_view": of_view(on="0"),
    "leads:remove_view": of_view(),
    "leads:bring_view_back": of_view(),
    "routing:inbox": Door(ALL),
    "routing:mark_read": act({REP}, pk=lambda world: world.message.pk),
    "routing:mark_all_read": act(ALL),
    "routing:profile": Door(ALL),
    "routing:save_me": act(ALL, sends={"name": "Rina Hartono", "time_zone": ""}),
    "routing:set_own_password": act(ALL, sends={"old_password": "x"}),
    "routing:sign_out_others": act(ALL),
    "routing:sign_out_browser": act({REP}, mark=lambda world: world.browser),
    "routing:save_alerts": act(ALL, sends={"digest_at": "08:00"}),
    "routing:send_test": act(ALL),
    "routing:test_results": Door(ALL),
    "routing:set_sound": act(ALL),
    "routing:put_push_question_away": act(ALL),
    "routing:new_device": act(ALL, sends={"subscription": "{}"}),
    "routing:drop_device": act({REP}, pk=lambda world: world.people["rep"].push_devices.get().pk),
    "routing:new_channel": act(ALL, sends={"kind": "slack", "address": SLACK_HOOK}),
    "routing:new_code": act({REP}, pk=lambda world: world.chat.pk),
    "routing:verify_channel": act({REP}, sends={"code": "1"}, pk=lambda world: world.chat.pk),
    "routing:drop_channel": act({REP}, pk=lambda world: world.chat.pk),
    "routing:use_channel": act({REP}, pk=lambda world: world.channel.pk),
    # managers
    "dashboards:queues": Door(MANAGERS),
    "dashboards:queue": Door({MANAGER, OPS}, arguments={"slug": "smb"}),
    "dashboards:queue_then": Door({MANAGER, OPS}, arguments={"slug": "smb"}),
    "queues:assign_next": act({MANAGER, OPS}, slug="smb"),
    "queues:open_fast_lane": act({MANAGER, OPS}, slug="smb"),
    "queues:close_fast_lane": act({MANAGER, OPS}, pk=lambda world: world.lane.pk),
    "queues:lend": act({MANAGER, OPS}, shows=(200,), slug="smb"),
    "queues:loan_ask_back": act({MANAGER, OPS}, pk=lambda world: world.loan.pk),
    "queues:loan_undo": act({MANAGER, OPS}, pk=lambda world: world.loan.pk),
    "dashboards:escalations": Door(MANAGERS),
    "dashboards:team": Door(MANAGERS),
    "queues:away_hand_on": act({MANAGER, OPS}, pk=lambda world: world.question.pk),
    "queues:away_keep": act({MANAGER, OPS}, pk=lambda world: world.question.pk),
    "queues:escalations_many": act(MANAGERS, sends={"act": "leave"}),
    "queues:escalations_undo": act(MANAGERS),
    "queues:escalation_take": of_escalation({MANAGER}),
    "queues:escalation_reassign": of_escalation({MANAGER}),
    "queues:escalation_front": of_escalation({MANAGER}),
    "queues:escalation_snooze": of_escalation({MANAGER}),
    "queues:escalation_leave": of_escalation({MANAGER}),
    "routing:set_rep_availability": act({MANAGER}, pk=lambda world: world.people["rep"].rep.pk, sends={"state": "on"}),
    # managers and ops
    "dashboards:reports": Door(MANAGERS | {OPS}),
    "dashboards:report_mails": Door(MANAGERS | {OPS}),
    "dashboards:report_mail": act(MANAGERS | {OPS}, slug="waits"),
    "dashboards:report_mail_end": act({MANAGER}, pk=lambda world: world.mailed.pk),
    "dashboards:report": Door(MANAGERS | {OPS}, arguments={"slug": "waits"}),
    "dashboards:report_leads": Door(MANAGERS | {OPS}),
    "routing:rotations": Door(MANAGERS | {OPS}),
    "routing:bring_members": Door({OPS}),
    "routing:members_template": Door({OPS}),
    "routing:rotation": Door({MANAGER, OPS}, arguments={"pk": lambda world: world.rotation.pk}),
    "queues:hand_on": act({MANAGER, OPS}, shows=(200,), pk=lambda world: world.people["rep"].rep.pk),
    "routing:ledger_csv": Door({MANAGER, OPS}, arguments={"pk": lambda world: world.rotation.pk}),
    # everybody of a rotation, and who manages it
    "routing:fairness": Door(ALL),
    "routing:fairness_of": Door({REP, MANAGER, OPS}, arguments={"pk": lambda world: world.rotation.pk}),
    # sales ops
    "routing:give_turns": act({OPS}, shows=(200,), pk=lambda world: world.rotation.pk),
    "routing:settle": act({OPS}, shows=(200,), pk=lambda world: world.rotation.pk),
    "routing:settle_back": act(
        {OPS}, shows=(200,), pk=lambda world: world.rotation.pk, line=lambda world: world.settled.pk
    ),
    "routing:take_turns_back": act(
        {OPS}, shows=(200,), pk=lambda world: world.rotation.pk, line=lambda world: world.caught_up.pk
    ),
    "dashboards:changes": Door({OPS}),
    "routing:company": Door({OPS}),
    "routing:invitations": Door({OPS}),
    "routing:resend_invitation": act({OPS}, pk=lambda world: world.invitation.pk),
    "routing:copy_invitation_link": act({OPS}, pk=lambda world: world.invitation.pk),
    "routing:withdraw_invitation": act({OPS}, pk=lambda world: world.invitation.pk),
    "dashboards:get_going": Door({OPS}),
    "dashboards:use_defaults": act({OPS}),
    "dashboards:test_lead": Door({OPS}),
    "dashboards:new_team": Door({OPS}),
    "dashboards:new_team_preview": act({OPS}),
    "dashboards:close_guide": act({OPS}),
    "routing:deliveries": Door({OPS}),
    "routing:names_in_chat": act({OPS}, sends={"names": "on"}),
    "routing:phone_services": Door({OPS}),
    "routing:remove_service": act({OPS}, pk=lambda world: world.phone_service.pk),
    "routing:keep_days": act({OPS}, sends={"keep_days": "30"}),
    "routing:send_again": act({OPS}, pk=lambda world: world.delivery.pk),
    "dashboards:flow": Door({OPS}),
    "dashboards:flow_heat": Door({OPS}),
    "dashboards:flow_stale": Door({OPS}),
    "queues:keep_open": act({OPS}, slug="smb"),
    "queues:pause_source": act({OPS}, slug="smb"),
    "queues:resume_source": act({OPS}, slug="smb"),
    "queues:probe": Door({OPS}),
    "queues:probe_run": act({OPS}),
    "queues:probe_settings": act({OPS}, sends={"every_minutes": "5", "max_seconds": "10"}),
    "queues:stale_undo": act({OPS}, pk=lambda world: world.stale_step.pk),
    "dashboards:flow_csv": Door({OPS}, arguments={"table": "queues"}),
    "queues:review": Door({OPS}),
    "queues:review_list": Door({OPS}),
    "queues:review_csv": Door({OPS}),
    "queues:review_decide": act({OPS}),
    "queues:review_many": Door({OPS}, sends={"act": "nurture"}),
    "queues:review_runs": Door({OPS}),
    "queues:review_run_stop": act({OPS}, pk=lambda world: world.decided.pk),
    "queues:review_run_undo": act({OPS}, pk=lambda world: world.decided.pk),
    "queues:review_run_left": Door({OPS}, arguments={"pk": lambda world: world.decided.pk}),
    "queues:review_held": Door({OPS}),
    "queues:review_held_judge": act({OPS}, sends={"act": "spam", "held": lambda world: world.spam.pk}),
    "queues:review_held_undo": act({OPS}, pk=lambda world: world.spam.pk),
    "queues:review_correct": act({OPS}, pk=lambda world: world.review.pk),
    "queues:review_ask": act({OPS}, pk=lambda world: world.review.pk),
    "queues:review_undo": act({OPS}, pk=lambda world: world.review.pk),
    "queues:review_merge": act({OPS}, pk=lambda world: world.review.pk),
    "queues:merge_undo": act({OPS}, pk=lambda world: world.merge.pk),
    "queues:cleanup": Door({OPS}),
    "queues:cleanup_runs": Door({OPS}),
    "queues:cleanup_act": act({OPS}, sends={"act": "looked"}),
    "queues:cleanup_undo": act({OPS}, pk=lambda world: world.cleanup.pk),
    "queues:cleanup_stop": act({OPS}, pk=lambda world: world.cleanup.pk),
    "queues:rules": Door({OPS}),
    "queues:rules_csv": Door({OPS}),
    "leads:uploads": Door({OPS}),
    "leads:bring_upload": act({OPS}),
    "leads:upload": Door({OPS}, arguments={"pk": lambda world: world.upload.pk}),
    "leads:preview_upload": of_upload(),
    "leads:read_upload": of_upload(),
    "leads:start_upload": of_upload(),
    "leads:make_column_fields": of_upload(),
    "leads:cancel_upload": of_upload(),
    "leads:continue_upload": of_upload(),
    "leads:discard_upload": of_upload(),
    "queues:ask_import_forecast": of_upload(),
    "queues:import_undo": Door({OPS}, arguments={"pk": lambda world: world.upload.pk}),
    "queues:start_import_undo": of_upload(),
    "queues:import_undone_csv": Door({OPS}, arguments={"pk": lambda world: world.upload.pk}),
    "queues:import_forecast": Door({OPS}, arguments={"pk": lambda world: world.forecast.pk}),
    "leads:upload_problems": Door({OPS}, arguments={"pk": lambda world: world.upload.pk}),
}
