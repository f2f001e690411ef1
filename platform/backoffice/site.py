"""The operators' site: Django's admin with the look of unfold, open to operators who have signed in here."""

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
    """Add a page without a model to the site; called where an `admin` registers its models."""
    _pages.append((route, view, name))


class OperatorSite(UnfoldAdminSite):
    """
    The site of the operators' pages. It registers only pages derived from `BaseAdmin`.

    Pages of other packages are left out: Django's groups, because roles are settings, and allauth's addresses, because
    only their owner changes them.
    """

    index_template = "backoffice/index.html"
    index_title = "Today"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        if admin_class is not None and issubclass(admin_class, BaseAdmin):
            if admin_class.list_editable or admin_class.ordering_field:
                raise ImproperlyConfigured(
                    f"{admin_class.__name__}: rows that are edited in a list would overwrite what others have saved;"
                    " offer an action instead"
                )
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the request may see these pages. A session of the shop's API is not enough."""
        return bool(super().has_permission(request)) and sign_in_stages.is_signed_in(request)

    def get_urls(self) -> list[Any]:
        return [
            *(path(route, self.admin_view(view), name=name) for route, view, name in _pages),
            *super().get_urls(),
        ]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the form, and complete the first step. Django's own view would sign in before the second step."""
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        context = self.each_context(request) | {"title": "Log in", "app_path": request.get_full_path()}
        request.current_app = self.name
        return SignInView.as_view(extra_context=context | (extra_context or {}))(request)  # type: ignore[return-value]

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Change an operator's own password. Attempts at the present one are limited: a desk may be left open."""
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
        """Require sign-in for a view; show and log a page if it is forbidden or missing."""
        protected: View = super().admin_view(view, cacheable)

        def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and not self.has_permission(request):
                # This check is before the body is read, because the body may contain files.
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            try:
                _check_key(request, kwargs)
                _check_fields(request)
                return protected(request, *args, **kwargs)
            except PermissionDenied:
                return self._refusal_page(
                    request, 403, "Your role does not include this.", "If you need it, ask an administrator."
                )
            except TooBusy as busy:
                return problem_response(busy.status_code, code=busy.default_code, detail=busy.default_detail)
            except Http404:
                return self._refusal_page(
                    request, 404, "There is no page at this address.", "The address may be mistyped."
                )

        return handle

    def _refusal_page(self, request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
        logger.warning("operator %s was refused %s %s: %s", request.user.pk, request.method, request.path, status)
        log_refusal(request, title)
        context = {**self.each_context(request), "title": title.rstrip("."), "advice": advice}
        return TemplateResponse(request, "backoffice/refusal.html", context, status=status)


def _check_key(request: HttpRequest, kwargs: dict[str, Any]) -> None:
    """
    Check that the key in an address is valid for its model, before an action queries the database for it.

    :raises Http404: the key is not valid.
    """
    page = getattr(request.resolver_match and request.resolver_match.func, "model_admin", None)
    if page is not None and "object_id" in kwargs:
        try:
            page.opts.pk.to_python(unquote(kwargs["object_id"]))
        except ValidationError:
            raise Http404 from None


def _check_fields(request: HttpRequest) -> None:
    """
    Check a form for null bytes before a field queries the database. Not every field checks its text first.

    :raises BadRequest: a field contains a null byte, which no browser sends and Postgres refuses.
    """
    if any("\0" in value for _, values in request.POST.lists() for value in values):
        raise BadRequest("A field contains a null byte.")
