"""The operators' site: Django's admin in unfold's dress, open to whoever has signed in here."""

import logging
from typing import Any

from allauth.account.signals import password_changed
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.views import PasswordChangeView, redirect_to_login
from django.core.exceptions import BadRequest, ImproperlyConfigured, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.sites import UnfoldAdminSite

from backoffice import sign_in_limits, sign_in_stages
from backoffice.pages import BaseAdmin, log_refusal
from backoffice.passwords import OwnPasswordForm
from backoffice.sign_in import SignInView
from backoffice.sign_in_stages import View
from web_api.problems import problem_response
from web_api.throttling.concurrency import TooBusy

logger = logging.getLogger(__name__)


_pages: list[tuple[str, View, str]] = []


def add_page(route: str, view: View, *, name: str) -> None:
    """Add a page that is about no model to the site; called where an `admin.py` registers its models."""
    _pages.append((route, view, name))


class OperatorSite(UnfoldAdminSite):
    """
    What other packages would show here (allauth's addresses, Django's groups) is not registered: roles are settings,
    and an address changes by its owner.
    """

    index_template = "backoffice/index.html"
    index_title = "Today"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        if admin_class is not None and issubclass(admin_class, BaseAdmin):
            if admin_class.list_editable or admin_class.ordering_field:
                raise ImproperlyConfigured(
                    f"{admin_class.__name__}: rows that are changed in a list would write over what others have saved;"
                    " offer an action instead"
                )
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether these pages are open to the request; a session of the shop's API does not open them."""
        return bool(super().has_permission(request)) and sign_in_stages.is_signed_in(request)

    def get_urls(self) -> list[Any]:
        return [
            *(path(route, self.admin_view(view), name=name) for route, view, name in _pages),
            *super().get_urls(),
        ]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the form, and take the first step; Django's own would sign a person in before the second."""
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        context = self.each_context(request) | {"title": "Log in", "app_path": request.get_full_path()}
        request.current_app = self.name
        return SignInView.as_view(extra_context=context | (extra_context or {}))(request)  # type: ignore[return-value]

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Change one's own password; the present one cannot be guessed for ever at a desk that was left open."""
        if request.method == "POST":
            try:
                counter = sign_in_limits.count("password-change", str(request.user.pk))
            except ValidationError as too_many:
                messages.error(request, too_many.message)
                return redirect("admin:password_change")
        context = {**self.each_context(request), **(extra_context or {})}
        done = reverse("admin:password_change_done")
        view: Any = PasswordChangeView.as_view(form_class=OwnPasswordForm, success_url=done, extra_context=context)
        response: HttpResponse = view(request)
        if response.status_code == 302:
            counter.reset()
            password_changed.send(sender=__name__, user=request.user, request=request)
        return response

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Guard a view; what is forbidden or missing gets a page instead of a problem document, and is written down."""
        guarded: View = super().admin_view(view, cacheable)

        def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and not self.has_permission(request):
                # Before anybody reads the body, which may hold files.
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            try:
                _check_key(request, kwargs)
                _check_fields(request)
                return guarded(request, *args, **kwargs)
            except PermissionDenied:
                return self._refusal_page(
                    request, 403, "Your role does not include this.", "Ask an administrator, if you need it."
                )
            except TooBusy as busy:
                return problem_response(busy.status_code, code=busy.default_code, detail=busy.default_detail)
            except Http404:
                return self._refusal_page(
                    request, 404, "There is nothing at this address.", "It may have been mistyped."
                )

        return handle

    def _refusal_page(self, request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
        logger.warning("operator %s was refused %s %s: %s", request.user.pk, request.method, request.path, status)
        log_refusal(request, title)
        context = {**self.each_context(request), "title": title.rstrip("."), "advice": advice}
        return TemplateResponse(request, "backoffice/refusal.html", context, status=status)


def _check_key(request: HttpRequest, kwargs: dict[str, Any]) -> None:
    """
    Check that an address names a row by what can be its key, before an action asks the database for it.

    :raises Http404: it does not.
    """
    page = getattr(request.resolver_match and request.resolver_match.func, "model_admin", None)
    if page is not None and "object_id" in kwargs:
        try:
            page.opts.pk.to_python(unquote(kwargs["object_id"]))
        except ValidationError:
            raise Http404 from None


def _check_fields(request: HttpRequest) -> None:
    """
    Check what a form has sent before a field asks the database for it: not all look at their text first.

    :raises BadRequest: it holds a null byte, which no browser sends and no database takes.
    """
    if any("\0" in value for _, values in request.POST.lists() for value in values):
        raise BadRequest("A field holds a null byte.")
