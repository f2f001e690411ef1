"""Mutants of messages, transactions and calls between contexts."""

from tests.mutants.mutant import Edit, Mutant, without

REDELIVERY = "tests/journeys/test_redelivery.py"
CRASHES = "tests/journeys/test_crashes.py"
PUBLISHING = "tests/messaging/test_publishing.py"
RELAY = "tests/messaging/test_relay.py::TestTheRelay"
INBOX = "tests/messaging/test_inbox.py"
EXTERNAL_CALLS = "tests/messaging/test_external_calls.py::TestAnExternalCall"
ORDERING_KEYS = "tests/messaging/test_ordering_keys.py::TestAnOrderingKey"
CONFORMANCE = "tests/conformance"
CRASHING_HANDLER = (
    f"{INBOX}::TestTheInbox::test_marks_a_message_that_kills_its_process_as_dead_and_no_other_of_its_batch"
)
BLOCKING = f"{ORDERING_KEYS}::test_has_blocked_messages_deferred_until_an_intervention"
INTERFACES = "tests/building_blocks/test_interfaces.py"
INTERVENTIONS = "tests/message_console/test_interventions.py"

MUTANTS: list[Mutant] = [
    without(
        "housekeeping that leaves old messages",
        "platform/messaging/apps.py",
        "        housekeeping(delete_finished)\n",
        "        del delete_finished\n",
        killed_by="tests/messaging/test_retention.py::test_is_part_of_the_dispatchers_housekeeping",
    ),
    without(
        "housekeeping that leaves used keys",
        "platform/web_api/idempotency/apps.py",
        "        housekeeping(delete_used_keys)\n",
        "        del delete_used_keys\n",
        killed_by="tests/architecture/test_growing_tables.py::test_the_dispatcher_deletes_old_messages_and_keys",
    ),
    without(
        "keys that are deleted while their request may be repeated",
        "platform/web_api/idempotency/retention.py",
        "before=now - timedelta(days=settings.IDEMPOTENCY_KEYS_KEPT)",
        "before=now",
        killed_by="tests/web_api/test_idempotency_keys.py::TestRetention::test_deletes_keys_after_their_retention_period",
    ),
    without(
        "baskets that are deleted one batch a period",
        "contexts/basket/command_handlers.py",
        "        send(command)\n",
        "        pass\n",
        killed_by="tests/basket/test_abandoned.py::test_are_all_deleted_in_one_period_a_batch_in_each_transaction",
    ),
    without(
        "refresh tokens that are deleted while a thief may use them",
        "contexts/identity/use_cases/delete_expired_sessions.py",
        'by="expires_at"',
        'by="used_at"',
        killed_by="tests/identity/test_expired_sessions.py::test_a_used_token_is_kept_until_it_expires",
    ),
    without(
        "families that are deleted while they may get another token",
        "contexts/identity/use_cases/delete_expired_sessions.py",
        ", ~Exists(sessions)",
        "",
        killed_by="tests/identity/test_expired_sessions.py"
        "::test_a_family_is_deleted_with_its_last_token_once_its_session_has_expired",
    ),
    without(
        "families that are deleted with tokens that may be used",
        "contexts/identity/use_cases/delete_expired_sessions.py",
        "~Exists(tokens), ",
        "",
        killed_by="tests/identity/test_expired_sessions.py"
        "::test_a_family_without_a_session_is_kept_while_it_has_tokens",
    ),
    without(
        "messages whose id conflicts, and which are taken for stored",
        "platform/building_blocks/databases/inserting.py",
        "ON CONFLICT ({', '.join(conflict_columns)}) DO",
        "ON CONFLICT DO",
        killed_by="tests/building_blocks/test_stale_sequences.py"
        "::test_a_message_that_the_inbox_cannot_number_is_not_acknowledged_and_is_sent_again",
    ),
    without(
        "messages with external calls that are claimed many at a time",
        "platform/messaging/inbox.py",
        ", external_handlers=handlers_with_external_calls(context))",
        ")",
        killed_by=f"{EXTERNAL_CALLS}::test_is_claimed_one_at_a_time_so_that_other_workers_get_the_rest",
    ),
    without(
        "an external call for a message that another worker has by now",
        "platform/messaging/inbox.py",
        "if not _holds_lease(row, now=clock()):",
        "if False:",
        killed_by=f"{EXTERNAL_CALLS}::test_is_not_made_if_another_worker_has_claimed_the_message",
    ),
    without(
        "acknowledgements that overwrite those of other receivers",
        "platform/messaging/sql.py",
        "SET acknowledged_by = acknowledged_by || %s::jsonb",
        "SET acknowledged_by = %s::jsonb",
        killed_by=f"{RELAY}::test_loses_no_acknowledgement_that_arrives_while_it_sends",
    ),
    without(
        "an answer of a neighbour that cannot be decoded",
        "platform/building_blocks/interfaces/wire.py",
        "except Exception as error:  # of any kind",
        "except ZeroDivisionError as error:  # of any kind",
        killed_by=f"{INTERFACES}::TestWire::test_raises_unavailable_for_an_invalid_response",
    ),
    without(
        "a second facade for an interface",
        "platform/building_blocks/interfaces/binding.py",
        "if interface in _facades and type(_facades[interface]) is not facade:",
        "if False:",
        killed_by=f"{INTERFACES}::TestBinding::test_refuses_a_second_facade",
    ),
    without(
        "a second handler of the same name",
        "platform/messaging/subscriptions.py",
        "if _subscriptions.setdefault(name, added) != added:",
        "_subscriptions[name] = added\n    if False:",
        killed_by=f"{PUBLISHING}::TestDeclaring::test_refuses_a_second_handler_of_the_same_name",
    ),
    without(
        "an inbox without its mark",
        "platform/messaging/inbox.py",
        "if not mark_handled(row, now=clock()):",
        "if not mark_handled(row, now=clock()) and False:",
        killed_by=f"{INBOX}::TestTheInbox::test_skips_a_message_that_another_worker_has_handled_since_it_was_claimed",
    ),
    without(
        "an inbox that stores a message twice",
        "platform/messaging/migrations/0001_initial.py",
        "models.UniqueConstraint(fields=('message_id', 'handler'), name='inbox_message_once')",
        killed_by=f"{REDELIVERY}::test_a_purchase_of_which_every_message_comes_twice_and_once_more_is_one_purchase",
    ),
    without(
        "a relay that forgets unacknowledged messages",
        "platform/messaging/relay.py",
        "done = {row for row in rows if receivers_of(row.type) <= set(row.acknowledged_by)}",
        "done = rows",
        killed_by=f"{RELAY}::test_resends_a_message_only_to_contexts_that_have_not_acknowledged_it",
    ),
    without(
        "messages that stay claimed by a dead worker",
        "platform/messaging/models.py",
        "LEASE = timedelta(seconds=10)",
        "LEASE = timedelta(days=1)",
        killed_by=f"{CRASHES}::test_twenty_crashes_leave_every_purchase_whole",
    ),
    without(
        "publishing outside a transaction",
        "platform/building_blocks/databases/transactions.py",
        "    if not aliases:\n        raise TransactionMisused(",
        '    if not aliases:\n        return "catalog"\n        raise TransactionMisused(',
        killed_by=f"{PUBLISHING}::TestPublishing::test_is_refused_outside_a_transaction",
    ),
    without(
        "calling a neighbour inside a transaction",
        "platform/building_blocks/interfaces/binding.py",
        'refuse_inside_transaction(f"a call of {self._interface.__name__}.{method}")',
        "pass",
        killed_by=f"{INTERFACES}::TestACall::test_is_refused_inside_a_transaction",
    ),
    without(
        "an external call inside a transaction",
        "platform/building_blocks/databases/transactions.py",
        "    if aliases := open_transactions():\n        raise TransactionMisused(\n",
        "    if (aliases := open_transactions()) and False:\n        raise TransactionMisused(\n",
        killed_by=f"{INTERFACES}::TestACall::test_is_refused_inside_a_transaction",
    ),
    without(
        "writing to two databases in one transaction",
        "platform/building_blocks/databases/transactions.py",
        "if aliases - {self.alias}:",
        "if False:",
        killed_by="tests/building_blocks/test_transactions.py::TestAtomic"
        "::test_is_refused_inside_another_contexts_transaction",
    ),
    Mutant(
        "an inbox without lease and mark",
        (
            Edit(
                "platform/messaging/sql.py",
                '"leased_until": now + models.LEASE',
                '"leased_until": now',
            ),
            Edit(
                "platform/messaging/inbox.py",
                "not mark_handled(row, now=clock()):",
                "not mark_handled(row, now=clock()) and False:",
            ),
        ),
        f"{REDELIVERY}::test_an_inbox_that_many_workers_handle_at_once_has_each_effect_once",
    ),
    without(
        "a message that is retried for ever",
        "platform/messaging/inbox.py",
        "if row.attempts >= MAX_ATTEMPTS:",
        "if False:",
        killed_by=f"{INBOX}::TestTheInbox::test_marks_a_message_as_dead_after_the_last_retry_and_handles_it_after_a_replay",
    ),
    without(
        "a message that ends its process for ever",
        "platform/messaging/inbox.py",
        "if row.attempts > MAX_ATTEMPTS:",
        "if False:",
        killed_by=CRASHING_HANDLER,
    ),
    without(
        "a message that costs others an attempt when it ends its process",
        "platform/messaging/inbox.py",
        "[row for row in claimed if row.attempts > 1]",
        "list[InboxMessage]()",
        killed_by=CRASHING_HANDLER,
    ),
    without(
        "periodic work that every process sends",
        "platform/messaging/periodic.py",
        'id=uuid5(NAMESPACE, f"{envelope.type} {envelope.subject}")',
        "id=envelope.id",
        killed_by="tests/messaging/test_periodic.py"
        "::TestThePeriod::test_has_no_second_command_from_a_process_that_starts_within_it",
    ),
    without(
        "messages that are deleted unfinished",
        "platform/messaging/retention.py",
        ".filter(state=OutboxMessage.State.DONE)",
        ".all()",
        killed_by="tests/messaging/test_retention.py::test_deletes_old_finished_messages_and_no_others",
    ),
    without(
        "a subscription that ignores its filter",
        "platform/messaging/inbox.py",
        "if (subscriber := subscription(name)).accepts(envelope.data)",
        "if (subscriber := subscription(name))",
        killed_by=f"{INBOX}::TestAFilter::test_keeps_other_messages_out_of_the_inbox_but_acknowledges_them",
    ),
    without(
        "a message that overtakes another about the same",
        "platform/messaging/sql.py",
        "AND (NOT in_order OR id IN",
        "AND (true OR id IN",
        killed_by=f"{ORDERING_KEYS}::test_has_its_messages_handled_in_order_by_several_workers",
    ),
    without(
        "a message that overtakes a dead one",
        "platform/messaging/models.py",
        "BLOCKING = (State.PENDING, State.DEAD)",
        "BLOCKING = (State.PENDING,)",
        killed_by=f"{ORDERING_KEYS}::test_is_blocked_by_a_dead_message_until_a_replay_and_blocks_no_other_key",
    ),
    without(
        "messages that stay deferred for an hour after an intervention",
        "platform/message_console/interventions.py",
        "            release_blocked(locked, now=now)\n",
        "",
        killed_by=BLOCKING,
    ),
    without(
        "messages that are deferred before any message is dead",
        "platform/messaging/blocking.py",
        "waiting.filter(ahead, subject__in",
        "waiting.filter(subject__in",
        killed_by=BLOCKING,
    ),
    without(
        "a commit without a wake-up",
        "platform/messaging/publishing.py",
        '    wake(context, "outbox")\n',
        "",
        killed_by="tests/messaging/test_work.py::test_a_commit_wakes_the_dispatcher_and_messages_are_handled_at_once",
    ),
    without(
        "a message for a later time that blocks others",
        "platform/messaging/publishing.py",
        "at is None and bool(",
        "bool(",
        killed_by=f"{ORDERING_KEYS}::test_is_not_blocked_by_a_message_that_is_held_back",
    ),
    without(
        "a message that waits for a receiver that does not ask for ordering",
        "platform/messaging/relay.py",
        "no_longer_blocks=receivers_in_order(row.type) <= set(row.acknowledged_by)",
        "no_longer_blocks=False",
        killed_by=f"{ORDERING_KEYS}::test_does_not_wait_for_subscribers_that_need_no_order",
    ),
    without(
        "a message that is sent again to a receiver that has acknowledged it",
        "platform/messaging/relay.py",
        " - set(row.acknowledged_by):",
        ":",
        killed_by=f"{RELAY}::test_resends_a_message_only_to_contexts_that_have_not_acknowledged_it",
    ),
    without(
        "a relay that waits for a broker that is down",
        "platform/messaging/buses/celery/application.py",
        '{"max_retries": 0}',
        "{}",
        killed_by="tests/messaging/celery/test_bus.py"
        "::TestTheSender::test_tries_once_if_no_broker_answers_because_handlers_wait",
    ),
    without(
        "a slow receiver that gets many copies of its messages",
        "platform/messaging/relay.py",
        'Least("attempts", 10)',
        'Least("attempts", 1)',
        killed_by=f"{RELAY}::test_waits_longer_before_each_resend",
    ),
    without(
        "a message that is handled together with one that ends its process",
        "platform/messaging/inbox.py",
        "until=now + retry_delay(1)",
        "until=now",
        killed_by=f"{INBOX}::TestTheInbox::test_leaves_no_message_to_claim_beside_one_that_may_kill_the_process",
    ),
    without(
        "a message that is left to newer code",
        "platform/messaging/relay.py",
        "is_dead = row.state == OutboxMessage.State.PENDING and row.attempts >= MAX_ATTEMPTS",
        "is_dead = True",
        killed_by=f"{CONFORMANCE}/test_releases.py::test_a_message_unknown_to_older_senders_is_left_to_newer_ones",
    ),
    without(
        "a message that a bus has lost",
        "platform/messaging/relay.py",
        "done = {row for row in rows if receivers_of(row.type) <= set(row.acknowledged_by)}",
        "done = set(rows)",
        killed_by=f"{CONFORMANCE}/test_delivery.py"
        "::test_each_message_has_its_effect_once_where_the[bus loses every second]",
    ),
    without(
        "the mark in the transaction of the effect",
        "platform/messaging/inbox.py",
        """        with database.atomic():
            if not mark_handled(row, now=clock()):
                return _lost(row)
            if subscriber.handle:
                subscriber.handle(message, *answer, now=clock())
""",
        """        if not mark_handled(row, now=clock()):
            return _lost(row)
        with database.atomic():
            if subscriber.handle:
                subscriber.handle(message, *answer, now=clock())
""",
        killed_by=f"{CONFORMANCE}/test_crashes.py::test_a_handler_that_dies_has_its_effect_once[dies before commit]",
    ),
    without(
        "order among several workers",
        "platform/messaging/sql.py",
        "AND (NOT in_order OR id IN",
        "AND (true OR id IN",
        killed_by=f"{CONFORMANCE}/test_order.py"
        "::test_a_key_has_its_messages_in_order_from_several_workers_and_after_retries_where_the[]",
    ),
    without(
        "a second delivery that depends on a broker's lost bindings",
        "platform/messaging/buses/celery/bus.py",
        "receivers_of(type_) and not resent:",
        "receivers_of(type_):",
        killed_by="tests/messaging/celery/test_bus.py::TestTheSender"
        "::test_reaches_a_broker_that_has_lost_its_queues_when_it_resends",
    ),
    without(
        "a broker that delivers a message to a receiver that has acknowledged it",
        "platform/messaging/buses/celery/bus.py",
        "if receivers == receivers_of(type_) and not resent:",
        "if receivers:",
        killed_by="tests/messaging/celery/test_bus.py::TestTheSender::test_resends_only_to_contexts_that_have_not_acknowledged",
    ),
    without(
        "an acknowledgement for a message that is not stored",
        "platform/messaging/buses/celery/application.py",
        """            inbox.store(context, received, now=timezone.now())
            acknowledgements.add(received[0].source, context, [envelope.id for envelope in received])
""",
        """            acknowledgements.add(received[0].source, context, [envelope.id for envelope in received])
            inbox.store(context, received, now=timezone.now())
""",
        killed_by="tests/messaging/celery/test_bus.py::TestTheReceiver::test_acknowledges_no_message_that_it_could_not_store",
    ),
    without(
        "a dead message that is revived by a late acknowledgement",
        "platform/messaging/relay.py",
        ", state__in=OutboxMessage.CLAIMABLE).update(",
        ").update(",
        killed_by=f"{INTERVENTIONS}::TestParking::test_of_a_sent_message_outlasts_a_late_acknowledgement",
    ),
    without(
        "interventions that are not recorded",
        "platform/message_console/interventions.py",
        "for row in locked\n",
        "for row in ()\n",
        killed_by=f"{INTERVENTIONS}::TestEachAction::test_is_recorded_with_operator_and_reason",
    ),
    without(
        "messages that are discarded without a reason",
        "platform/message_console/interventions.py",
        "if not why.strip():",
        "if False:",
        killed_by=f"{INTERVENTIONS}::TestEachAction::test_that_stops_a_message_needs_a_reason",
    ),
    without(
        "stories that include those of other orders",
        "platform/message_console/story.py",
        "return row.subject in about or",
        "return True or",
        killed_by="tests/message_console/test_story.py::TestAStory"
        "::test_includes_other_messages_of_its_trace_but_not_those_of_a_like_subject",
    ),
]
