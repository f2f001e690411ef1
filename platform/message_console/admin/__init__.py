"""
The operators' pages about messages: a list for each outbox and inbox, their status on one page, and histories.

Importing the package registers the pages and their tiles.

Must not go here: SQL that counts messages (`queue_sql`), and changes of messages (`interventions`).
"""

from typing import Any

from django.conf import settings
from django.contrib import admin

from backoffice.dashboard import tile
from backoffice.site import add_page
from message_console.admin import views
from message_console.admin.lists import MessagesAdmin
from message_console.queue_models import INBOXES, OUTBOXES


def _register_dead_tile(queue: type[Any]) -> None:
    table, page = queue._meta.concrete_model._meta, f"message_console_{queue._meta.model_name}_changelist"
    title, permission = f"Dead {queue._meta.verbose_name_plural}", f"{table.app_label}.view_{table.model_name}"

    @tile(title, permission=permission, page=page, query="state__exact=dead", alarming=True)
    def dead() -> int:
        return int(queue._base_manager.using(settings.CONTEXTS[queue.context]).filter(state="dead").count())


for _queue in (*OUTBOXES, *INBOXES):
    admin.site.register(_queue, MessagesAdmin)
    _register_dead_tile(_queue)

add_page("messages/", views.overview, name="messages")
add_page("stories/", views.story, name="message_story")
