"""
The status and history of messages, and operators' interventions, in the admin and in a terminal.

`status` and `metrics` count messages in queues, with the SQL of `queue_sql`; `story` collects the history of one
subject, such as an order; `interventions` replays, parks and discards messages, and records who did it and why.

Must not go here: anything that happens to messages without an operator (`messaging`), and anything about one context.
"""
