"""The guards of messages, transactions and calls between contexts."""

from tests.mutants.mutant import Edit, Mutant, without

REDELIVERY = "tests/journeys/test_redelivery.py"
CRASHES = "tests/journeys/test_crashes.py"
MESSAGES = "tests/messaging/test_messages.py"
CONFORMANCE = "tests/conformance"
CRASHING_HANDLER = (
    f"{MESSAGES}::TestTheInbox::test_parks_what_ends_its_process_each_time_and_nothing_that_was_taken_along_with_it"
)
BLOCKING = f"{MESSAGES}::TestOrder::test_takes_what_stands_behind_a_dead_message_out_of_sight_until_somebody_mends_it"
INTERFACES = "tests/building_blocks/test_interfaces.py"
INTERVENTIONS = "tests/message_console/test_interventions.py"

MUTANTS: list[Mutant] = [
    without(
        "keys that are forgotten while their request may be repeated",
        "platform/web_api/idempotency/retention.py",
        "before=now - timedelta(days=settings.IDEMPOTENCY_KEYS_KEPT)",
        "before=now",
        killed_by="tests/web_api/test_retention_of_keys.py::test_forgets_keys_once_nobody_repeats_their_request_any_more",
    ),
    without(
        "baskets that are forgotten one batch a period",
        "contexts/basket/command_handlers.py",
        "        send(command)\n",
        "        pass\n",
        killed_by="tests/basket/test_abandoned.py::test_are_all_deleted_in_one_period_a_batch_in_each_transaction",
    ),
    without(
        "refresh tokens that are forgotten while they may come back stolen",
        "contexts/identity/use_cases/forget_expired_sessions.py",
        'by="expires_at"',
        'by="used_at"',
        killed_by="tests/identity/test_expired_sessions.py::test_a_used_token_is_kept_until_it_would_have_expired",
    ),
    without(
        "families that are forgotten while they may get another token",
        "contexts/identity/use_cases/forget_expired_sessions.py",
        ", ~Exists(sessions)",
        "",
        killed_by="tests/identity/test_expired_sessions.py"
        "::test_a_family_is_deleted_with_its_last_token_once_its_session_has_expired",
    ),
    without(
        "families that are forgotten with tokens that may come back",
        "contexts/identity/use_cases/forget_expired_sessions.py",
        "~Exists(tokens), ",
        "",
        killed_by="tests/identity/test_expired_sessions.py"
        "::test_a_family_without_a_session_is_kept_while_it_has_tokens",
    ),
    without(
        "messages whose number clashes, and which are claimed for held",
        "platform/building_blocks/databases/inserting.py",
        "ON CONFLICT ({', '.join(conflict_columns)}) DO",
        "ON CONFLICT DO",
        killed_by="tests/building_blocks/test_stale_sequences.py"
        "::test_a_message_that_the_inbox_cannot_number_is_not_confirmed_and_comes_again",
    ),
    without(
        "messages that ask a party outside, claimed many at a time",
        "platform/messaging/inbox.py",
        ", external_handlers=handlers_with_external_calls(context))",
        ")",
        killed_by=f"{MESSAGES}::TestTheInbox::test_takes_one_at_a_time_of_what_asks_and_leaves_the_next_to_others",
    ),
    without(
        "external_handlers over a message that another has by now",
        "platform/messaging/inbox.py",
        "if not _holds_lease(row, now=clock()):",
        "if False:",
        killed_by=f"{MESSAGES}::TestTheInbox::test_does_not_ask_once_the_message_is_anothers",
    ),
    without(
        "acknowledgements that outlast those that came meanwhile",
        "platform/messaging/sql.py",
        "SET acknowledged_by = acknowledged_by || %s::jsonb",
        "SET acknowledged_by = %s::jsonb",
        killed_by=f"{MESSAGES}::TestTheRelay::test_loses_no_acknowledgement_that_comes_while_it_sends",
    ),
    without(
        "a reply of a neighbour that makes no sense",
        "platform/building_blocks/interfaces/wire.py",
        "except Exception as error:  # of any kind",
        "except ZeroDivisionError as error:  # of any kind",
        killed_by=f"{INTERFACES}::TestTheWire::test_takes_a_reply_that_makes_no_sense_for_no_answer",
    ),
    without(
        "a facade in another's place",
        "platform/building_blocks/interfaces/binding.py",
        "if interface in _facades and type(_facades[interface]) is not facade:",
        "if False:",
        killed_by=f"{INTERFACES}::TestBinding::test_is_refused_to_another_facade_once_there_is_one",
    ),
    without(
        "a handler in another's place",
        "platform/messaging/subscriptions.py",
        "if _subscriptions.setdefault(name, added) != added:",
        "_subscriptions[name] = added\n    if False:",
        killed_by=f"{MESSAGES}::TestDeclaring::test_lets_no_handler_take_the_place_of_another_of_its_name",
    ),
    without(
        "inbox without its mark",
        "platform/messaging/inbox.py",
        "if not mark_handled(row, now=clock()):",
        "if not mark_handled(row, now=clock()) and False:",
        killed_by=f"{MESSAGES}::TestTheInbox::test_handles_nothing_that_another_worker_has_handled_since_it_was_taken",
    ),
    without(
        "inbox that holds a message twice",
        "platform/messaging/migrations/0001_initial.py",
        "models.UniqueConstraint(fields=('message_id', 'handler'), name='inbox_message_once')",
        killed_by=f"{REDELIVERY}::test_a_purchase_of_which_every_message_comes_twice_and_once_more_is_one_purchase",
    ),
    without(
        "relay that forgets what nobody has confirmed",
        "platform/messaging/relay.py",
        "done = {row for row in rows if receivers_of(row.type) <= set(row.acknowledged_by)}",
        "done = rows",
        killed_by=f"{MESSAGES}::TestTheRelay::test_sends_again_what_a_context_has_not_confirmed",
    ),
    without(
        "messages that stay with whoever died over them",
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
        killed_by=f"{MESSAGES}::TestPublishing::test_is_refused_outside_a_transaction",
    ),
    without(
        "calling a neighbour inside a transaction",
        "platform/building_blocks/interfaces/binding.py",
        'refuse_inside_transaction(f"a call of {self._interface.__name__}.{method}")',
        "pass",
        killed_by=f"{INTERFACES}::TestACall::test_is_refused_inside_a_transaction",
    ),
    without(
        "external_handlers anybody inside a transaction",
        "platform/building_blocks/databases/transactions.py",
        '    if aliases := open_transactions():\n        raise TransactionMisused(f"{operation} inside',
        '    if (aliases := open_transactions()) and False:\n        raise TransactionMisused(f"{operation} inside',
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
        "inbox without lease and mark",
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
        "a message that is tried for ever",
        "platform/messaging/inbox.py",
        "if row.attempts >= MAX_ATTEMPTS:",
        "if False:",
        killed_by=f"{MESSAGES}::TestTheInbox::test_parks_what_fails_again_and_again_and_replays_it_when_asked",
    ),
    without(
        "a message that ends its process for ever",
        "platform/messaging/inbox.py",
        "if row.attempts > MAX_ATTEMPTS:",
        "if False:",
        killed_by=CRASHING_HANDLER,
    ),
    without(
        "a message that takes others along when it ends its process",
        "platform/messaging/inbox.py",
        "[row for row in claimed if row.attempts > 1]",
        "list[InboxMessage]()",
        killed_by=CRASHING_HANDLER,
    ),
    without(
        "periodic work that every process asks for",
        "platform/messaging/periodic.py",
        'id=uuid5(NAMESPACE, f"{envelope.type} {envelope.subject}")',
        "id=envelope.id",
        killed_by="tests/messaging/test_periodic.py"
        "::TestThePeriod::test_is_not_asked_for_again_by_a_process_that_starts_within_it",
    ),
    without(
        "messages that are forgotten unfinished",
        "platform/messaging/retention.py",
        ".filter(state=OutboxMessage.State.DONE)",
        ".all()",
        killed_by="tests/messaging/test_retention.py"
        "::test_forgets_what_is_finished_and_old_and_keeps_what_is_dead_or_under_way_or_young",
    ),
    without(
        "a subscription that hears what it has not asked for",
        "platform/messaging/inbox.py",
        "if (subscriber := subscription(name)).accepts(envelope.data)",
        "if (subscriber := subscription(name))",
        killed_by=f"{MESSAGES}::TestAFilter::test_keeps_what_does_not_fit_out_of_the_inbox_and_confirms_it_all_the_same",
    ),
    without(
        "a message that overtakes another about the same",
        "platform/messaging/sql.py",
        "AND (NOT in_order OR id IN",
        "AND (true OR id IN",
        killed_by=f"{MESSAGES}::TestOrder::test_is_kept_within_a_subject_whoever_takes_the_messages",
    ),
    without(
        "a message that overtakes one that is given up",
        "platform/messaging/models.py",
        "BLOCKING = (State.PENDING, State.DEAD)",
        "BLOCKING = (State.PENDING,)",
        killed_by=f"{MESSAGES}::TestOrder::test_lets_what_failed_hold_up_its_own_subject_alone_until_it_is_replayed",
    ),
    without(
        "what waits for an hour behind a message that is mended",
        "platform/message_console/interventions.py",
        "            release_blocked(locked, now=now)\n",
        "",
        killed_by=BLOCKING,
    ),
    without(
        "what is put off before anything is dead",
        "platform/messaging/blocking.py",
        "waiting.filter(ahead, subject__in",
        "waiting.filter(subject__in",
        killed_by=BLOCKING,
    ),
    without(
        "a commit that wakes nobody",
        "platform/messaging/publishing.py",
        '    wake(context, "outbox")\n',
        "",
        killed_by="tests/messaging/test_work.py"
        "::test_a_commit_wakes_whoever_relays_and_what_is_relayed_is_handled_at_once",
    ),
    without(
        "what is sent for later and holds up what is sent at once",
        "platform/messaging/publishing.py",
        "at is None and bool(",
        "bool(",
        killed_by=f"{MESSAGES}::TestOrder::test_does_not_wait_for_what_is_sent_for_later",
    ),
    without(
        "a message that waits for who does not ask for order",
        "platform/messaging/relay.py",
        "no_longer_blocks=receivers_in_order(row.type) <= set(row.acknowledged_by)",
        "no_longer_blocks=False",
        killed_by=f"{MESSAGES}::TestOrder::test_does_not_wait_for_who_has_not_asked_for_it",
    ),
    without(
        "a message that comes again to who has confirmed and forgotten it",
        "platform/messaging/relay.py",
        " - set(row.acknowledged_by):",
        ":",
        killed_by=f"{MESSAGES}::TestTheRelay::test_sends_again_what_a_context_has_not_confirmed",
    ),
    without(
        "a relay that waits for a broker that is away",
        "platform/messaging/buses/celery/application.py",
        '{"max_retries": 0}',
        "{}",
        killed_by="tests/messaging/celery/test_bus.py"
        "::TestTheSender::test_tries_once_where_no_broker_answers_since_handlers_wait_meanwhile",
    ),
    without(
        "a slow receiver that is buried under copies of what it has",
        "platform/messaging/relay.py",
        'Least("attempts", 10)',
        'Least("attempts", 1)',
        killed_by=f"{MESSAGES}::TestTheRelay::test_sends_again_ever_less_often_while_nobody_confirms",
    ),
    without(
        "a message that is handled beside one that ends its process",
        "platform/messaging/inbox.py",
        "until=now + retry_delay(1)",
        "until=now",
        killed_by=f"{MESSAGES}::TestTheInbox::test_lets_nobody_take_a_message_beside_one_that_may_end_the_process",
    ),
    without(
        "a message that is left to newer code",
        "platform/messaging/relay.py",
        "is_dead = row.state == OutboxMessage.State.PENDING and row.attempts >= MAX_ATTEMPTS",
        "is_dead = True",
        killed_by=f"{CONFORMANCE}/test_releases.py"
        "::test_a_message_that_older_senders_have_never_heard_of_is_left_to_newer_ones",
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
            subscriber.handle(message, *answer, now=clock())
""",
        """        if not mark_handled(row, now=clock()):
            return _lost(row)
        with database.atomic():
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
        "a second try that goes past a broker's lost bindings",
        "platform/messaging/buses/celery/bus.py",
        "receivers_of(type_) and not resent:",
        "receivers_of(type_):",
        killed_by="tests/messaging/celery/test_bus.py::TestTheSender"
        "::test_reaches_with_its_second_try_a_broker_that_has_lost_its_queues_unnoticed",
    ),
    without(
        "a broker that gives a message to who has confirmed it",
        "platform/messaging/buses/celery/bus.py",
        "if receivers == receivers_of(type_) and not resent:",
        "if receivers:",
        killed_by="tests/messaging/celery/test_bus.py::TestTheSender::test_sends_again_to_none_but_those_who_have_not_confirmed",
    ),
    without(
        "an acknowledgement for a message that nobody has stored",
        "platform/messaging/buses/celery/application.py",
        """            inbox.store(context, received, now=timezone.now())
            acknowledgements.add(received[0].source, context, [envelope.id for envelope in received])
""",
        """            acknowledgements.add(received[0].source, context, [envelope.id for envelope in received])
            inbox.store(context, received, now=timezone.now())
""",
        killed_by="tests/messaging/celery/test_bus.py::TestTheReceiver::test_confirms_nothing_that_it_could_not_store",
    ),
    without(
        "a message that is given up and comes back by a late acknowledgement",
        "platform/messaging/relay.py",
        ", state__in=OutboxMessage.UNDER_WAY).update(",
        ").update(",
        killed_by=f"{INTERVENTIONS}::TestParking::test_of_a_message_on_its_way_outlasts_a_late_acknowledgement",
    ),
    without(
        "messages that are mended and nobody knows by whom",
        "platform/message_console/interventions.py",
        "for row in locked\n",
        "for row in ()\n",
        killed_by=f"{INTERVENTIONS}::TestEachAction::test_is_written_down_with_who_and_why",
    ),
    without(
        "messages that are discarded without a reason",
        "platform/message_console/interventions.py",
        "if not why.strip():",
        "if False:",
        killed_by=f"{INTERVENTIONS}::TestEachAction::test_that_takes_something_away_needs_a_reason",
    ),
    without(
        "stories that take in those of other orders",
        "platform/message_console/story.py",
        "return row.subject in about or",
        "return True or",
        killed_by="tests/message_console/test_story.py::TestAStory"
        "::test_takes_in_what_was_caused_along_with_it_but_not_the_story_of_a_like_thing",
    ),
]
