"""The entries that `make contracts` would write for the probes into `config/subscriptions.json`."""

from typing import Any

PROBE_SUBSCRIPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "ordering.probed.v1": {"basket": {}, "catalog": {}},
    "ordering.probed_in_order.v1": {"basket": {"in_order": True}},
    "ordering.probed_outside.v1": {"basket": {}},
    "ordering.probed_by_new_release.v1": {"basket": {}, "catalog": {}},
}
