"""
Saving a form without undoing what others have saved meanwhile, and without overwriting a row that they have added.

A save locks the row and the rows of its inlines, and compares them with what the form had shown. If they differ,
nothing is saved: the page lists what others have changed. In the form, fields that the operator has not changed get
their new values, and the others keep the operator's.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.db import IntegrityError, router
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import ModelAdmin

from backoffice.differences import Forms, differences, editors_since
from backoffice.snapshot import INPUT, LABEL, Snapshot, State, merge, state_of
from backoffice.texts import with_clean_text
from building_blocks.databases.transactions import Database


@dataclass(frozen=True)
class Conflict:
    """
    What others have saved between the opening of a form and its save.

    :param editors: the operators who have saved meanwhile, and the times; empty if the log has none.
    :param changes: a sentence for each difference.
    :param files_lost: whether files were sent, which the page cannot show again.
    """

    editors: str
    changes: list[str]
    files_lost: bool


class ConflictCheckingAdmin(ModelAdmin):
    """The forms of every page: they detect conflicting saves, and clean texts."""

    change_form_before_template = "backoffice/conflict.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """
        Show a form or save it.

        If another operator has just added a row with the same key, check the form again, so that it shows that error.
        """
        view: Any = super().changeform_view
        if request.method != "POST":
            return view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]
        try:
            return self._save(view, request, object_id, form_url, extra_context)
        except IntegrityError:
            for file in request.FILES.values():
                file.seek(0)  # type: ignore[union-attr]
            # The other row is visible now, and the form's check refuses the key.
            return self._save(view, request, object_id, form_url, extra_context)

    def _save(self, view: Any, request: HttpRequest, object_id: str | None, *more: Any) -> HttpResponse:
        with Database(router.db_for_write(self.model)).savepoint():
            if object_id is not None:
                self._check_for_conflict(request, object_id)
            response: HttpResponse = view(request, object_id, *more)
        return response

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the form's class; after a conflict it is one that is never valid."""
        kwargs["form"] = with_clean_text(kwargs.get("form", self.form))
        form = super().get_form(request, obj, **kwargs)
        return _always_invalid(form) if hasattr(request, "conflict") else form

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Iterator[Any]:
        for inline in self.get_inline_instances(request, obj):
            yield inline.get_formset(request, obj, form=with_clean_text(inline.form)), inline

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Render the page with a snapshot of its rows, and with the conflict, if there is one."""
        if kwargs.get("change") and self.has_change_permission(request, kwargs.get("obj")):
            rows = getattr(request, "current_rows", None)
            if rows is None:
                inlines = [each.formset for each in context["inline_admin_formsets"] if each.has_change_permission]
                rows = state_of(context["adminform"].form, inlines)
            context |= {
                "snapshot": Snapshot(at=timezone.now(), rows=rows).to_json(),
                "conflict": getattr(request, "conflict", None),
            }
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the row. Insert a new row: Django would overwrite a row that another has just stored under its key."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.save(force_insert=True)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows of an inline, and insert new rows for the same reason."""
        formset.save(commit=False)
        for row in formset.deleted_objects:
            row.delete()
        for row, _ in formset.changed_objects:
            row.save()
        for row in formset.new_objects:
            row.save(force_insert=True)
        formset.save_m2m()

    def lock_object(self, request: HttpRequest, object_id: str) -> Any:
        """Return the row, locked until the transaction ends, or None if there is none."""
        to_field = request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR))
        if to_field and not self.to_field_allowed(request, to_field):
            return None  # the view refuses it
        unlocked = self.get_object(request, unquote(object_id), to_field)
        if unlocked is None:
            return None
        _lock(type(unlocked), pk=unlocked.pk)
        return self.get_object(request, unquote(object_id), to_field)

    def _check_for_conflict(self, request: HttpRequest, object_id: str) -> None:
        """Compare the row with what the form had shown; if they differ, attach the conflict and merge the request."""
        obj = self.lock_object(request, object_id)
        if obj is None or not self.has_change_permission(request, obj):
            return  # the view refuses it
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            if inline.has_change_permission(request, obj):
                _lock(formset.model, **{formset.fk.name: obj.pk})
        get_request: Any = copy(request)
        get_request.method = "GET"
        fresh = self._forms(get_request, obj)
        current, snapshot = state_of(fresh.form, fresh.formsets), Snapshot.from_json(request.POST.get(INPUT, ""))
        request.current_rows = current  # type: ignore[attr-defined]
        rows = snapshot.rows if snapshot else {"": {}}
        if _without_labels(rows) == _without_labels(current):
            return
        sent = self._forms(request, obj)
        request.conflict = Conflict(  # type: ignore[attr-defined]
            editors=editors_since(obj, snapshot.at) if snapshot else "",
            changes=differences(fresh, sent, rows, current) if snapshot else [],
            files_lost=bool(request.FILES),
        )
        request.POST = merge(request.POST, sent.form, sent.formsets, rows, current)  # type: ignore[assignment]
        request.FILES.clear()  # a page cannot show them again

    def _forms(self, request: HttpRequest, obj: Any) -> Forms:
        """Return the forms as the view makes them: bound to the sent data, unless the request is a GET."""
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form_class = self.get_form(request, obj, change=True, fields=fields)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = form_class(*sent, instance=obj)
        formsets, inlines = self._create_formsets(request, obj, change=True)
        changeable = [
            formset
            for formset, inline in zip(formsets, inlines, strict=True)
            if inline.has_change_permission(request, obj)
        ]
        return Forms(form=form, formsets=changeable)


def _lock(model: type[Model], **lookup: Any) -> None:
    alias = router.db_for_write(model)
    rows = model._base_manager.using(alias).filter(**lookup).order_by("pk")
    # Not FOR UPDATE: other transactions may still insert rows with a foreign key to it.
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def _without_labels(rows: State) -> State:
    return {key: {name: values for name, values in row.items() if name != LABEL} for key, row in rows.items()}


def _always_invalid(form: type[ModelForm]) -> type[ModelForm]:
    class AlwaysInvalid(form):  # type: ignore[misc, valid-type]
        def is_valid(self) -> bool:
            super().is_valid()  # collects the other errors, which the page also shows
            return False

    return AlwaysInvalid
