"""The tables of identity: users with their address books, and the refresh tokens that keep them signed in."""

import uuid
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password, verify_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from building_blocks.address import Address
from building_blocks.digests import digest
from building_blocks.email_addresses import validate_email_address
from contexts.identity.domain.address_book import AddressBookEntry
from contexts.identity.domain.passwords import normalise_password
from contexts.identity.domain.refresh_tokens import new_token
from contexts.identity.published.errors import UnknownCustomer

LINE_BREAKS = r"[\u0001-\u001f\u007f-\u009f\u2028\u2029]"
"""Control characters and separators, which would break an e-mail header; `validate_email_address` refuses more."""


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """
        Create a user with this password, or without a usable one if it is None.

        :raises ValidationError: the address contains spaces, control or invisible characters.
        """
        validate_email_address(email)
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a superuser; `manage.py createsuperuser` calls this."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())

    def lock_address_book(self, user_id: UUID) -> "User":
        """
        Return a user, with a lock on their address book until the transaction ends; sign-ins are not blocked.

        :raises UnknownCustomer: no user has this id.
        """
        user = self.select_for_update(no_key=True).filter(pk=user_id).first()
        if user is None:
            raise UnknownCustomer(f"There is no customer {user_id}.")
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """
    A person who can sign in: a customer, or also an operator of the shop.

    :param security_stamp: a new value ends every session, at the API and at the operators' pages.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True, validators=[validate_email_address])
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    security_stamp = models.UUIDField(null=True, default=uuid.uuid4, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = (
            # With `unique`, this makes an address unique regardless of upper and lower case.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_in_lower_case"),
            models.CheckConstraint(condition=~models.Q(email__regex=LINE_BREAKS), name="user_email_in_one_line"),
        )
        indexes = (
            models.Index(
                fields=["created_at"],
                condition=models.Q(last_login=None, is_staff=False),
                name="user_never_signed_in",
            ),
        )
        permissions = (("view_customers", "Can view customers, but no operators"),)

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name; Django and its extensions call this to address a user."""
        return self.name

    @property
    def roles(self) -> list[str]:
        return ["customer", "operator"] if self.is_staff else ["customer"]

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether a sign-in requires a code of an app besides the password."""
        return bool(Authenticator.objects.filter(user=self, type=Authenticator.Type.TOTP).exists())

    @property
    def must_have_second_factor(self) -> bool:
        """Whether this user must have a second factor: an operator, if the setting requires it."""
        return bool(settings.OPERATOR_SECOND_FACTOR) and self.is_staff

    def set_password(self, raw_password: str | None) -> None:
        """Set a password; when the user is saved, all sessions end."""
        super().set_password(None if raw_password is None else normalise_password(raw_password))
        self.security_stamp = uuid.uuid4()

    def set_unusable_password(self) -> None:
        """Make every password wrong; when the user is saved, all sessions end."""
        super().set_unusable_password()
        self.security_stamp = uuid.uuid4()

    def save_password(self) -> None:
        """Store the password that was set, and no other field of this user."""
        self.save(update_fields=["password", "security_stamp"])

    def check_password(self, raw_password: str | None) -> bool:
        """Return whether this is the password; if its hash is outdated, replace it, which ends no session."""
        if raw_password is None:
            return False
        password, old_hash = normalise_password(raw_password), self.password
        for candidate in dict.fromkeys((password, raw_password)):  # older hashes are of the raw password
            is_correct, is_outdated = verify_password(candidate, old_hash)
            if is_correct:
                if is_outdated or candidate != password:
                    self.password = make_password(password)
                    # Unless another password was set meanwhile.
                    User.objects.filter(pk=self.pk, password=old_hash).update(password=self.password)
                return True
        return False

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return the value that sessions are bound to; the password's hash is no part of it, as it may be replaced."""
        text = f"{self.pk} {self.security_stamp}"
        return salted_hmac("contexts.identity.session", text, secret=secret, algorithm="sha256").hexdigest()

    def end_sessions(self) -> None:
        self.security_stamp = uuid.uuid4()
        self.save(update_fields=["security_stamp"])

    def rename(self, name: str) -> None:
        self.name = name
        self.save(update_fields=["name"])


class CustomerAddress(models.Model):
    """
    An entry of a customer's address book; one entry of each book is the default.

    :param label: the customer's name for it, such as "Home".
    :param delivery_note: the usual note of an order to this address.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="addresses")
    label = models.CharField(max_length=50, blank=True)
    name = models.CharField(max_length=100)
    line1 = models.CharField(max_length=100)
    line2 = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20)
    city = models.CharField(max_length=100)
    region = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2)
    phone = models.CharField(max_length=30, blank=True)
    delivery_note = models.CharField(max_length=500, blank=True)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-is_default", "created_at", "id")
        verbose_name_plural = "customer addresses"
        constraints = (
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_default=True), name="customer_address_one_default"
            ),
            models.CheckConstraint(condition=models.Q(country__regex="^[A-Z]{2}$"), name="customer_address_country"),
        )

    def __str__(self) -> str:
        return self.label or self.line1

    @property
    def address(self) -> Address:
        return Address(
            name=self.name,
            line1=self.line1,
            line2=self.line2,
            postal_code=self.postal_code,
            city=self.city,
            region=self.region,
            country=self.country,
            phone=self.phone,
        )

    def update_from(self, entry: AddressBookEntry) -> None:
        """Replace label, note and address by those of the entry; a default stays the default."""
        for field, value in asdict(entry.address).items():
            setattr(self, field, value)
        self.label, self.delivery_note = entry.label, entry.delivery_note
        self.save()

    def become_default(self) -> None:
        CustomerAddress.objects.filter(user_id=self.user_id, is_default=True).update(is_default=False)
        self.is_default = True
        self.save(update_fields=["is_default"])


class RefreshTokenFamily(models.Model):
    """All refresh tokens of one sign-in; access tokens contain the family's id, never the session's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session_key = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(User, models.CASCADE)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "refresh families"

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def for_session(cls, session_key: str, *, user_id: UUID, now: datetime) -> Self:
        """Return the family of this session; create it if there is none."""
        family, _ = cls.objects.get_or_create(session_key=session_key, defaults={"user_id": user_id, "created_at": now})
        return family

    def issue(self, *, now: datetime) -> str:
        """Return a new refresh token; only its digest is stored."""
        token = new_token()
        expires_at = now + timedelta(seconds=settings.REFRESH_TOKEN_LIFETIME)
        RefreshToken.objects.create(family=self, digest=digest(token), expires_at=expires_at)
        return token

    def revoke(self, *, now: datetime) -> None:
        self.revoked_at = now
        self.save(update_fields=["revoked_at"])


class RefreshTokenQuerySet(models.QuerySet["RefreshToken"]):
    def lock(self, token: str) -> "RefreshToken | None":
        """
        Return this token's row, with a lock on its family until the transaction ends; None for an unknown token.

        The token and its user are read after the family's row is locked, so that they include the changes of another
        request that had the lock before.
        """
        matching = self.filter(digest=digest(token))
        family = RefreshTokenFamily.objects.select_for_update().filter(pk__in=matching.values("family")).first()
        return matching.filter(family=family).select_related("family__user").first() if family else None


class RefreshToken(models.Model):
    """A refresh token, stored as its digest; a used one is kept, to recognise it if it comes back."""

    family = models.ForeignKey(RefreshTokenFamily, models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = RefreshTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"of {self.family_id}"

    def mark_used(self, *, now: datetime) -> None:
        """Record the use of this token; only the first use is stored."""
        self.used_at = self.used_at or now
        self.save(update_fields=["used_at"])
