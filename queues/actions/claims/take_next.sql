-- Take next in one call: reads, decides and writes the same as take.py does through the ORM. statement.py says in which
-- case it applies; otherwise it returns NULL and has written nothing. Every migrate installs it again. A new signature
-- needs a new name, because processes of the previous version still call the old one during a deployment.
--
-- Small statements, each planned once per connection, instead of one large one: PostgreSQL sets up every part of a
-- statement before it runs, and sets up all of it again for each row that somebody else took meanwhile.
CREATE OR REPLACE FUNCTION alur_claim(queue_slug text, by_user bigint, now_at timestamptz, slots int)
RETURNS text LANGUAGE plpgsql AS $body$
#variable_conflict use_column
DECLARE
    assignment bigint;
    receipt jsonb;
    activity bigint;
    due_at timestamptz;
    calendar bigint;
    worked bigint;
    goal bigint;
    waits_by bigint;
    waited bigint;
    reminds_at timestamptz;
    news text[];
    lead leads_lead;
    queue queues_queue;
    first_edge timestamptz;
    second_edge timestamptz;
    n bigint; n1 bigint; n2 bigint; k1 bigint; k2 bigint;
    peek_id bigint; peek_key1 int; peek_since timestamptz;
    head record;
    oldest boolean := FALSE;
    reason text;
    tier_name text := '';
    is_super boolean;
