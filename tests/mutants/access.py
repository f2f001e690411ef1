"""The guards of who may see and do what."""

from tests.mutants.mutant import Edit, Mutant, without

DATABASES = "tests/architecture/test_databases.py"
ADDRESSES = "tests/identity/test_address_book.py"
LIMITS = "tests/web_api/test_limits.py"
REFRESHING = "tests/identity/test_refreshing.py"
PROVISION = "platform/provisioning/provision.py"

MUTANTS: list[Mutant] = [
    Mutant(
        "tables granted to every login",
        (
            Edit(PROVISION, '"GRANT USAGE ON SCHEMA {0} TO {0}"', '"GRANT USAGE ON SCHEMA {0} TO PUBLIC"'),
            Edit(PROVISION, "SELECT, INSERT, UPDATE, DELETE ON TABLES TO {0}", "SELECT ON TABLES TO PUBLIC, {0}"),
        ),
        f"{DATABASES}::test_a_login_may_do_nothing_with_the_tables_of_another",
    ),
    without(
        "a public schema that every login may use",
        PROVISION,
        '"REVOKE ALL ON SCHEMA public FROM PUBLIC"',
        '"SELECT 1"',
        killed_by=f"{DATABASES}::TestALogin::test_cannot_use_the_public_schema",
    ),
    without(
        "a database that every login may enter",
        PROVISION,
        '"REVOKE CONNECT, TEMPORARY ON DATABASE {0} FROM PUBLIC"',
        '"SELECT 1"',
        killed_by=f"{DATABASES}::test_a_login_that_was_given_no_right_to_enter_stays_outside",
    ),
    without(
        "a login without limits of time",
        PROVISION,
        'sql.Literal(f"{seconds}s")',
        'sql.Literal("0")',
        killed_by=f"{DATABASES}::TestALogin::test_has_limits_of_time_which_are_those_of_the_settings",
    ),
    without(
        "a migration that is cut short",
        PROVISION,
        "search_path={settings.SCHEMAS[alias]} {UNLIMITED}",
        "search_path={settings.SCHEMAS[alias]} -c statement_timeout=99999",
        killed_by=f"{DATABASES}::test_a_migration_has_no_limit_of_time",
    ),
    without(
        "a page of the operators that calls a busy database its own mistake",
        "platform/web_api/problems.py",
        "if is_database_error(sys.exception()):",
        "if False:",
        killed_by="tests/gateway/test_time_limits.py::test_on_a_page_of_the_operators",
    ),
    without(
        "refresh token that is good again",
        "contexts/identity/domain/refresh_tokens.py",
        "if used_up or not signed_in:",
        "if not signed_in:",
        killed_by=f"{REFRESHING}::TestRefresh::test_of_a_used_token_ends_the_whole_sign_in",
    ),
    without(
        "refresh token without its lock",
        "contexts/identity/models.py",
        "RefreshFamily.objects.select_for_update().filter(pk__in=",
        "RefreshFamily.objects.filter(pk__in=",
        killed_by=f"{REFRESHING}::test_of_one_token_eight_times_at_once_succeeds_once_without_a_grace",
    ),
    without(
        "refresh token that is good once for two tabs at once",
        "contexts/identity/adapters/tokens.py",
        "grace=settings.REFRESH_GRACE",
        "grace=0",
        killed_by=f"{REFRESHING}::test_of_one_token_eight_times_at_once_gives_each_a_token_of_the_same_family",
    ),
    without(
        "an address book that everybody reads",
        "contexts/identity/queries.py",
        "CustomerAddress.objects.filter(user_id=user_id, pk=address_id)",
        "CustomerAddress.objects.filter(pk=address_id)",
        killed_by=f"{ADDRESSES}::TestAddress::test_is_nobody_elses_business",
    ),
    without(
        "an address book without its lock",
        "contexts/identity/models.py",
        "self.select_for_update(no_key=True).filter(pk=user_id)",
        "self.filter(pk=user_id)",
        killed_by=f"{ADDRESSES}::TestConcurrentChanges",
    ),
    without(
        "two default addresses that the database would take",
        "contexts/identity/migrations/0001_initial.py",
        "models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('user',),",
        "models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('user', 'id'),",
        killed_by=f"{ADDRESSES}::TestDefaultAddress::test_is_one_in_the_database_too",
    ),
    without(
        "coupons that may be guessed for ever",
        "contexts/basket/api/views.py",
        'throttle(request, "coupon", settings.COUPON_RATE_LIMIT)',
        "pass",
        killed_by=f"{LIMITS}::TestGuessingCoupons::test_is_refused_after_some_tries_with_when_to_try_again",
    ),
    without(
        "orders without a limit",
        "contexts/ordering/api/views.py",
        'throttle(request, "order", settings.ORDER_RATE_LIMIT)\n        checkout',
        "checkout",
        killed_by=f"{LIMITS}::TestHammeringOrders::test_is_refused_after_some_tries_and_places_nothing",
    ),
    without(
        "baskets that a client begins without end",
        "contexts/basket/api/views.py",
        'throttle(request, "basket", settings.BASKET_RATE_LIMIT)',
        "pass",
        killed_by=f"{LIMITS}::TestBeginningBaskets::test_is_refused_after_some_to_one_address",
    ),
    without(
        "e-mails that a guest sends without end",
        "contexts/ordering/api/views.py",
        "if checkout.email:",
        "if False:",
        killed_by=f"{LIMITS}::TestMailsAboutOrders",
    ),
    without(
        "an e-mail address that is not all seen",
        "platform/building_blocks/email_addresses.py",
        'if any(unicodedata.category(character)[0] in "CZ" for character in address):',
        "if False:",
        killed_by="tests/identity/test_email_addresses.py::test_is_refused_by_the_api",
    ),
    without(
        "paying again without a limit",
        "contexts/ordering/api/views.py",
        "settings.ORDER_RATE_LIMIT)\n        order = _order(request, number)\n        new_payment",
        "None)\n        order = _order(request, number)\n        new_payment",
        killed_by="tests/journeys/test_paying_again.py::TestARequest::test_counts_as_an_order_where_tries_are_limited",
    ),
    without(
        "tries that are read and written back",
        "platform/web_api/throttling/counting.py",
        "return cache.incr(self._key)",
        "cache.set(self._key, cache.get(self._key, 0) + 1)\n            return int(cache.get(self._key))",
        killed_by=f"{LIMITS}::TestGuessingCoupons::test_gains_nothing_by_haste",
    ),
    without(
        "an address that the client may choose",
        "platform/web_api/throttling/counting.py",
        ".rpartition(",
        ".partition(",
        killed_by=f"{LIMITS}::TestWhereARequestComesFrom::test_is_what_our_own_proxy_says",
    ),
    without(
        "a cache that every request waits for while it is away",
        "platform/web_api/throttling/cache.py",
        "asks_redis = now >= _unavailable_until.get(self._server, now)",
        "asks_redis = True",
        killed_by="tests/web_api/test_cache.py::TestTheCache::test_waits_once_for_a_server_that_hangs_and_says_so_once",
    ),
]
