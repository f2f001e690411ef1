"""
What an operator sees of messages and does with them, whether in the admin or in a terminal.

`figures`: how each queue is doing, `story` what became of one thing, such as a purchase, `mending` changes the fate
of single messages and writes down who did, and why. Nothing here knows a context.
"""
