"""What the pages of all contexts share: the base class, read-only pages, and writing to the log."""

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
REFUSED, EVENT = 4, 5  # flags of the log beside Django's ADDITION, CHANGE and DELETION; a sign-in is an event


class BaseAdmin(ConflictCheckingAdmin):
    """The base class of every page. Its list may have any length: it is counted once, and never shown whole."""

    list_title = ""  # empty: the plural name of the rows
    list_filter_submit = True
    list_max_show_all = 0
    list_per_page = 50
    show_facets = ShowFacets.NEVER
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list or run an action. Refuse unknown actions and invalid ids, which Django does not refuse."""
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
        """Allow only the filters that the list offers. Django would allow every field of the row, even a password."""
        return any(lookup in filter_parameters(each, self.model) for each in self.get_list_filter(request))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Search, unless the term is too long: each of its words becomes a condition."""
        if len(search_term) > MAX_SEARCH_LENGTH:
            self.message_user(request, f"Search for at most {MAX_SEARCH_LENGTH} characters.", messages.ERROR)
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> NoReturn:
        raise Http404  # the site shows it as a page and logs it; Django would redirect to the first page

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        rows = super().get_changelist_instance(request)
        rows.full_result_count = rows.result_count  # otherwise the heading offers "show all"
        return rows


class ReadOnly:
    """A mixin for a page or an inline whose rows operators may view, and not add, change or delete."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NoDelete:
    """A mixin for a page or an inline whose rows may be referred to by their key, for example by SKU."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def log_change(request: HttpRequest, obj: Model, message: str) -> None:
    """Log an operator's change; the admin itself logs the forms that it saves."""
    LogEntry.objects.log_actions(_operator(request), [obj], CHANGE, change_message=message, single_object=True)


def log_changes(request: HttpRequest, objects: Sequence[Model], message: str) -> None:
    """Log the same change of any number of objects by an operator."""
    LogEntry.objects.log_actions(_operator(request), objects, CHANGE, change_message=message)


def log_refusal(request: HttpRequest, reason: str) -> None:
    """Log that a request of an operator was refused."""
    request_line = f"{request.method} {request.path}"[:200]
    LogEntry.objects.create(
        user_id=_operator(request), action_flag=REFUSED, object_repr=request_line, change_message=reason
    )


def operator_name(operator_id: UUID) -> str:
    """Return the e-mail address of an operator, even without access now, or the id if there is no account."""
    operator = get_user_model()._default_manager.filter(pk=operator_id).first()
    return operator.get_username() if operator else f"operator {operator_id}"


def address_html(address: Address) -> SafeString:
    """Return an address in the lines of a parcel label, without empty ones."""
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
    """Return a response that leads from an action's dialog to another page, which shows the message."""
    messages.add_message(request, level, message)
    return HttpResponse(headers={"HX-Redirect": reverse(page, args=args)})


def _operator(request: HttpRequest) -> UUID:
    operator = request.user.pk
    assert operator is not None  # noqa: S101 - the site requires sign-in
    return operator
