"""The operators' pages of identity: operators with their roles, and read-only customers with their addresses."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import action, display
from unfold.forms import UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from backoffice.pages import BaseAdmin, ReadOnly, address_html, log_change, redirect_with_message
from backoffice.passwords import SetPasswordForm
from backoffice.sign_in_stages import first_factor_required
from contexts.identity.adapters import audit
from contexts.identity.admin.second_factor import second_factor_page
from contexts.identity.models import CustomerAddress, User
from contexts.identity.use_cases.remove_second_factor import remove_second_factor

REMOVE_SECOND_FACTOR_DIALOG = {
    "title": "Remove the second factor?",
    "description": "For an operator who has lost the device. Make sure who asks: from now on the password is enough to "
    "sign in, and the operator then sets up another device if one is required.",
    "form_class": None,
    "form_submit_text": "Remove",
}


class OperatorForm(UserCreationForm):
    """A new operator, whose address no user has: no customer becomes an operator by mistake."""

    class Meta:
        model = User
        fields = ("email", "name", "groups")
        field_classes = {"email": forms.EmailField}

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("A user already has this address. Use another one.", code="taken")
        return email


class AuditedPasswordForm(SetPasswordForm):
    """Sets or removes the password of another operator, and records that in the audit log."""

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit)
        audit.record("password changed", user.pk, source=audit.OPERATORS_PAGES)
        return user


class AddressInline(ReadOnly, TabularInline):
    """A customer's address book, for every operator who may see the page."""

    model = CustomerAddress
    fields = ("label", "address_html", "delivery_note", "usage")
    readonly_fields = ("address_html", "usage")
    verbose_name_plural = "Address book"
    extra = 0
    hide_title = True

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return True

    @display(description="Address")
    def address_html(self, entry: CustomerAddress) -> str:
        return address_html(entry.address)

    @display(description="Used", empty_value="")
    def usage(self, entry: CustomerAddress) -> str | None:
        return "by default" if entry.is_default else None


@admin.register(User)
class UserAdmin(DjangoUserAdmin, BaseAdmin):
    """Operators with the permission to change users change only operators; customers are read-only."""

    add_form = OperatorForm
    add_form_template = None  # Django's own mentions further options
    change_password_form = AuditedPasswordForm
    list_display = ("email", "name", "kind", "is_active", "created_at")
    list_filter = (("is_staff", BooleanRadioFilter), ("is_active", BooleanRadioFilter))
    search_fields = ("email__startswith", "name__istartswith")
    search_help_text = "The beginning of the address or the name"
    ordering = ("-is_staff", "email")
    filter_horizontal = ()
    inlines = (AddressInline,)
    readonly_fields = ("email", "created_at", "last_login", "second_factor")
    fieldsets = (
        (None, {"fields": (("email", "name"), ("created_at", "last_login"), ("second_factor", "is_active"))}),
        ("Roles", {"fields": ("groups",)}),
    )
    actions_detail = ("remove_second_factor",)
    add_fieldsets = ((None, {"fields": ("email", "name", "groups", "password1", "password2")}),)

    def get_urls(self) -> list[URLPattern]:
        own = path("second-factor/", first_factor_required(second_factor_page), name="second_factor")
        return [own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users: QuerySet[User] = super().get_queryset(request)
        return users if super().has_view_permission(request) else users.filter(is_staff=False)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_view_permission(request, obj) or request.user.has_perm("identity.view_customers")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether this user may be changed: an operator, and no superuser unless the changer is one."""
        allowed = super().has_change_permission(request, obj)
        if obj is None:
            return allowed
        return allowed and obj.is_staff and (request.user.is_superuser or not obj.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return False, because orders and the log refer to users by id. Make an operator who leaves inactive."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return self.readonly_fields if obj else ()

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj and not obj.is_staff else ()

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets: Any = super().get_fieldsets(request, obj)
        return fieldsets[:1] if obj and not obj.is_staff else fieldsets

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs |= {"widget": UnfoldAdminCheckboxSelectMultipleWidget(), "label": "Roles", "help_text": ""}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def has_remove_second_factor_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Return whether this factor may be removed: not one's own, whose page requires a code for that."""
        user = self.get_object(request, str(object_id))
        return user is not None and user != request.user and self.has_change_permission(request, user)

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Offer to remove a second factor only if there is one."""
        user = self.get_object(request, object_id)
        return list(super().get_actions_detail(request, object_id)) if user and user.has_second_factor else []

    @action(
        description="Remove the second factor",
        permissions=["remove_second_factor"],
        icon="phonelink_erase",
        dialog=REMOVE_SECOND_FACTOR_DIALOG,
    )
    def remove_second_factor(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        user = User.objects.get(pk=object_id)
        if remove_second_factor(user_id=user.pk):
            log_change(request, user, "Second factor removed.")
        return redirect_with_message(
            request, "admin:identity_user_change", object_id, message="The second factor was removed."
        )

    @display(description="Second factor")
    def second_factor(self, user: User) -> str:
        return "set up" if user.has_second_factor else "none"

    @display(description="Kind", label={"operator": "info", "customer": "success"})
    def kind(self, user: User) -> str:
        return "operator" if user.is_staff else "customer"