BEGIN
    -- the queue, if this person may take from it and the plain case holds
    SELECT u.is_superuser INTO is_super FROM auth_user u WHERE u.id = by_user AND u.is_active
        AND (u.is_superuser OR EXISTS (
            SELECT FROM auth_user_groups g JOIN auth_group_permissions gp ON gp.group_id = g.group_id
            WHERE g.user_id = by_user AND gp.permission_id = (
                SELECT p.id FROM auth_permission p
                WHERE p.codename = 'claim_entry' AND p.content_type_id = (
                    SELECT t.id FROM django_content_type t WHERE t.app_label = 'queues' AND t.model = 'queue'))));
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT q.* INTO queue FROM queues_queue q
    WHERE q.slug = queue_slug AND q.is_active AND q.dispatch = 'pull' AND q.uncontacted_limit = 0;
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF NOT is_super AND (queue.team_id IS NOT NULL OR queue.region <> '') THEN
        PERFORM FROM routing_rep_teams rt JOIN routing_team m ON m.id = rt.team_id
        WHERE rt.rep_id = (SELECT r.id FROM routing_rep r WHERE r.user_id = by_user)
          AND (m.id = queue.team_id OR (queue.team_id IS NULL AND m.region = queue.region AND m.region <> ''))
        LIMIT 1;
        IF NOT FOUND THEN
            PERFORM FROM queues_loan o
            WHERE o.rep_id = (SELECT r.id FROM routing_rep r WHERE r.user_id = by_user)
              AND o.queue_id = queue.id AND o.ended_at IS NULL AND o.until > now_at;
            IF NOT FOUND THEN RETURN NULL; END IF;
        END IF;
    END IF;
    PERFORM FROM queues_decline d JOIN queues_entry e ON e.lead_id = d.lead_id AND e.left_at IS NULL
    WHERE d.user_id = by_user AND e.queue_id = queue.id AND NOT e.is_open_to_decliners LIMIT 1;
    IF FOUND THEN RETURN NULL; END IF;
    IF queue.is_reserving THEN
        PERFORM FROM queues_entry e WHERE e.queue_id = queue.id AND e.left_at IS NULL
            AND e.reserved_until > now_at AND e.reserved_by_id <> by_user LIMIT 1;
        IF FOUND THEN RETURN NULL; END IF;
    END IF;

    -- the counts of the age bands: as stored, plus leads that crossed an age since the last sweep. At most 1,000 are
    -- counted: if more cross in one minute, the sweep counts them. The ORDER BY makes the planner use their own index.
    first_edge := now_at - queue.first_band_hours * interval '1 hour';
    second_edge := now_at - queue.second_band_hours * interval '1 hour';
    SELECT COALESCE(SUM(waiting), 0), COALESCE(SUM(aged_first), 0), COALESCE(SUM(aged_second), 0) INTO n, n1, n2
    FROM queues_tally WHERE queue_id = queue.id;
    SELECT n1 + COUNT(*), n2 + COUNT(*) FILTER (WHERE crossed.since_at <= second_edge) INTO n1, n2 FROM (
        SELECT e.since_at FROM queues_entry e
        WHERE e.queue_id = queue.id AND e.left_at IS NULL AND e.band = 0 AND e.since_at <= first_edge
        ORDER BY e.band, e.since_at LIMIT 1000) AS crossed;
    SELECT n2 + COUNT(*) INTO n2 FROM (
        SELECT FROM queues_entry e
        WHERE e.queue_id = queue.id AND e.left_at IS NULL AND e.band = 1 AND e.since_at <= second_edge
        ORDER BY e.band, e.since_at LIMIT 1000) AS crossed;
    k1 := CEIL(n * queue.first_band_percent / 100.0);
    k2 := CEIL(n * queue.second_band_percent / 100.0);

    -- whether the first position belongs to the oldest lead (B6); this is rare, and needs the head in base order
    IF (n2 > 0 AND n2 >= k2) OR (n1 > 0 AND n1 >= k1) THEN
        SELECT e.id, e.key1, e.since_at INTO peek_id, peek_key1, peek_since FROM queues_entry e
        WHERE e.queue_id = queue.id AND e.left_at IS NULL
        ORDER BY e.key1, e.key2, e.key3, e.since_at, e.id LIMIT 1;
        IF NOT FOUND THEN RETURN NULL; END IF;
        oldest := CASE
            WHEN peek_key1 < 0 THEN FALSE
            WHEN n1 > k1 THEN TRUE
            WHEN n2 > 0 AND n2 >= k2 THEN NOT (n2 = k2 AND peek_since <= second_edge)
            ELSE n1 > 0 AND n1 = k1 AND peek_since > first_edge
        END;
    END IF;
    IF oldest THEN
        SELECT e.id, e.lead_id, e.band, e.since_at, e.tier, e.key1, e.is_recycled INTO head
        FROM queues_entry e
        WHERE e.queue_id = queue.id AND e.left_at IS NULL
          AND (NOT queue.is_reserving OR e.reserved_until IS NULL OR e.reserved_until <= now_at
               OR e.reserved_by_id = by_user)
        ORDER BY e.since_at, e.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
    ELSE
        SELECT e.id, e.lead_id, e.band, e.since_at, e.tier, e.key1, e.is_recycled INTO head
        FROM queues_entry e
        WHERE e.queue_id = queue.id AND e.left_at IS NULL
          AND (NOT queue.is_reserving OR e.reserved_until IS NULL OR e.reserved_until <= now_at
               OR e.reserved_by_id = by_user)
        ORDER BY e.key1, e.key2, e.key3, e.since_at, e.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
    END IF;
    IF NOT FOUND THEN RETURN NULL; END IF;
    reason := CASE
        WHEN oldest AND head.id <> peek_id AND head.since_at <= second_edge THEN 'lifted_second'
        WHEN oldest AND head.id <> peek_id THEN 'lifted_first'
        WHEN head.key1 < 0 THEN 'front'
        WHEN queue."order" = 'priority' THEN 'tier'
        WHEN queue."order" = 'hybrid' AND head.key1 = 0 THEN 'hot'
        ELSE 'first_in'
    END;
    IF queue."order" = 'priority' THEN
        SELECT t.name INTO tier_name FROM queues_prioritytier t WHERE t.position = head.tier ORDER BY t.id LIMIT 1;
    END IF;

    -- the claim
    UPDATE leads_lead l SET stage = 'held', stage_at = now_at
    WHERE l.id = (SELECT free.id FROM leads_lead free WHERE free.id = head.lead_id FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING l.* INTO lead;
    IF NOT FOUND THEN RETURN NULL; END IF;
    -- the first limit that is set: queue and type, then the queue, then the type, then the usual one (D2)
    queue.contact_minutes := COALESCE(
        (SELECT t.contact_minutes FROM queues_typelimit t WHERE t.queue_id = queue.id AND t.lead_type = lead.lead_type),
        queue.contact_minutes,
        (SELECT t.contact_minutes FROM queues_typelimit t WHERE t.queue_id IS NULL AND t.lead_type = lead.lead_type),
        120);
    -- what the contact clock counts, and when so much of it is over: as queries/work_time.py (D3)
    calendar := CASE queue.contact_counts
        WHEN 'team' THEN (SELECT c.id FROM routing_workcalendar c WHERE c.team_id = queue.team_id)
        WHEN 'holder' THEN (SELECT r.clock_id FROM routing_rep r WHERE r.user_id = by_user)
    END;
    IF calendar IS NOT NULL THEN
        SELECT s.before + ROUND(EXTRACT(EPOCH FROM LEAST(now_at, s.ends_at) - s.starts_at) * 1000000)::bigint
        INTO worked FROM routing_workstretch s WHERE s.calendar_id = calendar AND s.starts_at <= now_at
        ORDER BY s.starts_at DESC LIMIT 1;
        worked := COALESCE(worked, 0);
        goal := worked + queue.contact_minutes * 60000000::bigint;
        SELECT s.starts_at + (goal - s.before) * interval '1 microsecond' INTO due_at
        FROM routing_workstretch s WHERE s.calendar_id = calendar AND s.before < goal
        ORDER BY s.before DESC LIMIT 1;
        IF queue.remind_percent > 0 THEN
            goal := worked + queue.contact_minutes * queue.remind_percent * 600000::bigint;
            SELECT s.starts_at + (goal - s.before) * interval '1 microsecond' INTO reminds_at
            FROM routing_workstretch s WHERE s.calendar_id = calendar AND s.before < goal
            ORDER BY s.before DESC LIMIT 1;
        END IF;
    END IF;
    due_at := COALESCE(due_at, now_at + queue.contact_minutes * interval '1 minute');
    IF queue.remind_percent > 0 AND reminds_at IS NULL THEN
        reminds_at := now_at + queue.contact_minutes * queue.remind_percent * interval '0.6 second';
    END IF;
    -- how long it waited, by what the queue's clock counts
    IF queue.wait_counts = 'team' THEN
        IF queue.contact_counts = 'team' THEN
            waits_by := calendar;
        ELSE
            SELECT c.id INTO waits_by FROM routing_workcalendar c WHERE c.team_id = queue.team_id;
        END IF;
        IF waits_by IS NOT NULL THEN
            IF waits_by IS DISTINCT FROM calendar THEN
                SELECT s.before + ROUND(EXTRACT(EPOCH FROM LEAST(now_at, s.ends_at) - s.starts_at) * 1000000)::bigint
                INTO worked FROM routing_workstretch s WHERE s.calendar_id = waits_by AND s.starts_at <= now_at
                ORDER BY s.starts_at DESC LIMIT 1;
            END IF;
            SELECT s.before + ROUND(EXTRACT(EPOCH FROM LEAST(head.since_at, s.ends_at) - s.starts_at) * 1000000)::bigint
            INTO goal FROM routing_workstretch s WHERE s.calendar_id = waits_by AND s.starts_at <= head.since_at
            ORDER BY s.starts_at DESC LIMIT 1;
            waited := GREATEST(COALESCE(worked, 0) - COALESCE(goal, 0), 0) / 1000000;
        END IF;
    END IF;
    receipt := jsonb_build_object(
        'kind', 'claim', 'how', 'take_next', 'queue', queue.name, 'place', 1, 'of', n,
        'reason', reason, 'order', queue."order", 'blind', queue.is_blind,
        'score', lead.score, 'tier', COALESCE(tier_name, ''),
        'waited_seconds', FLOOR(EXTRACT(EPOCH FROM now_at - head.since_at))::bigint,
        'hot_above', queue.hot_score,
        'bands', jsonb_build_array(
            jsonb_build_array(queue.first_band_hours, queue.first_band_percent),
            jsonb_build_array(queue.second_band_hours, queue.second_band_percent)));
    IF head.is_recycled THEN receipt := receipt || jsonb_build_object('recycled', TRUE); END IF;
    INSERT INTO routing_assignment AS a (lead_id, holder_id, how, place_name, place_id, receipt, assigned_at,
        assigned_by_id, contact_minutes, clock_id, remind_at, contact_due_at, first_due_at, breaches, follow_up, ended_how, end_reason)
    VALUES (head.lead_id, by_user, 'take_next', queue.name, queue.id, receipt, now_at, by_user,
        queue.contact_minutes, calendar, reminds_at, due_at, due_at, 0, '', '', '')
    RETURNING a.id INTO assignment;
    UPDATE queues_entry e SET left_at = now_at, left_how = 'claimed', assignment_id = assignment, waited_seconds = waited,
        reserved_until = NULL, reserved_by_id = NULL
    WHERE e.id = head.id;
    INSERT INTO leads_activity AS y (lead_id, kind, at, by_id, details)
    VALUES (head.lead_id, 'assigned', now_at, by_user, jsonb_build_object(
        'assignment', assignment, 'holder', by_user, 'how', 'take_next', 'place', queue.name, 'turn', NULL))
    RETURNING y.id INTO activity;
    news := ARRAY['queue-' || queue.id || '/' || head.id, 'holder-' || by_user];
    UPDATE queues_escalation s SET closed_at = now_at, closed_how = 'taken'
    WHERE s.lead_id = head.lead_id AND s.closed_at IS NULL;
    IF FOUND THEN news := news || 'escalations'::text; END IF;
    UPDATE queues_reviewitem r SET closed_at = now_at, closed_how = 'closed'
    WHERE r.lead_id = head.lead_id AND r.closed_at IS NULL;
    IF FOUND THEN news := news || 'review'::text; END IF;
    UPDATE queues_tally t SET waiting = t.waiting - 1,
        aged_first = t.aged_first - (head.band > 0)::int, aged_second = t.aged_second - (head.band = 2)::int
    WHERE t.queue_id = queue.id AND t.slot = pg_backend_pid() % slots;
    IF NOT FOUND THEN
        INSERT INTO queues_tally AS t (queue_id, slot, waiting, aged_first, aged_second)
        VALUES (queue.id, pg_backend_pid() % slots, -1, -(head.band > 0)::int, -(head.band = 2)::int)
        ON CONFLICT (queue_id, slot) DO UPDATE SET waiting = t.waiting + EXCLUDED.waiting,
            aged_first = t.aged_first + EXCLUDED.aged_first, aged_second = t.aged_second + EXCLUDED.aged_second;
    END IF;
    RETURN json_build_object(
        'assignment', assignment, 'receipt', receipt, 'contact_minutes', queue.contact_minutes, 'due_at', due_at,
        'clock', calendar, 'remind_at', reminds_at,
        'place_name', queue.name, 'place', queue.id, 'activity', activity, 'news', news, 'lead', row_to_json(lead),
        'deal_size', lead.deal_size::text);
END
$body$;

-- The claim, and its live messages right after its commit, in one round trip. Notifications inside a transaction make
-- its commit wait for every other commit that notifies (seen in the wait events of 32 claims at once). If the server
-- dies between the two, no message is sent; pages reload by themselves.
CREATE OR REPLACE PROCEDURE alur_claim_and_tell(queue_slug text, by_user bigint, now_at timestamptz, slots int,
                                                channel text, INOUT taken text DEFAULT NULL)
LANGUAGE plpgsql AS $body$
BEGIN
    taken := alur_claim(queue_slug, by_user, now_at, slots);
    IF taken IS NULL THEN RETURN; END IF;
    COMMIT;
    PERFORM set_config('synchronous_commit', 'off', TRUE);
    PERFORM pg_notify(channel, word) FROM json_array_elements_text(taken::json -> 'news') AS word;
END
$body$;
