"""A Django app that rides along in the processes of these tests: messages, handlers, and faults that strike them."""
