"""The accounts that nobody has signed in to can be found by their age, however many others there are."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("identity", "0005_email_in_one_line")]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(
                fields=["created_at"],
                condition=models.Q(last_login=None, is_staff=False),
                name="user_never_signed_in",
            ),
        ),
    ]
