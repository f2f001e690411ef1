"""What the actions of every page share: the dialog of an action, and running it for one row or for several."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from backoffice.pages import redirect_with_message
from backoffice.texts import DialogForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    The result of an action on one or several rows.

    :param done: how many rows were changed.
    :param message: what was done, such as "Shipped."
    :param refused: how many rows were not changed.
    :param reason: why those were not changed.
    """

    done: int
    message: str
    refused: int
    reason: str


Run = Callable[[QuerySet[Any]], Outcome]
"""Changes rows, as far as each allows it, and logs each change."""


def dialog(title: str, description: str, submit: str, form: type[DialogForm] | None = None) -> dict[str, Any]:
    """
    Return the dialog of an action in the format that unfold expects.

    :param submit: the label of the button that runs the action.
    """
    return {"title": title, "description": description, "form_class": form, "form_submit_text": submit}


def run_for_one(page: ModelAdmin, request: HttpRequest, object_id: str, run: Run) -> HttpResponse:
    """
    Run a dialog's action, and return to the page of its row with the message or the reason.

    :raises Http404: there is no such row.
    """
    outcome = run(page.get_queryset(request).filter(pk=object_id))
    if not outcome.done and not outcome.refused:
        raise Http404
    message, level = (outcome.message, messages.SUCCESS) if outcome.done else (outcome.reason, messages.WARNING)
    change_page = f"admin:{page.opts.app_label}_{page.opts.model_name}_change"
    return redirect_with_message(request, change_page, object_id, message=message, level=level)


def run_for_each(page: ModelAdmin, request: HttpRequest, rows: QuerySet[Any], run: Run) -> None:
    """Run a list's action; show how many rows it has changed, how many it has not, and the reason."""
    outcome = run(rows)
    if outcome.done:
        page.message_user(request, f"{outcome.done} {outcome.message.lower()}", messages.SUCCESS)
    if outcome.refused:
        page.message_user(request, f"{outcome.refused} refused: {outcome.reason}", messages.WARNING)
