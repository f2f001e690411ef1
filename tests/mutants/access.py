"""Mutants of access rights, limits and sign-in tokens."""

from tests.mutants.mutant import Edit, Mutant, without

DATABASES = "tests/architecture/test_databases.py"
ADDRESSES = "tests/identity/test_address_book.py"
LIMITS = "tests/web_api/test_throttling.py"
REFRESHING = "tests/identity/test_refreshing.py"
PROVISION = "platform/provisioning/provision.py"

MUTANTS: list[Mutant] = [
    Mutant(
        "tables granted to every login",
        (
            Edit(PROVISION, '"GRANT USAGE ON SCHEMA {0} TO {0}"', '"GRANT USAGE ON SCHEMA {0} TO PUBLIC"'),
            Edit(PROVISION, "SELECT, INSERT, UPDATE, DELETE ON TABLES TO {0}", "SELECT ON TABLES TO PUBLIC, {0}"),
        ),
        f"{DATABASES}::test_a_login_has_no_rights_on_another_schemas_tables",
    ),
    without(
        "a public schema that every login may use",
        PROVISION,
        '"REVOKE ALL ON SCHEMA public FROM PUBLIC"',
        '"SELECT 1"',
        killed_by=f"{DATABASES}::TestALogin::test_cannot_use_the_public_schema",
    ),
    without(
        "a database to which every login may connect",
        PROVISION,
        '"REVOKE CONNECT, TEMPORARY ON DATABASE {0} FROM PUBLIC"',
        '"SELECT 1"',
        killed_by=f"{DATABASES}::test_a_login_without_the_right_to_connect_is_refused",
    ),
    without(
        "a login without time limits",
        PROVISION,
        'sql.Literal(f"{seconds}s")',
        'sql.Literal("0")',
        killed_by=f"{DATABASES}::TestALogin::test_has_the_time_limits_of_the_settings",
    ),
    without(
        "a migration with a time limit",
        PROVISION,
        "search_path={settings.SCHEMAS[alias]} {UNLIMITED}",
        "search_path={settings.SCHEMAS[alias]} -c statement_timeout=99999",
        killed_by=f"{DATABASES}::test_a_migration_has_no_time_limit",
    ),
    without(
        "an operators' page that reports a busy database as an unexpected error",
        "platform/web_api/problems.py",
        "if is_database_error(sys.exception()):",
        "if False:",
        killed_by="tests/gateway/test_time_limits.py::test_an_operators_page_shows_an_error_page",
    ),
    without(
        "a refresh token that is valid again",
        "contexts/identity/domain/refresh_tokens.py",
        "if used_up or not signed_in:",
        "if not signed_in:",
        killed_by=f"{REFRESHING}::TestRefresh::test_with_a_used_token_ends_the_whole_sign_in",
    ),
    without(
        "a refresh token without its lock",
        "contexts/identity/models.py",
        "RefreshTokenFamily.objects.select_for_update().filter(pk__in=",
        "RefreshTokenFamily.objects.filter(pk__in=",
        killed_by=f"{REFRESHING}::test_of_eight_concurrent_uses_of_one_token_one_succeeds_without_a_grace",
    ),
    without(
        "a refresh token without a grace period for two tabs",
        "contexts/identity/adapters/tokens.py",
        "grace=settings.REFRESH_GRACE",
        "grace=0",
        killed_by=f"{REFRESHING}::test_eight_concurrent_uses_of_one_token_each_return_a_token_of_the_same_family",
    ),
    without(
        "an address book that every user reads",
        "contexts/identity/queries.py",
        "CustomerAddress.objects.filter(user_id=user_id, pk=address_id)",
        "CustomerAddress.objects.filter(pk=address_id)",
        killed_by=f"{ADDRESSES}::TestAddress::test_is_unknown_to_other_customers",
    ),
    without(
        "an address book without its lock",
        "contexts/identity/models.py",
        "self.select_for_update(no_key=True).filter(pk=user_id)",
        "self.filter(pk=user_id)",
        killed_by=f"{ADDRESSES}::TestConcurrentChanges",
    ),
    without(
        "two default addresses in the database",
        "contexts/identity/migrations/0001_initial.py",
        "models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('user',),",
        "models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('user', 'id'),",
        killed_by=f"{ADDRESSES}::TestDefaultAddress::test_is_unique_in_the_database_too",
    ),
    without(
        "coupons that may be guessed without a limit",
        "contexts/basket/api/views.py",
        'throttle(request, "coupon", settings.COUPON_RATE_LIMIT)',
        "pass",
        killed_by=f"{LIMITS}::TestGuessingCoupons::test_is_refused_after_some_attempts_until_a_given_time",
    ),
    without(
        "orders without a limit",
        "contexts/ordering/api/views.py",
        'throttle(request, "order", settings.ORDER_RATE_LIMIT)\n        checkout',
        "checkout",
        killed_by=f"{LIMITS}::TestFrequentOrders::test_are_refused_after_some_attempts_and_place_nothing",
    ),
    without(
        "baskets without a limit",
        "contexts/basket/api/views.py",
        'throttle(request, "basket", settings.BASKET_RATE_LIMIT)',
        "pass",
        killed_by=f"{LIMITS}::TestNewBaskets::test_are_refused_after_some_for_one_address",
    ),
    without(
        "e-mails to one address without a limit",
        "contexts/ordering/api/views.py",
        "if checkout.email:",
        "if False:",
        killed_by=f"{LIMITS}::TestEmailsAboutOrders",
    ),
    without(
        "an e-mail address with invisible characters",
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
        killed_by="tests/journeys/test_paying_again.py::TestARequest::test_counts_towards_the_rate_limit_of_orders",
    ),
    without(
        "attempts that are counted without an atomic step",
        "platform/web_api/throttling/counting.py",
        "return cache.incr(self._key)",
        "cache.set(self._key, cache.get(self._key, 0) + 1)\n            return int(cache.get(self._key))",
        killed_by=f"{LIMITS}::TestGuessingCoupons::test_is_counted_exactly_when_concurrent",
    ),
    without(
        "a network address that the client may choose",
        "platform/web_api/throttling/counting.py",
        ".rpartition(",
        ".partition(",
        killed_by=f"{LIMITS}::TestTheClientAddress::test_is_the_one_from_our_own_proxy",
    ),
    without(
        "a cache for which every request waits while it is down",
        "platform/web_api/throttling/cache.py",
        "asks_redis = now >= _unavailable_until.get(self._server, now)",
        "asks_redis = True",
        killed_by="tests/web_api/test_cache.py::TestTheCache::test_waits_and_warns_once_if_the_server_hangs",
    ),
]
