"""The actions of operators on messages, one or several: replay, park, discard."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.actions import Outcome, dialog, run_for_each, run_for_one
from backoffice.pages import log_changes
from backoffice.texts import DialogForm
from message_console import interventions
from message_console.interventions import MAX_REASON_LENGTH, ReasonMissing, ReasonUnusable

REASON_HELP = "Operators read this later. Name a ticket or a cause, and no customers."
REASON_INPUT_CLASSES = "bg-white/20 placeholder-white/70 px-2 py-1 rounded-default w-full lg:w-72"
REASON_MISSING = "Enter a reason beside the action. Nothing was changed."
DONE = {interventions.replay: "Replayed.", interventions.park: "Parked.", interventions.discard: "Discarded."}
REFUSALS = {
    interventions.replay: "Only dead messages can be replayed.",
    interventions.park: "Only messages that wait or fail can be parked.",
    interventions.discard: "Only dead messages can be discarded.",
}


class ReasonForm(DialogForm):
    why = forms.CharField(max_length=MAX_REASON_LENGTH, widget=UnfoldAdminTextInputWidget(), help_text=REASON_HELP)


class ActionReasonForm(ActionForm):
    """The choice of an action on several messages, with the reason that parking and discarding need."""

    why = forms.CharField(
        label="",
        max_length=MAX_REASON_LENGTH,
        required=False,
        widget=forms.TextInput(
            {
                "x-show": "action",
                "placeholder": "Why",
                "aria-label": "Why",
                "class": REASON_INPUT_CLASSES,
                "autocomplete": "off",
            }
        ),
    )


REPLAY = dialog(
    "Replay this message?",
    "First fix the cause of the failure. The message is then tried at once, as if it had never failed.",
    "Replay",
)
PARK = dialog(
    "Park this message?",
    "It becomes a dead message: it is not tried again until an operator replays or discards it.",
    "Park",
    ReasonForm,
)
DISCARD = dialog(
    "Discard this message for good?",
    "It is never handled, and no longer counts as dead. It stays in the story of its subject.",
    "Discard",
    ReasonForm,
)


class MessageActions(ModelAdmin):
    """Actions for operators who may change messages; each is logged, and stored beside the message."""

    action_form = ActionReasonForm
    actions: tuple[str, ...] = ("replay_selected", "park_selected", "discard_selected")
    actions_detail: tuple[str, ...] = ("replay_message", "park_message", "discard_message")

    def has_intervene_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        table = self.model._meta.concrete_model._meta
        return bool(request.user.has_perm(f"{table.app_label}.change_{table.model_name}"))

    def possible_actions(self, row: Any) -> set[str]:
        """Return the actions that this message allows now."""
        if row.state == "dead":
            return {"replay_message", "discard_message"}
        return {"park_message"} if row.state in row.CLAIMABLE else set()

    @action(description="Replay", permissions=["intervene"], icon="replay", dialog=REPLAY)
    def replay_message(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return self._run_for_one(request, object_id, interventions.replay)

    @action(description="Park", permissions=["intervene"], icon="pause_circle", dialog=PARK)
    def park_message(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._run_for_one(request, object_id, interventions.park, form.cleaned_data["why"])

    @action(description="Discard", permissions=["intervene"], icon="delete", dialog=DISCARD)
    def discard_message(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._run_for_one(request, object_id, interventions.discard, form.cleaned_data["why"])

    @admin.action(description="Replay dead messages", permissions=["intervene"])
    def replay_selected(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._run_for_each(request, chosen, interventions.replay)

    @admin.action(description="Park messages that wait or fail", permissions=["intervene"])
    def park_selected(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._run_for_each(request, chosen, interventions.park)

    @admin.action(description="Discard dead messages", permissions=["intervene"])
    def discard_selected(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._run_for_each(request, chosen, interventions.discard)

    def _run_for_one(
        self, request: HttpRequest, object_id: str, intervene: Callable[..., Any], why: str = ""
    ) -> HttpResponse:
        return run_for_one(self, request, object_id, partial(self._run, request, intervene, why))

    def _run_for_each(self, request: HttpRequest, chosen: QuerySet[Any], intervene: Callable[..., Any]) -> None:
        run = partial(self._run, request, intervene, request.POST.get("why", ""))
        run_for_each(self, request, chosen, run)

    def _run(self, request: HttpRequest, intervene: Callable[..., Any], why: str, chosen: QuerySet[Any]) -> Outcome:
        # Rows of the table's own class: the log stores the name of the class, and Django must find it again.
        table = self.model._meta.concrete_model._base_manager.using(chosen.db)
        rows = table.filter(pk__in=chosen.order_by().values("pk"))
        count, who, message = rows.count(), request.user.get_username(), DONE[intervene]
        changed, refusal = [], REFUSALS[intervene]
        try:
            changed = intervene(self.model.context, rows, who=who, why=why, now=timezone.now())
        except ReasonMissing:
            refusal = REASON_MISSING
        except ReasonUnusable as unusable:
            refusal = f"{unusable} Nothing was changed."
        reason = f": {why.strip()}" if why.strip() else "."
        log_changes(request, changed, f"{message.rstrip('.')}, as {self.opts.verbose_name}{reason}")
        return Outcome(done=len(changed), message=message, refused=count - len(changed), reason=refusal)
