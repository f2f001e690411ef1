"""The worker's consumer: Celery's, without what it would add for quorum queues."""

from celery.worker import consumer


class Consumer(consumer.Consumer):
    class Blueprint(consumer.Consumer.Blueprint):
        default_steps = [
            step
            for step in consumer.Consumer.Blueprint.default_steps
            # It would declare some thirty exchanges and queues for delays, which are the outbox's business here.
            if not step.endswith(":DelayedDelivery")
        ]
