"""The guards of who may see and do what."""

from tests.mutants.mutant import Edit, Mutant, without

DATABASES = "tests/architecture/test_databases.py"
ADDRESSES = "tests/identity/test_address_book.py"
REFRESHING = "tests/identity/test_refreshing.py"
PROVISION = "platform/building_blocks/databases/provision.py"

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
        found_by=f"{DATABASES}::TestALogin::test_cannot_use_the_public_schema",
    ),
    without(
        "refresh token that is good again",
        "contexts/identity/domain/refresh_tokens.py",
        "if used_at is not None or not signed_in:",
        "if not signed_in:",
        found_by=f"{REFRESHING}::TestRefresh::test_of_a_used_token_ends_the_whole_sign_in",
    ),
    without(
        "refresh token without its lock",
        "contexts/identity/models.py",
        'self.select_for_update(of=("self",)).select_related("family__user")',
        'self.select_related("family__user")',
        found_by=f"{REFRESHING}::test_of_one_token_eight_times_at_once_succeeds_once",
    ),
    without(
        "an address book that everybody reads",
        "contexts/identity/queries.py",
        "CustomerAddress.objects.filter(user_id=user_id, pk=address_id)",
        "CustomerAddress.objects.filter(pk=address_id)",
        found_by=f"{ADDRESSES}::TestAnAddress::test_is_nobody_elses_business",
    ),
    without(
        "an address book without its lock",
        "contexts/identity/models.py",
        "self.select_for_update(no_key=True).filter(pk=user_id)",
        "self.filter(pk=user_id)",
        found_by=f"{ADDRESSES}::TestTwoTabsAtOnce",
    ),
    without(
        "two default addresses that the database would take",
        "contexts/identity/migrations/0003_address_book.py",
        "models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('user',),",
        "models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('user', 'id'),",
        found_by=f"{ADDRESSES}::TestTheDefault::test_is_one_in_the_database_too",
    ),
]
