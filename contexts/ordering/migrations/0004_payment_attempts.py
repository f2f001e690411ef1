"""
An order has many attempts to pay it, one of them live; a basket has one unpaid order.

The older version serves meanwhile. So each statement locks one table alone: with both, it and a request that locks the
order first, or reads the payment first, would wait for each other.
"""

import django.db.models.deletion
from django.db import migrations, models

# Where a basket has several unpaid orders, the newest keeps the basket. The others are no longer of any basket; they may
# still be paid. Locked beforehand, since an order that is placed between the two statements would be one too many.
ONE_ORDER_OF_A_BASKET = """
    LOCK TABLE ordering_order IN SHARE ROW EXCLUSIVE MODE;
    UPDATE ordering_order AS older SET basket_id = id WHERE status = 'placed' AND EXISTS (
        SELECT FROM ordering_order AS newer WHERE newer.status = 'placed' AND newer.basket_id = older.basket_id
        AND (newer.placed_at, newer.id) > (older.placed_at, older.id));
    CREATE UNIQUE INDEX IF NOT EXISTS order_once_per_basket ON ordering_order (basket_id) WHERE status = 'placed';
"""

# In place of Django's own operation, which makes the foreign key again, and locks the orders for that.
MANY_PAYMENTS_OF_AN_ORDER = (
    "ALTER TABLE ordering_payment ADD COLUMN number smallint DEFAULT 0 NOT NULL CHECK (number >= 0)",
    "CREATE UNIQUE INDEX CONCURRENTLY payment_numbered ON ordering_payment (order_id, number)",
    """CREATE UNIQUE INDEX CONCURRENTLY payment_one_live ON ordering_payment (order_id)
        WHERE state IN ('waiting', 'authorising', 'action_required', 'capturing', 'captured')""",
    """ALTER TABLE ordering_payment DROP CONSTRAINT ordering_payment_order_id_key,
        ADD CONSTRAINT payment_numbered UNIQUE USING INDEX payment_numbered""",
)
ONE_PAYMENT_OF_AN_ORDER = (
    "DROP INDEX payment_one_live",
    "ALTER TABLE ordering_payment DROP COLUMN number, ADD CONSTRAINT ordering_payment_order_id_key UNIQUE (order_id)",
)


class Migration(migrations.Migration):
    atomic = False  # a string of several statements is one transaction all the same

    dependencies = [
        ('ordering', '0003_fulfilment'),
    ]

    operations = [
        migrations.AlterField(
            model_name='order',
            name='reason',
            field=models.CharField(blank=True, choices=[('out_of_stock', 'out_of_stock'), ('coupon_refused', 'coupon_refused'), ('payment_declined', 'payment_declined'), ('not_paid_in_time', 'not_paid_in_time'), ('cancelled_by_shop', 'cancelled_by_shop'), ('cancelled_by_buyer', 'cancelled_by_buyer'), ('replaced', 'replaced'), ('refunded', 'refunded')], max_length=30),
        ),
        migrations.AlterField(
            model_name='payment',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting'), ('authorising', 'authorising'), ('action_required', 'action_required'), ('capturing', 'capturing'), ('captured', 'captured'), ('voiding', 'voiding'), ('refunding', 'refunding'), ('refunded', 'refunded'), ('declined', 'declined'), ('voided', 'voided')], default='waiting', max_length=15, verbose_name='payment state'),
        ),
        migrations.RunSQL(
            ONE_ORDER_OF_A_BASKET,
            "DROP INDEX order_once_per_basket",
            state_operations=[
                migrations.AddConstraint(
                    model_name='order',
                    constraint=models.UniqueConstraint(condition=models.Q(('status', 'placed')), fields=('basket_id',), name='order_once_per_basket'),
                ),
            ],
        ),
        migrations.RunSQL(
            list(MANY_PAYMENTS_OF_AN_ORDER),
            list(ONE_PAYMENT_OF_AN_ORDER),
            state_operations=[
                migrations.AlterModelOptions(
                    name='payment',
                    options={'ordering': ('number',)},
                ),
                migrations.AddField(
                    model_name='payment',
                    name='number',
                    field=models.PositiveSmallIntegerField(db_default=0, default=0),
                ),
                migrations.AlterField(
                    model_name='payment',
                    name='order',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='payments', to='ordering.order'),
                ),
                migrations.AddConstraint(
                    model_name='payment',
                    constraint=models.UniqueConstraint(fields=('order', 'number'), name='payment_numbered'),
                ),
                migrations.AddConstraint(
                    model_name='payment',
                    constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'authorising', 'action_required', 'capturing', 'captured'])), fields=('order',), name='payment_one_live'),
                ),
            ],
        ),
    ]
