-- Moves the settled watermark, as far as it can be moved now. Errors: CP003 the sequence is behind
-- the watermark.
--
-- Why it is right. A writer takes its transaction id, then its numbers. Here L, the last number
-- given, is read first and the transaction id X is taken after it; so every writer that holds a
-- number <= L has an id below X. Once the oldest running transaction is younger than X, each of
-- them has committed, and is visible, or is dead: nothing will ever appear at or below L again.
-- (seq > last, or ordering by transaction id, does skip or reorder: commits are not in seq order.)
--
-- A pending candidate is kept, not replaced, until it is reached: replaced at each call, it would
-- never be reached while transactions overlap.
CREATE FUNCTION carepath_log.settle(OUT settled bigint, OUT pending boolean)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
DECLARE
    mark watermark;
    given bigint;
    here bigint;
    now_running pg_snapshot;
BEGIN
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE EXCEPTION 'settle() must be the first statement of its own transaction'
            USING ERRCODE = 'active_sql_transaction';
    END IF;
    -- Not a row lock: that would take the transaction id before L is read.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('carepath_log.settle', 0)) THEN
        SELECT w.settled_seq, false INTO settled, pending FROM watermark AS w;
        RETURN;
    END IF;

    SELECT * INTO STRICT mark FROM watermark;
    SELECT CASE WHEN s.is_called THEN s.last_value ELSE 0 END INTO given FROM events_seq AS s;
    settled := mark.settled_seq;
    pending := false;
    IF given < settled THEN
        RAISE EXCEPTION 'the sequence stands at %, below the settled %', given, settled
            USING ERRCODE = 'CP003';
    END IF;
    IF mark.candidate_seq IS NULL AND given = settled THEN
        RETURN;
    END IF;

    here := (SELECT c.system_identifier FROM pg_control_system() AS c);
    now_running := pg_current_snapshot();
    -- In a restored dump transaction ids start again: a pair from elsewhere says nothing here.
    IF mark.candidate_cluster = here AND mark.candidate_xid < pg_snapshot_xmax(now_running) THEN
        IF pg_snapshot_xmin(now_running) <= mark.candidate_xid THEN
            pending := true;
            RETURN;
        END IF;
        settled := greatest(settled, mark.candidate_seq);
    END IF;

    pending := given > settled;
    UPDATE watermark SET
        settled_seq = settled,
        candidate_seq = CASE WHEN pending THEN given END,
        candidate_xid = CASE WHEN pending THEN pg_current_xact_id() END,
        candidate_at = CASE WHEN pending THEN clock_timestamp() END,
        candidate_cluster = CASE WHEN pending THEN here END;
    IF settled > mark.settled_seq THEN
        PERFORM pg_notify('carepath_settled', settled::text);
    END IF;
END
$$;

REVOKE ALL ON FUNCTION carepath_log.settle FROM public;
