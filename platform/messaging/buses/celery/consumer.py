"""The worker's consumer: Celery's, without its delayed delivery for quorum queues."""

from celery.worker import consumer


class Consumer(consumer.Consumer):
    class Blueprint(consumer.Consumer.Blueprint):
        default_steps = [
            step
            for step in consumer.Consumer.Blueprint.default_steps
            # Celery's step declares some thirty exchanges and queues for delays. Here the outbox holds messages back.
            if not step.endswith(":DelayedDelivery")
        ]
