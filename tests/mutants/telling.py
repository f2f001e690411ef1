"""The guards of what the shop tells of itself."""

from tests.mutants.mutant import Mutant, without

LOGS = "platform/telemetry/logs.py"
MIDDLEWARE = "platform/gateway/middleware.py"
QUIET = "tests/journeys/test_logs_keep_quiet.py"
SPANS = "tests/telemetry/test_spans.py"

MUTANTS: list[Mutant] = [
    without(
        "log that quotes errors",
        LOGS,
        '"type": f"{type(error).__module__}.{type(error).__qualname__}",',
        '"type": repr(error),',
        found_by=f"{QUIET}::test_what_breaks",
    ),
    without(
        "log that quotes Django's words about a request",
        LOGS,
        "if status else record.getMessage()",
        "if False else record.getMessage()",
        found_by=f"{QUIET}::test_paths_queries_and_headers",
    ),
    without(
        "access line with the path",
        MIDDLEWARE,
        'request.resolver_match.route if request.resolver_match else "unmatched"',
        "request.path",
        found_by=f"{QUIET}::test_paths_queries_and_headers",
    ),
    without(
        "log of every query",
        "config/settings.py",
        '"django.db.backends": {"level": "INFO"},',
        found_by=f"{QUIET}::test_a_purchase",
    ),
    without(
        "spans that quote errors",
        "platform/telemetry/spans.py",
        '_quiet: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}',
        "_quiet: dict[str, Any] = {}",
        found_by=f"{SPANS}::test_a_call_that_fails_is_marked_and_not_quoted",
    ),
    without(
        "message that forgets its trace",
        "platform/building_blocks/messaging/inbox.py",
        "parent=row.traceparent",
        'parent=""',
        found_by=f"{SPANS}::TestAPurchase::test_is_one_trace_with_a_part_for_each_context",
    ),
    without(
        "envelope without its trace",
        "platform/building_blocks/messaging/envelope.py",
        "traceparent=current_traceparent(),",
        'traceparent="",',
        found_by="tests/celery_bus/test_trace.py::test_a_purchase_is_one_trace_through_all_processes",
    ),
    without(
        "message that is late before its time",
        "platform/gateway/figures.py",
        " AND (available_at <= now() OR attempts > 0)",
        found_by="tests/gateway/test_figures.py::TestFigures::test_of_a_message_that_is_held_back_begin_at_its_time",
    ),
]
