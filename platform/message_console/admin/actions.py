"""What an operator does with messages, one or several: another try, no further try, none ever again."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.pages import log_changes, redirect_with_message
from backoffice.texts import DialogForm
from message_console import interventions
from message_console.interventions import MAX_REASON_LENGTH, ReasonMissing, ReasonUnusable

REASON_HELP = "Whoever looks into it later reads this. Name a ticket or a cause, and no customers."
REASON_INPUT_CLASSES = "bg-white/20 placeholder-white/70 px-2 py-1 rounded-default w-full lg:w-72"
NOTHING_TO_DO = {
    interventions.replay: "Nothing to do: only what was given up is tried again.",
    interventions.park: "Nothing to do: only what is under way can be given up.",
    interventions.discard: "Nothing to do: only what was given up can be discarded.",
}


class ReasonForm(DialogForm):
    why = forms.CharField(max_length=MAX_REASON_LENGTH, widget=UnfoldAdminTextInputWidget(), help_text=REASON_HELP)


class ActionReasonForm(ActionForm):
    """The choice of an action on several messages, and why, which all of them but another try demand."""

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


def _dialog(title: str, description: str, submit: str, form: type[DialogForm] | None) -> dict[str, Any]:
    return {"title": title, "description": description, "form_class": form, "form_submit_text": submit}


REPLAY = _dialog(
    "Try this message again?",
    "It is taken at once, as if it had never failed. Mend first what it failed of.",
    "Try again",
    None,
)
PARK = _dialog(
    "Give this message up?",
    "It is tried no more, and waits among what was given up until somebody tries it again or discards it.",
    "Give it up",
    ReasonForm,
)
DISCARD = _dialog(
    "Discard this message for good?",
    "Its effect never comes, and it calls for nobody any more. It stays in the story of what it is about.",
    "Discard it",
    ReasonForm,
)


class MessageActions(ModelAdmin):
    """The steps themselves, by whoever may change messages, each written into the log and beside the message."""

    action_form = ActionReasonForm
    actions: tuple[str, ...] = ("replay_selected", "park_selected", "discard_selected")
    actions_detail: tuple[str, ...] = ("replay_message", "park_message", "discard_message")

    def has_intervene_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        table = self.model._meta.concrete_model._meta
        return bool(request.user.has_perm(f"{table.app_label}.change_{table.model_name}"))

    def possible_actions(self, row: Any) -> set[str]:
        """Return the steps that this message allows now."""
        if row.state == "dead":
            return {"replay_message", "discard_message"}
        return {"park_message"} if row.state in row.UNDER_WAY else set()

    @action(description="Try again", permissions=["intervene"], icon="replay", dialog=REPLAY)
    def replay_message(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return self._one(request, object_id, interventions.replay, "It will be tried again.")

    @action(description="Give up", permissions=["intervene"], icon="pause_circle", dialog=PARK)
    def park_message(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._one(request, object_id, interventions.park, "It is given up.", form.cleaned_data["why"])

    @action(description="Discard", permissions=["intervene"], icon="delete", dialog=DISCARD)
    def discard_message(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._one(request, object_id, interventions.discard, "It is discarded.", form.cleaned_data["why"])

    @admin.action(description="Try again what was given up", permissions=["intervene"])
    def replay_selected(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._each(request, chosen, interventions.replay, "will be tried again.")

    @admin.action(description="Give up what is under way", permissions=["intervene"])
    def park_selected(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._each(request, chosen, interventions.park, "given up.")

    @admin.action(description="Discard what was given up", permissions=["intervene"])
    def discard_selected(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._each(request, chosen, interventions.discard, "discarded.")

    def _one(
        self, request: HttpRequest, object_id: str, intervene: Callable[..., Any], said: str, why: str = ""
    ) -> HttpResponse:
        meta, rows = self.model._meta, self.get_queryset(request).filter(pk=object_id)
        level = messages.SUCCESS
        if not self._intervene(request, rows, intervene, why):
            said, level = NOTHING_TO_DO[intervene], messages.WARNING
        return redirect_with_message(
            request, f"admin:{meta.app_label}_{meta.model_name}_change", object_id, message=said, level=level
        )

    def _each(self, request: HttpRequest, chosen: QuerySet[Any], intervene: Callable[..., Any], said: str) -> None:
        try:
            count = self._intervene(request, chosen, intervene, request.POST.get("why", ""))
        except ReasonMissing:
            self.message_user(request, "Say why, beside the action. Nothing was changed.", messages.ERROR)
        except ReasonUnusable as unusable:
            self.message_user(request, f"{unusable} Nothing was changed.", messages.ERROR)
        else:
            level = messages.SUCCESS if count else messages.WARNING
            self.message_user(request, f"{count} {said}" if count else NOTHING_TO_DO[intervene], level)

    def _intervene(self, request: HttpRequest, rows: QuerySet[Any], intervene: Callable[..., Any], why: str) -> int:
        # Of the table's own class: the log keeps a class by its name, and Django must find it again.
        table = self.model._meta.concrete_model._base_manager.using(rows.db)
        chosen = table.filter(pk__in=rows.order_by().values("pk"))
        who = request.user.get_username()
        changed = intervene(self.model.context, chosen, who=who, why=why, now=timezone.now())
        what = {
            interventions.replay: "Given another try",
            interventions.park: "Given up",
            interventions.discard: "Discarded",
        }[intervene]
        reason = f": {why.strip()}" if why.strip() else "."
        log_changes(request, changed, f"{what}, as {self.opts.verbose_name}{reason}")
        return len(changed)
