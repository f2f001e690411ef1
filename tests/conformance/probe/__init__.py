"""A Django app in the processes of these tests: messages, handlers, and the faults that affect them."""
