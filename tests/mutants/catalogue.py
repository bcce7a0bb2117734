"""The guards: what is taken away (a piece of a file that must stand there exactly once) and which tests must turn red."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`schema`: the tables change, so the database is made anew."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    schema: bool = False


_FENCE, _SENDING, _AT_ONCE = (
    "tests/channels/test_fence.py",
    "tests/channels/test_sending.py",
    "tests/journeys/test_at_once.py",
)
_DIRECT, _CAPS, _TENANCY = "tests/channels/test_direct.py", "tests/channels/test_caps.py", "tests/house/test_tenancy.py"
_JOBS, _IMPORTS = "tests/tenants/test_jobs.py", "tests/customers/test_imports.py"
_TRIGGERED = "tests/journeys/test_triggered.py"

MUTANTS = [
    # 1: nobody twice
    Mutant(
        "no unique key on the ledger of messages", "channels/migrations/0001_initial.py",
        "'constraints': [models.UniqueConstraint(fields=('tenant', 'run_id', 'node', 'wave_id', 'round', 'customer_id'), name='message_once')],", "",
        (f"{_SENDING}::test_touching_twice_makes_no_second_message",), schema=True,
    ),
    Mutant(
        "no unique key on codes", "rewards/migrations/0001_initial.py",
        ", models.UniqueConstraint(fields=('tenant', 'code'), name='grant_code')", "",
        ("tests/rewards/test_granting.py::test_a_taken_code_is_drawn_again",), schema=True,
    ),
    Mutant(
        "the short way settles without the fence", "channels/direct.py",
        " AND fence = %(fence)s AND people", " AND people",
        (f"{_DIRECT}::test_whoever_slept_through_the_lease_writes_nothing",),
    ),
    Mutant(
        "a step does not ask who has the package already", "rewards/granting.py",
        "already = _granted_by(step, people)", "already = People()",
        ("tests/rewards/test_granting.py::test_a_step_gives_once",),
    ),
    Mutant(
        "the results of a step made of several are those of its first message", "canvas_app/runtime/context.py",
        "for n in self.touching.get(node, [node])]", "for n in self.touching.get(node, [node])[:1]]",
        ("tests/journeys/test_fallback.py::test_results_of_it_are_those_of_all_its_touches",),
    ),
    Mutant(
        "no fence", "channels/jobs.py", "if fence == job.fence:", "if True:",
        (f"{_FENCE}::test_a_late_worker_does_not_undo_what_the_next_one_did",),
    ),
    Mutant(
        "no lease", "channels/jobs.py",
        '"  AND (j.lease_until IS NULL OR j.lease_until < clock_timestamp())"', "",
        (f"{_FENCE}::test_a_claimed_job_is_nobody_elses",),
    ),
    Mutant(
        "the call before its intent is committed", "channels/pipeline.py",
        "        results = wire.start(", "            results = wire.start(",
        (f"{_SENDING}::test_the_intent_is_committed_before_the_call",),
    ),
    Mutant(
        "what was in flight at a crash is sent again", "channels/ledger.py",
        '"queued" if idempotent else "unknown"', '"queued"',
        (f"{_FENCE}::test_a_late_worker_writes_no_outcome", f"{_FENCE}::test_what_was_not_in_flight_yet_is_sent_by_the_next_worker"),
    ),
    Mutant(
        "a lost answer is tried again", "channels/outcomes.py",
        "(kept.again if account.idempotent and not last else kept.unknown)", "(kept.again if not last else kept.unknown)",
        (f"{_SENDING}::test_an_accepted_message_with_a_lost_answer_is_unknown_and_never_repeated",),
    ),
    Mutant(
        "others may send what its maker is about to send", "channels/jobs.py",
        "row.due_at + timedelta(seconds=LEASE_SECONDS)", "row.due_at",
        (f"{_DIRECT}::test_nobody_else_sends_meanwhile",),
    ),
    Mutant(
        "a repeated event is an event", "customers/event_log.py",
        "ON CONFLICT DO NOTHING RETURNING event_id",
        "ON CONFLICT (tenant_id, event_id) DO UPDATE SET event_id = excluded.event_id RETURNING event_id",
        (f"{_TRIGGERED}::test_a_repeated_event_counts_once_for_ever",),
    ),
    # 2: nobody vanishes, nobody waits for ever
    Mutant(
        "cohorts claimed without SKIP LOCKED", "canvas_app/runtime/claim.py",
        "LIMIT 1 FOR UPDATE OF c SKIP LOCKED", "LIMIT 1 FOR UPDATE OF c",
        (f"{_AT_ONCE}::test_a_claim_of_cohorts_keeps_nobody_waiting",),
    ),
    Mutant(
        "send jobs claimed without SKIP LOCKED", "channels/jobs.py", "FOR UPDATE OF j SKIP LOCKED", "FOR UPDATE OF j",
        (f"{_AT_ONCE}::test_a_claim_of_send_jobs_keeps_nobody_waiting",),
    ),
    Mutant(
        "codes of a pool taken without SKIP LOCKED", "rewards/pool.py", "FOR UPDATE SKIP LOCKED", "FOR UPDATE",
        (f"{_AT_ONCE}::test_codes_of_a_pool_keep_nobody_waiting",),
    ),
    Mutant(
        "the ends of two steps do not take turns", "canvas_app/runtime/conclude.py", "pg_advisory_xact_lock(%s, %s)", "abs(%s - %s)",
        (f"{_AT_ONCE}::test_of_two_that_finish_the_last_two_ways_the_second_lets_the_set_operation_go",),
    ),
    Mutant(
        "people of a paused canvas move on", "canvas_app/runtime/claim.py", " AND k.status <> 'paused'", "",
        ("tests/journeys/test_pause.py::test_everybody_stays_and_overdue_people_are_counted",),
    ),
    Mutant(
        "everybody enters, whatever the entry rule says", "canvas_app/runtime/trigger.py", "WHERE %s OR e.last_at", "WHERE %s OR true OR e.last_at",
        (f"{_TRIGGERED}::test_entry_rules[once-1]",),
    ),
    # 4: tenants
    Mutant(
        "a policy that lets everybody through", "tenants/migration_operations.py",
        'USING ({POLICY}) WITH CHECK ({POLICY})', "USING (true) WITH CHECK (true)",
        (f"{_TENANCY}::test_raw_sql_sees_only_the_open_tenant", f"{_TENANCY}::test_every_scoped_table_has_its_policy"), schema=True,
    ),
    Mutant(
        "policies that do not bind the owner", "tenants/migration_operations.py",
        """        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',\n""", "",
        (f"{_TENANCY}::test_raw_sql_sees_only_the_open_tenant",), schema=True,
    ),
    # 5: what is committed before the intent is obeyed
    Mutant(
        "opt-outs not asked for at the intent", "channels/intent.py",
        "decided = admissible(rules, people(alive), now)", "decided = Plan(people(alive))",
        (f"{_FENCE}::test_what_is_committed_before_the_intent_is_obeyed",),
    ),
    Mutant(
        "a pause not seen at the intent", "channels/intent.py", " if not job.held}", "}",
        (f"{_FENCE}::test_a_pause_before_the_intent_is_obeyed",),
    ),
    Mutant(
        "exits and goals not asked for at the intent", "channels/intent.py", "    _leaving(decided, alive)\n", "",
        (f"{_FENCE}::test_the_goal_reached_before_the_intent_stops_the_message",),
    ),
    # 6: caps
    Mutant(
        "a cap without its condition", "channels/caps.py", "%(below)s::int IS NULL OR c.n < %(below)s", "%(below)s::int IS NULL OR true",
        (f"{_CAPS}::test_eight_at_once_never_exceed_the_cap",),
    ),
    Mutant(
        "caps over several days judged without their lock", "channels/caps.py", "        _lock(days)\n", "        pass\n",
        (f"{_CAPS}::test_several_caps_over_several_days_all_hold",),
    ),
    # clocks
    Mutant(
        "requests signed by the worker's own clock", "kernel/clock.py",
        "time.time() if _ahead is None else time.monotonic() + _ahead", "time.time()",
        (f"{_SENDING}::test_a_worker_whose_clock_is_an_hour_off_is_not_taken_for_a_forger",),
    ),
    # jobs and imports
    Mutant(
        "a worker that lost its job finishes it", "tenants/jobs.py", ', token=self._token, status="running")', ")",
        (f"{_JOBS}::test_a_late_finish_does_not_replace_the_result",),
    ),
    Mutant(
        "an import begins again after a crash", "customers/imports/run.py", "islice(table.rows(), skip, None)", "islice(table.rows(), 0, None)",
        (f"{_IMPORTS}::test_after_a_crash_it_goes_on_where_it_was",),
    ),
    Mutant(
        "an undo does not ask what changed since", "customers/imports/undo.py", " AND c.updated_at = ANY(%(ats)s)", "",
        (f"{_IMPORTS}::test_undo_removes_the_new_and_puts_back_the_changed",),
    ),
    Mutant(
        "imported history starts canvases", "customers/event_log.py", "[] if quiet else watched_names()", "watched_names()",
        (f"{_IMPORTS}::test_orders_come_in_once_and_start_no_canvas",),
    ),
    Mutant(
        "an export runs formulas", "kernel/tables/write.py", """return "'" + text if text and _RISKY.search(text) else text""", "return text",
        ("tests/kernel/test_tables.py::test_a_risky_text_is_quoted",),
    ),
]  # fmt: skip
