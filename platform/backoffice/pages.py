"""What the pages of all contexts share: lists, pages that never change anything, and the log of what actions did."""

from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from backoffice.filters import filter_parameters
from backoffice.saving import ConflictCheckingAdmin
from building_blocks.address import Address

MAX_SEARCH_LENGTH = 100  # characters
REFUSED, EVENT = 4, 5  # in the log, beside Django's ADDITION, CHANGE and DELETION; a sign-in is an event


class BaseAdmin(ConflictCheckingAdmin):
    """A list of anything, however long: its rows are counted once, and never shown all at once; and its forms."""

    list_title = ""  # where it is not what its rows are called
    list_filter_submit = True
    list_max_show_all = 0
    list_per_page = 50
    show_facets = ShowFacets.NEVER
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, or do an action; Django would not call it refused, and would stumble over what is no id."""
        action_name = request.POST.get("action")
        if action_name and action_name not in self.get_actions(request):
            raise PermissionDenied
        for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.to_python(chosen)
            except ValidationError:
                raise Http404 from None
        title = {"title": self.list_title or capfirst(str(self.opts.verbose_name_plural))}
        response: HttpResponse = super().changelist_view(request, title | (extra_context or {}))
        return response

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow what the list offers as a filter, where Django allows every field of the row, a password's, too."""
        return any(lookup in filter_parameters(each, self.model) for each in self.get_list_filter(request))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Search; not for a whole page of words, each of which would be a condition of its own."""
        if len(search_term) > MAX_SEARCH_LENGTH:
            self.message_user(request, f"Search for at most {MAX_SEARCH_LENGTH} characters.", messages.ERROR)
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> NoReturn:
        raise Http404  # and not a way to the first page, so that the site answers and writes it down

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        rows = super().get_changelist_instance(request)
        rows.full_result_count = rows.result_count  # else the heading offers to "show all" that there are
        return rows


class ReadOnly:
    """Mixed into a page or an inline: whoever may view it sees all of it, and nobody changes it."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NoDelete:
    """Mixed into a page or an inline of things that others may know by their id, such as a SKU."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def log_change(request: HttpRequest, obj: Model, message: str) -> None:
    """Write into the log which operator did what; the admin does so itself for a form that was saved."""
    LogEntry.objects.log_actions(_operator(request), [obj], CHANGE, change_message=message, single_object=True)


def log_changes(request: HttpRequest, objects: Sequence[Model], message: str) -> None:
    """Write into the log which operator did the same with several things, however many they are."""
    LogEntry.objects.log_actions(_operator(request), objects, CHANGE, change_message=message)


def log_refusal(request: HttpRequest, reason: str) -> None:
    """Write into the log that an operator tried what was refused."""
    request_line = f"{request.method} {request.path}"[:200]
    LogEntry.objects.create(
        user_id=_operator(request), action_flag=REFUSED, object_repr=request_line, change_message=reason
    )


def operator_name(operator_id: UUID) -> str:
    """Return by which address an operator signs in, also one who has left."""
    operator = get_user_model()._default_manager.filter(pk=operator_id).first()
    return operator.get_username() if operator else f"operator {operator_id}"


def address_html(address: Address) -> SafeString:
    """Return an address as it is written on a parcel, without what is empty."""
    lines = (
        address.name,
        address.line1,
        address.line2,
        f"{address.postal_code} {address.city}".strip(),
        address.region,
        address.country,
        address.phone,
    )
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines if line))


def redirect_with_message(
    request: HttpRequest, page: str, *args: Any, message: str, level: int = messages.SUCCESS
) -> HttpResponse:
    """Leave an action's dialog for another page, and say there what came of it."""
    messages.add_message(request, level, message)
    return HttpResponse(headers={"HX-Redirect": reverse(page, args=args)})


def _operator(request: HttpRequest) -> UUID:
    operator = request.user.pk
    assert operator is not None  # noqa: S101 - the site lets in nobody else
    return operator
