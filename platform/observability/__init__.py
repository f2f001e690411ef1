"""
What the shop tells of itself: log lines, figures, traces.

It knows nothing of what is done here; whoever does something says so, by `tracing.span` and `tracing.set_attributes`.
"""
