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

from backoffice.pages import back_to, write_down_each
from backoffice.texts import DialogForm
from message_desk import mending
from message_desk.mending import LONGEST_REASON, ReasonMissing, ReasonUnusable

FOR_LATER = "Whoever looks into it later reads this. Name a ticket or a cause, and no customers."
IN_THE_BAR = "bg-white/20 placeholder-white/70 px-2 py-1 rounded-default w-full lg:w-72"
NOTHING = {
    mending.replay: "Nothing to do: only what was given up is tried again.",
    mending.park: "Nothing to do: only what is under way can be given up.",
    mending.discard: "Nothing to do: only what was given up can be discarded.",
}


class WhyForm(DialogForm):
    why = forms.CharField(max_length=LONGEST_REASON, widget=UnfoldAdminTextInputWidget(), help_text=FOR_LATER)


class WhyInTheBarForm(ActionForm):
    """The choice of an action on several messages, and why, which all of them but another try demand."""

    why = forms.CharField(
        label="",
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.TextInput(
            {"x-show": "action", "placeholder": "Why", "aria-label": "Why", "class": IN_THE_BAR, "autocomplete": "off"}
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
    WhyForm,
)
DISCARD = _dialog(
    "Discard this message for good?",
    "Its effect never comes, and it calls for nobody any more. It stays in the story of what it is about.",
    "Discard it",
    WhyForm,
)


class Steps(ModelAdmin):
    """The steps themselves, by whoever may change messages, each written into the log and beside the message."""

    action_form = WhyInTheBarForm
    actions: tuple[str, ...] = ("replay_chosen", "park_chosen", "discard_chosen")
    actions_detail: tuple[str, ...] = ("replay_this", "park_this", "discard_this")

    def has_mend_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        table = self.model._meta.concrete_model._meta
        return bool(request.user.has_perm(f"{table.app_label}.change_{table.model_name}"))

    def possible_steps(self, row: Any) -> set[str]:
        """Return the steps that this message allows now."""
        if row.state == "dead":
            return {"replay_this", "discard_this"}
        return {"park_this"} if row.state in row.UNDER_WAY else set()

    @action(description="Try again", permissions=["mend"], icon="replay", dialog=REPLAY)
    def replay_this(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return self._one(request, object_id, mending.replay, "It will be tried again.")

    @action(description="Give up", permissions=["mend"], icon="pause_circle", dialog=PARK)
    def park_this(self, request: HttpRequest, form: WhyForm, object_id: str) -> HttpResponse:
        return self._one(request, object_id, mending.park, "It is given up.", form.cleaned_data["why"])

    @action(description="Discard", permissions=["mend"], icon="delete", dialog=DISCARD)
    def discard_this(self, request: HttpRequest, form: WhyForm, object_id: str) -> HttpResponse:
        return self._one(request, object_id, mending.discard, "It is discarded.", form.cleaned_data["why"])

    @admin.action(description="Try again what was given up", permissions=["mend"])
    def replay_chosen(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._each(request, chosen, mending.replay, "will be tried again.")

    @admin.action(description="Give up what is under way", permissions=["mend"])
    def park_chosen(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._each(request, chosen, mending.park, "given up.")

    @admin.action(description="Discard what was given up", permissions=["mend"])
    def discard_chosen(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._each(request, chosen, mending.discard, "discarded.")

    def _one(
        self, request: HttpRequest, object_id: str, mend: Callable[..., Any], said: str, why: str = ""
    ) -> HttpResponse:
        meta, rows = self.model._meta, self.get_queryset(request).filter(pk=object_id)
        level = messages.SUCCESS
        if not self._mend(request, rows, mend, why):
            said, level = NOTHING[mend], messages.WARNING
        return back_to(request, f"admin:{meta.app_label}_{meta.model_name}_change", object_id, said=said, level=level)

    def _each(self, request: HttpRequest, chosen: QuerySet[Any], mend: Callable[..., Any], said: str) -> None:
        try:
            count = self._mend(request, chosen, mend, request.POST.get("why", ""))
        except ReasonMissing:
            self.message_user(request, "Say why, beside the action. Nothing was changed.", messages.ERROR)
        except ReasonUnusable as unusable:
            self.message_user(request, f"{unusable} Nothing was changed.", messages.ERROR)
        else:
            level = messages.SUCCESS if count else messages.WARNING
            self.message_user(request, f"{count} {said}" if count else NOTHING[mend], level)

    def _mend(self, request: HttpRequest, rows: QuerySet[Any], mend: Callable[..., Any], why: str) -> int:
        # Of the table's own class: the log keeps a class by its name, and Django must find it again.
        table = self.model._meta.concrete_model._base_manager.using(rows.db)
        chosen = table.filter(pk__in=rows.order_by().values("pk"))
        who = request.user.get_username()
        mended = mend(self.model.context, chosen, who=who, why=why, now=timezone.now())
        what = {mending.replay: "Given another try", mending.park: "Given up", mending.discard: "Discarded"}[mend]
        reason = f": {why.strip()}" if why.strip() else "."
        write_down_each(request, mended, f"{what}, as {self.opts.verbose_name}{reason}")
        return len(mended)
