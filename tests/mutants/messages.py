"""The guards of messages, transactions and calls between contexts."""

from tests.mutants.mutant import Edit, Mutant, without

REDELIVERY = "tests/journeys/test_redelivery.py"
CRASHES = "tests/journeys/test_crashes.py"
MESSAGES = "tests/building_blocks/test_messages.py"
CONFORMITY = "tests/conformity"
DEADLY = (
    f"{MESSAGES}::TestTheInbox::test_parks_what_ends_its_process_each_time_and_nothing_that_was_taken_along_with_it"
)
STANDSTILL = f"{MESSAGES}::TestOrder::test_takes_what_stands_behind_a_dead_message_out_of_sight_until_somebody_mends_it"
INTERFACES = "tests/building_blocks/test_interfaces.py"
MENDING = "tests/message_desk/test_mending.py"

MUTANTS: list[Mutant] = [
    without(
        "keys that are forgotten while their request may be repeated",
        "platform/building_blocks/messaging/retention.py",
        "before=now - timedelta(days=settings.IDEMPOTENCY_KEYS_KEPT)",
        "before=now",
        found_by="tests/building_blocks/test_retention.py"
        "::test_forgets_keys_once_nobody_repeats_their_request_any_more",
    ),
    without(
        "baskets that are forgotten one batch a period",
        "contexts/basket/commands.py",
        "        send(command)\n",
        "        pass\n",
        found_by="tests/basket/test_abandoned.py::test_are_all_forgotten_in_one_period_a_batch_in_each_transaction",
    ),
    without(
        "refresh tokens that are forgotten while they may come back stolen",
        "contexts/identity/use_cases/forget_expired_sessions.py",
        'by="expires_at"',
        'by="used_at"',
        found_by="tests/identity/test_forgetting.py"
        "::test_a_used_token_is_kept_to_be_recognised_until_it_would_have_expired",
    ),
    without(
        "families that are forgotten while they may get another token",
        "contexts/identity/use_cases/forget_expired_sessions.py",
        ", ~Exists(its_session)",
        "",
        found_by="tests/identity/test_forgetting.py"
        "::test_a_family_is_forgotten_with_its_last_token_once_its_session_is_over",
    ),
    without(
        "families that are forgotten with tokens that may come back",
        "contexts/identity/use_cases/forget_expired_sessions.py",
        "~Exists(its_tokens), ",
        "",
        found_by="tests/identity/test_forgetting.py"
        "::test_a_family_whose_session_is_over_is_kept_while_one_of_its_tokens_may_come_back",
    ),
    without(
        "messages whose number clashes, and which are taken for held",
        "platform/building_blocks/databases/inserting.py",
        "ON CONFLICT ({', '.join(known_by)}) DO",
        "ON CONFLICT DO",
        found_by="tests/building_blocks/test_clashing_numbers.py"
        "::test_a_message_that_the_inbox_cannot_number_is_not_confirmed_and_comes_again",
    ),
    without(
        "messages that ask a party outside, taken many at a time",
        "platform/building_blocks/messaging/inbox.py",
        ", asking=handlers_that_ask(context))",
        ")",
        found_by=f"{MESSAGES}::TestTheInbox::test_takes_one_at_a_time_of_what_asks_and_leaves_the_next_to_others",
    ),
    without(
        "asking over a message that another has by now",
        "platform/building_blocks/messaging/inbox.py",
        "if not _is_ours(row, now=clock()):",
        "if False:",
        found_by=f"{MESSAGES}::TestTheInbox::test_does_not_ask_once_the_message_is_anothers",
    ),
    without(
        "receipts that outlast those that came meanwhile",
        "platform/building_blocks/messaging/statements.py",
        "SET confirmed_by = confirmed_by || %s::jsonb",
        "SET confirmed_by = %s::jsonb",
        found_by=f"{MESSAGES}::TestTheRelay::test_loses_no_receipt_that_comes_while_it_sends",
    ),
    without(
        "a reply of a neighbour that makes no sense",
        "platform/building_blocks/interfaces/wire.py",
        "except Exception as error:  # of any kind",
        "except ZeroDivisionError as error:  # of any kind",
        found_by=f"{INTERFACES}::TestTheWire::test_takes_a_reply_that_makes_no_sense_for_no_answer",
    ),
    without(
        "a facade in another's place",
        "platform/building_blocks/interfaces/binding.py",
        "if interface in _facades and type(_facades[interface]) is not facade:",
        "if False:",
        found_by=f"{INTERFACES}::TestBinding::test_is_refused_to_another_facade_once_there_is_one",
    ),
    without(
        "a handler in another's place",
        "platform/building_blocks/messaging/subscriptions.py",
        "if _subscriptions.setdefault(name, added) != added:",
        "_subscriptions[name] = added\n    if False:",
        found_by=f"{MESSAGES}::TestDeclaring::test_lets_no_handler_take_the_place_of_another_of_its_name",
    ),
    without(
        "inbox without its mark",
        "platform/building_blocks/messaging/inbox.py",
        "if not mark_handled(row, now=clock()):",
        "if not mark_handled(row, now=clock()) and False:",
        found_by=f"{MESSAGES}::TestTheInbox::test_handles_nothing_that_another_worker_has_handled_since_it_was_taken",
    ),
    without(
        "inbox that holds a message twice",
        "platform/building_blocks/messaging/migrations/0001_initial.py",
        "models.UniqueConstraint(fields=('message_id', 'handler'), name='inbox_message_once')",
        found_by=f"{REDELIVERY}::test_a_purchase_of_which_every_message_comes_twice_and_once_more_is_one_purchase",
    ),
    without(
        "relay that forgets what nobody has confirmed",
        "platform/building_blocks/messaging/relay.py",
        "done = {row for row in rows if receivers_of(row.type) <= set(row.confirmed_by)}",
        "done = rows",
        found_by=f"{MESSAGES}::TestTheRelay::test_sends_again_what_a_context_has_not_confirmed",
    ),
    without(
        "messages that stay with whoever died over them",
        "platform/building_blocks/messaging/models.py",
        "LEASE = timedelta(seconds=10)",
        "LEASE = timedelta(days=1)",
        found_by=f"{CRASHES}::test_twenty_crashes_leave_every_purchase_whole",
    ),
    without(
        "publishing outside a transaction",
        "platform/building_blocks/db.py",
        "    if not opened:\n        raise TransactionMisused(",
        '    if not opened:\n        return "catalog"\n        raise TransactionMisused(',
        found_by=f"{MESSAGES}::TestPublishing::test_is_refused_outside_a_transaction",
    ),
    without(
        "calling a neighbour inside a transaction",
        "platform/building_blocks/interfaces/binding.py",
        'refuse_inside_transaction(f"a call of {self._interface.__name__}.{method}")',
        "pass",
        found_by=f"{INTERFACES}::TestACall::test_is_refused_inside_a_transaction",
    ),
    without(
        "asking anybody inside a transaction",
        "platform/building_blocks/db.py",
        '    if opened := open_transactions():\n        raise TransactionMisused(f"{what} inside',
        '    if (opened := open_transactions()) and False:\n        raise TransactionMisused(f"{what} inside',
        found_by=f"{INTERFACES}::TestACall::test_is_refused_inside_a_transaction",
    ),
    without(
        "writing to two databases in one transaction",
        "platform/building_blocks/db.py",
        "if opened - {self.alias}:",
        "if False:",
        found_by="tests/building_blocks/test_transactions.py::TestAtomic"
        "::test_is_refused_inside_another_contexts_transaction",
    ),
    Mutant(
        "inbox without lease and mark",
        (
            Edit(
                "platform/building_blocks/messaging/statements.py",
                '"leased_until": now + models.LEASE',
                '"leased_until": now',
            ),
            Edit(
                "platform/building_blocks/messaging/inbox.py",
                "not mark_handled(row, now=clock()):",
                "not mark_handled(row, now=clock()) and False:",
            ),
        ),
        f"{REDELIVERY}::test_an_inbox_that_many_workers_handle_at_once_has_each_effect_once",
    ),
    without(
        "a message that is tried for ever",
        "platform/building_blocks/messaging/inbox.py",
        "if row.attempts >= MOST_ATTEMPTS:",
        "if False:",
        found_by=f"{MESSAGES}::TestTheInbox::test_parks_what_fails_again_and_again_and_replays_it_when_asked",
    ),
    without(
        "a message that ends its process for ever",
        "platform/building_blocks/messaging/inbox.py",
        "if row.attempts > MOST_ATTEMPTS:",
        "if False:",
        found_by=DEADLY,
    ),
    without(
        "a message that takes others along when it ends its process",
        "platform/building_blocks/messaging/inbox.py",
        "[row for row in taken if row.attempts > 1]",
        "list[InboxMessage]()",
        found_by=DEADLY,
    ),
    without(
        "periodic work that every process asks for",
        "platform/building_blocks/messaging/periodic.py",
        'id=uuid5(IDS, f"{envelope.type} {envelope.subject}")',
        "id=envelope.id",
        found_by="tests/building_blocks/test_periodic.py"
        "::TestThePeriod::test_is_not_asked_for_again_by_a_process_that_starts_within_it",
    ),
    without(
        "messages that are forgotten unfinished",
        "platform/building_blocks/messaging/retention.py",
        ".filter(state=OutboxMessage.State.DONE)",
        ".all()",
        found_by="tests/building_blocks/test_retention.py"
        "::test_forgets_what_is_finished_and_old_and_keeps_what_is_dead_or_under_way_or_young",
    ),
    without(
        "a subscription that hears what it has not asked for",
        "platform/building_blocks/messaging/inbox.py",
        "if (found := subscription(name)).wants(envelope.data)",
        "if (found := subscription(name))",
        found_by=f"{MESSAGES}::TestAFilter::test_keeps_what_does_not_fit_out_of_the_inbox_and_confirms_it_all_the_same",
    ),
    without(
        "a message that overtakes another about the same",
        "platform/building_blocks/messaging/statements.py",
        "AND (NOT in_order OR id IN",
        "AND (true OR id IN",
        found_by=f"{MESSAGES}::TestOrder::test_is_kept_within_a_subject_whoever_takes_the_messages",
    ),
    without(
        "a message that overtakes one that is given up",
        "platform/building_blocks/messaging/models.py",
        "IN_THE_WAY = (State.PENDING, State.DEAD)",
        "IN_THE_WAY = (State.PENDING,)",
        found_by=f"{MESSAGES}::TestOrder::test_lets_what_failed_hold_up_its_own_subject_alone_until_it_is_replayed",
    ),
    without(
        "what waits for an hour behind a message that is mended",
        "platform/message_desk/mending.py",
        "            let_go(chosen, now=now)\n",
        "",
        found_by=STANDSTILL,
    ),
    without(
        "what is put off before anything is dead",
        "platform/building_blocks/messaging/standstill.py",
        "waiting.filter(ahead, subject__in",
        "waiting.filter(subject__in",
        found_by=STANDSTILL,
    ),
    without(
        "a commit that wakes nobody",
        "platform/building_blocks/messaging/publishing.py",
        '    wake(context, "outbox")\n',
        "",
        found_by="tests/building_blocks/test_work.py"
        "::test_a_commit_wakes_whoever_relays_and_what_is_relayed_is_handled_at_once",
    ),
    without(
        "what is sent for later and holds up what is sent at once",
        "platform/building_blocks/messaging/publishing.py",
        "at is None and bool(",
        "bool(",
        found_by=f"{MESSAGES}::TestOrder::test_does_not_wait_for_what_is_sent_for_later",
    ),
    without(
        "a message that waits for who does not ask for order",
        "platform/building_blocks/messaging/relay.py",
        "out_of_the_way=keep_in_order(row.type) <= set(row.confirmed_by)",
        "out_of_the_way=False",
        found_by=f"{MESSAGES}::TestOrder::test_does_not_wait_for_who_has_not_asked_for_it",
    ),
    without(
        "a message that comes again to who has confirmed and forgotten it",
        "platform/building_blocks/messaging/relay.py",
        " - set(row.confirmed_by):",
        ":",
        found_by=f"{MESSAGES}::TestTheRelay::test_sends_again_what_a_context_has_not_confirmed",
    ),
    without(
        "a relay that waits for a broker that is away",
        "platform/celery_bus/application.py",
        '{"max_retries": 0}',
        "{}",
        found_by="tests/celery_bus/test_bus.py"
        "::TestTheSender::test_tries_once_where_no_broker_answers_since_handlers_wait_meanwhile",
    ),
    without(
        "a slow receiver that is buried under copies of what it has",
        "platform/building_blocks/messaging/relay.py",
        'Least("attempts", 10)',
        'Least("attempts", 1)',
        found_by=f"{MESSAGES}::TestTheRelay::test_sends_again_ever_less_often_while_nobody_confirms",
    ),
    without(
        "a message that is handled beside one that ends its process",
        "platform/building_blocks/messaging/inbox.py",
        "until=now + pause(1)",
        "until=now",
        found_by=f"{MESSAGES}::TestTheInbox::test_lets_nobody_take_a_message_beside_one_that_may_end_the_process",
    ),
    without(
        "a message that is left to newer code",
        "platform/building_blocks/messaging/relay.py",
        "given_up = row.state == OutboxMessage.State.PENDING and row.attempts >= MOST_ATTEMPTS",
        "given_up = True",
        found_by=f"{CONFORMITY}/test_releases.py"
        "::test_a_message_that_older_senders_have_never_heard_of_is_left_to_newer_ones",
    ),
    without(
        "a message that a bus has lost",
        "platform/building_blocks/messaging/relay.py",
        "done = {row for row in rows if receivers_of(row.type) <= set(row.confirmed_by)}",
        "done = set(rows)",
        found_by=f"{CONFORMITY}/test_delivery.py"
        "::test_each_message_has_its_effect_once_where_the[bus loses every second]",
    ),
    without(
        "the mark in the transaction of the effect",
        "platform/building_blocks/messaging/inbox.py",
        """        with database.atomic():
            if not mark_handled(row, now=clock()):
                return _lost(row)
            found.handle(message, *answer, now=clock())
""",
        """        if not mark_handled(row, now=clock()):
            return _lost(row)
        with database.atomic():
            found.handle(message, *answer, now=clock())
""",
        found_by=f"{CONFORMITY}/test_crashes.py::test_a_handler_that_dies_has_its_effect_once[dies before commit]",
    ),
    without(
        "order among several workers",
        "platform/building_blocks/messaging/statements.py",
        "AND (NOT in_order OR id IN",
        "AND (true OR id IN",
        found_by=f"{CONFORMITY}/test_order.py"
        "::test_a_key_has_its_messages_in_order_from_several_workers_and_after_retries_where_the[]",
    ),
    without(
        "a second try that goes past a broker's lost bindings",
        "platform/celery_bus/bus.py",
        "receivers_of(type_) and not again:",
        "receivers_of(type_):",
        found_by="tests/celery_bus/test_bus.py::TestTheSender"
        "::test_reaches_with_its_second_try_a_broker_that_has_lost_its_queues_unnoticed",
    ),
    without(
        "a broker that gives a message to who has confirmed it",
        "platform/celery_bus/bus.py",
        "if receivers == receivers_of(type_) and not again:",
        "if receivers:",
        found_by="tests/celery_bus/test_bus.py::TestTheSender::test_sends_again_to_none_but_those_who_have_not_confirmed",
    ),
    without(
        "a receipt for a message that nobody has stored",
        "platform/celery_bus/application.py",
        """            inbox.store(context, found, now=timezone.now())
            receipts.note(found[0].source, context, [envelope.id for envelope in found])
""",
        """            receipts.note(found[0].source, context, [envelope.id for envelope in found])
            inbox.store(context, found, now=timezone.now())
""",
        found_by="tests/celery_bus/test_bus.py::TestTheReceiver::test_confirms_nothing_that_it_could_not_store",
    ),
    without(
        "a message that is given up and comes back by a late receipt",
        "platform/building_blocks/messaging/relay.py",
        ", state__in=OutboxMessage.UNDER_WAY).update(",
        ").update(",
        found_by=f"{MENDING}::TestParking::test_of_a_message_on_its_way_outlasts_a_late_receipt",
    ),
    without(
        "messages that are mended and nobody knows by whom",
        "platform/message_desk/mending.py",
        "for row in chosen\n",
        "for row in ()\n",
        found_by=f"{MENDING}::TestEachStep::test_is_written_down_with_who_and_why",
    ),
    without(
        "messages that are discarded without a reason",
        "platform/message_desk/mending.py",
        "if not why.strip():",
        "if False:",
        found_by=f"{MENDING}::TestEachStep::test_that_takes_something_away_needs_a_reason",
    ),
    without(
        "stories that take in those of other orders",
        "platform/message_desk/story.py",
        "return row.subject in about or",
        "return True or",
        found_by="tests/message_desk/test_story.py::TestAStory"
        "::test_takes_in_what_was_caused_along_with_it_but_not_the_story_of_a_like_thing",
    ),
]
