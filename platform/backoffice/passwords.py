"""Forms that change a password change nothing else of a person: not what another operator is saving at that moment."""

from typing import Any

from unfold import forms


class SavePasswordOnly:
    """Mixed into Django's forms of passwords, which would write the whole row as they have read it."""

    def set_password_and_save(self, user: Any, *args: Any, commit: bool = True, **kwargs: Any) -> Any:
        super().set_password_and_save(user, *args, commit=False, **kwargs)  # type: ignore[misc]
        if commit:
            user.save_password()
        return user


class OwnPasswordForm(SavePasswordOnly, forms.AdminOwnPasswordChangeForm):
    """For an operator's own."""


class SetPasswordForm(SavePasswordOnly, forms.AdminPasswordChangeForm):
    """For an administrator, who sets an operator's."""
