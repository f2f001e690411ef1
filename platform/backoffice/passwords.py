"""Forms that save a password and no other field, so that they overwrite nothing that another operator is saving."""

from typing import Any

from unfold import forms


class SavePasswordOnly:
    """A mixin for Django's password forms, which save the whole row as they have read it."""

    def set_password_and_save(self, user: Any, *args: Any, commit: bool = True, **kwargs: Any) -> Any:
        super().set_password_and_save(user, *args, commit=False, **kwargs)  # type: ignore[misc]
        if commit:
            user.save_password()
        return user


class OwnPasswordForm(SavePasswordOnly, forms.AdminOwnPasswordChangeForm):
    """An operator changes their own password."""


class SetPasswordForm(SavePasswordOnly, forms.AdminPasswordChangeForm):
    """An administrator sets an operator's password."""
