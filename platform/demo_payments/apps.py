from django.apps import AppConfig


class DemoPaymentsConfig(AppConfig):
    name = "demo_payments"
    label = "demo_payments"
    verbose_name = "Demo payments"
