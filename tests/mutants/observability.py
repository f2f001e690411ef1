"""Mutants of logs, metrics and traces."""

from tests.mutants.mutant import Mutant, without

LOGS = "platform/observability/logs.py"
MIDDLEWARE = "platform/gateway/middleware.py"
LOG_CONTENT = "tests/journeys/test_logs_hold_nothing_personal.py"
SPANS = "tests/observability/test_spans.py"

MUTANTS: list[Mutant] = [
    without(
        "a log that quotes errors",
        LOGS,
        '"type": f"{type(error).__module__}.{type(error).__qualname__}",',
        '"type": repr(error),',
        killed_by=f"{LOG_CONTENT}::test_what_breaks",
    ),
    without(
        "a log that quotes Django's text about a request",
        LOGS,
        "if status else record.getMessage()",
        "if False else record.getMessage()",
        killed_by=f"{LOG_CONTENT}::test_paths_queries_and_headers",
    ),
    without(
        "an access line with the path",
        MIDDLEWARE,
        'request.resolver_match.route if request.resolver_match else "unmatched"',
        "request.path",
        killed_by=f"{LOG_CONTENT}::test_paths_queries_and_headers",
    ),
    without(
        "a log of every query",
        "config/settings/observability.py",
        '"django.db.backends": {"level": "INFO"},',
        killed_by=f"{LOG_CONTENT}::test_a_purchase",
    ),
    without(
        "spans that quote errors",
        "platform/observability/spans.py",
        '_no_text: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}',
        "_no_text: dict[str, Any] = {}",
        killed_by=f"{SPANS}::test_a_failed_call_is_marked_and_its_error_not_quoted",
    ),
    without(
        "a message that loses its trace",
        "platform/messaging/inbox.py",
        "parent=row.traceparent",
        'parent=""',
        killed_by=f"{SPANS}::TestAPurchase::test_is_one_trace_with_spans_of_each_context",
    ),
    without(
        "an envelope without its trace",
        "platform/messaging/envelope.py",
        "traceparent=current_traceparent(),",
        'traceparent="",',
        killed_by="tests/messaging/celery/test_trace.py::test_a_purchase_is_one_trace_through_all_processes",
    ),
    without(
        "a message that counts as late before its time",
        "platform/message_console/queue_sql.py",
        "count(*) FILTER (WHERE available_at <= now() OR attempts > 0),",
        "count(*),",
        killed_by="tests/message_console/test_queue_metrics.py::TestQueueMetrics::test_ignore_a_delayed_message_until_it_is_due",
    ),
]
