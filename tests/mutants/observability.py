"""The guards of what the shop tells of itself."""

from tests.mutants.mutant import Mutant, without

LOGS = "platform/observability/logs.py"
MIDDLEWARE = "platform/gateway/middleware.py"
LOG_CONTENT = "tests/journeys/test_logs_hold_nothing_personal.py"
SPANS = "tests/observability/test_spans.py"

MUTANTS: list[Mutant] = [
    without(
        "log that quotes errors",
        LOGS,
        '"type": f"{type(error).__module__}.{type(error).__qualname__}",',
        '"type": repr(error),',
        killed_by=f"{LOG_CONTENT}::test_what_breaks",
    ),
    without(
        "log that quotes Django's words about a request",
        LOGS,
        "if status else record.getMessage()",
        "if False else record.getMessage()",
        killed_by=f"{LOG_CONTENT}::test_paths_queries_and_headers",
    ),
    without(
        "access line with the path",
        MIDDLEWARE,
        'request.resolver_match.route if request.resolver_match else "unmatched"',
        "request.path",
        killed_by=f"{LOG_CONTENT}::test_paths_queries_and_headers",
    ),
    without(
        "log of every query",
        "config/settings/observability.py",
        '"django.db.backends": {"level": "INFO"},',
        killed_by=f"{LOG_CONTENT}::test_a_purchase",
    ),
    without(
        "spans that quote errors",
        "platform/observability/spans.py",
        '_no_text: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}',
        "_no_text: dict[str, Any] = {}",
        killed_by=f"{SPANS}::test_a_call_that_fails_is_marked_and_not_quoted",
    ),
    without(
        "message that forgets its trace",
        "platform/messaging/inbox.py",
        "parent=row.traceparent",
        'parent=""',
        killed_by=f"{SPANS}::TestAPurchase::test_is_one_trace_with_a_part_for_each_context",
    ),
    without(
        "envelope without its trace",
        "platform/messaging/envelope.py",
        "traceparent=current_traceparent(),",
        'traceparent="",',
        killed_by="tests/messaging/celery/test_trace.py::test_a_purchase_is_one_trace_through_all_processes",
    ),
    without(
        "message that is late before its time",
        "platform/message_console/metrics.py",
        " AND (available_at <= now() OR attempts > 0)",
        killed_by="tests/gateway/test_figures.py::TestQueueMetrics::test_of_a_message_that_is_held_back_begin_at_its_time",
    ),
]
