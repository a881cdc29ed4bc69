-- A long history of one job, written by PostgreSQL itself; see history.py for the values. Of a hundred interviews 66 were
-- held (6 of them left for a person), 14 not reached, 6 declined, 4 canceled, and 10 wait for a call.
-- A load, not a request: no limit of time, and foreign keys are right by construction.
SET LOCAL statement_timeout = 0;

SET LOCAL session_replication_role = replica;

CREATE TEMP TABLE h ON COMMIT DROP AS
SELECT n, now() - n::float / :many * interval '180 days' AS at, n % 100 < 66 AS held, n % 100 >= 90 AS due,
  md5(:org || 'i' || n)::uuid::text AS i, md5(:org || 'c' || n)::uuid::text AS c,
  md5(:org || 'p' || n)::uuid::text AS p, md5(:org || 's' || n)::uuid::text AS s,
  '+4479' || lpad(n::text, 8, '0') AS phone,
  CASE WHEN n % 100 < 60 THEN 'completed' WHEN n % 100 < 66 THEN 'needs_review' WHEN n % 100 < 80 THEN 'unreachable'
    WHEN n % 100 < 86 THEN 'declined' WHEN n % 100 < 90 THEN 'canceled' WHEN n % 100 < 98 THEN 'scheduled'
    ELSE 'queued' END AS status
FROM generate_series(1, :many) AS n;

CREATE TEMP TABLE a ON COMMIT DROP AS
SELECT h.*, q, md5(i || q)::uuid::text AS a, 'RE' || md5(i || '/' || q) AS sid
FROM h, generate_series(1, :questions) AS q WHERE held;

INSERT INTO candidates (id, organisation_id, created_at, name, phone, timezone, profile, accommodations, resume_status,
  resume_hidden_text, metadata, say_as)
SELECT p, :org, at, 'Candidate ' || n, phone, 'Europe/London', '{}', '{}', 'none', false, '{}', '{}' FROM h;

INSERT INTO interviews (id, organisation_id, created_at, job_id, candidate_id, question_set_id, purpose, status, version,
  progress, attempts, calls_that_rang, hang_up_requested, next_action, next_action_at, next_action_why, started_at,
  ended_at, concluded_at, metadata, simulated)
SELECT i, :org, at, :job, p, :set, 'assessment', status, 9, CASE WHEN held THEN :over ELSE :begun END, 1, 1, false,
  CASE WHEN due THEN 'call' END, CASE WHEN due THEN now() + n * interval '1 minute' END,
  CASE WHEN due THEN 'Outside of calling hours.' END, CASE WHEN held THEN at END,
  CASE WHEN NOT due THEN at + interval '12 minutes' END, CASE WHEN held THEN at + interval '13 minutes' END, '{}', false
FROM h;

INSERT INTO calls (id, organisation_id, created_at, interview_id, attempt, direction, phone, carrier_sid, status,
  sequence_number, outcome, rang_at, answered_at, ended_at, duration_s, price, price_unit, events, simulated)
SELECT c, :org, at, i, 1, 'outbound', phone, 'CA' || md5(c), 'completed', 3,
  CASE WHEN held THEN 'completed' WHEN status = 'unreachable' THEN 'no_answer' ELSE 'declined' END, at, at,
  at + interval '12 minutes', 720, '0.0146', 'USD', '[]', false
FROM h WHERE status NOT IN ('canceled', 'scheduled', 'queued');

INSERT INTO recordings (id, organisation_id, created_at, interview_id, call_id, turn, recording_sid, duration_s,
  storage_key, sha256, size_bytes, speech, peaks, fetched_at)
SELECT md5(sid)::uuid::text, :org, at, i, c, q + 1, sid, 41.0, 'org/recordings/' || sid, md5(sid), 656044, :speech,
  :peaks, at FROM a;

INSERT INTO answers (id, organisation_id, created_at, interview_id, question_id, take, call_id, turn, recording_sid,
  duration_s, partial, superseded, state, transcript, transcript_model, is_knockout, is_follow_up, simulated)
SELECT a, :org, at, i, 'q' || q, 1, c, q + 1, sid, 41.0, false, false, 'scored', :said, 'gpt-transcribe', false, false,
  false FROM a;

INSERT INTO score_sets (id, organisation_id, created_at, interview_id, number, reason)
SELECT s, :org, at, i, 1, 'first' FROM h WHERE held;

INSERT INTO answer_ratings (id, organisation_id, created_at, score_set_id, interview_id, answer_id, question_id, content,
  answer10, bias_flag, samples, model, prompt_version, simulated)
SELECT md5(a)::uuid::text, :org, at, s, i, a, 'q' || q, :score, 7.25, false, :samples, 'gpt-6-luna', 'score_answer@12', false FROM a;

INSERT INTO results (id, organisation_id, created_at, score_set_id, interview_id, overall_score, recommendation,
  needs_review, content, narrative, model, prompt_version, simulated)
SELECT md5(s)::uuid::text, :org, at, s, i, 3 + n % 70 / 10.0,
  CASE WHEN n % 70 >= 40 THEN 'hire' WHEN n % 70 >= 20 THEN 'consider' ELSE 'reject' END, status = 'needs_review',
  :card, :narrative, 'gpt-6-luna', 'score_answer@12', false FROM h WHERE held;

INSERT INTO reviews (id, organisation_id, created_at, interview_id, score_set_id, reviewer, decision, reason, metadata)
SELECT md5(i)::uuid::text, :org, at + interval '1 day', i, s, :reader,
  CASE WHEN n % 3 = 0 THEN 'hire' WHEN n % 3 = 1 THEN 'consider' ELSE 'reject' END, 'Heard all answers from the start.', '{}'
FROM h WHERE n % 100 < 50;

INSERT INTO domain_events (id, organisation_id, created_at, type, subject_kind, subject_id, actor, data)
SELECT md5(i || t.type)::uuid::text, :org, at + t.place * interval '1 minute', t.type, 'interview', i, 'system', '{}'
FROM h, unnest(ARRAY['interview.queued', 'call.placing', 'interview.started', 'interview.identified',
  'interview.processing', 'interview.completed', 'interview.narrated']) WITH ORDINALITY AS t(type, place) WHERE held;

INSERT INTO domain_events (id, organisation_id, created_at, type, subject_kind, subject_id, actor, data)
SELECT md5(a || 'captured')::uuid::text, :org, at + q * interval '100 seconds', 'answer.captured', 'interview', i,
  'candidate', json_build_object('question', 'q' || q, 'take', 1)::text FROM a;

INSERT INTO model_calls (id, organisation_id, created_at, interview_id, subject_id, purpose, sample, request_hash, model,
  prompt_version, outcome, vendor_request_id, input_tokens, cached_tokens, output_tokens, cost_usd, latency_ms, simulated)
SELECT md5(a || 'model')::uuid::text, :org, at, i, a, 'answer_rating', 0, md5(a), 'gpt-6-luna', 'score_answer@12', 'ok',
  'req', 3000, 2000, 600, 0.0121, 900, false FROM a;
