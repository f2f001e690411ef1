"""
Saving a form of the operators: nothing that another has saved meanwhile is put back, and nobody's new row is written
over.

A save locks the row and those of its inlines, and looks whether they are still what the form had shown. If not, nothing
is saved: the page says what others have changed, shows that in the place of what was left alone, and keeps what was
changed in the form.
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

from backoffice.differences import Forms, differences, who_and_when
from backoffice.shown import INPUT, NAME, Shown, State, carried_over, state_of
from backoffice.texts import with_plain_texts
from building_blocks.db import Database


@dataclass(frozen=True)
class Conflict:
    """:param who: has saved meanwhile, and when; empty where the log does not know."""

    who: str
    changes: list[str]
    files_lost: bool


class Saving(ModelAdmin):
    """What every form of a page does, also a new page's."""

    change_form_before_template = "backoffice/shown.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a form or save it; where a rival has just taken its key, look again and say so."""
        shown: Any = super().changeform_view
        if request.method != "POST":
            return shown(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]
        try:
            return self._save(shown, request, object_id, form_url, extra_context)
        except IntegrityError:
            for file in request.FILES.values():
                file.seek(0)  # type: ignore[union-attr]
            # By now the rival's row is there, and the form says that its key is taken.
            return self._save(shown, request, object_id, form_url, extra_context)

    def _save(self, shown: Any, request: HttpRequest, object_id: str | None, *more: Any) -> HttpResponse:
        with Database(router.db_for_write(self.model)).attempt():
            if object_id is not None:
                self._compare(request, object_id)
            answer: HttpResponse = shown(request, object_id, *more)
        return answer

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the form's class; where others have saved meanwhile, it takes nothing."""
        kwargs["form"] = with_plain_texts(kwargs.get("form", self.form))
        form = super().get_form(request, obj, **kwargs)
        return _refusing(form) if hasattr(request, "conflict") else form

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Iterator[Any]:
        for inline in self.get_inline_instances(request, obj):
            yield inline.get_formset(request, obj, form=with_plain_texts(inline.form)), inline

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Let the page carry what it shows."""
        if kwargs.get("change") and self.has_change_permission(request, kwargs.get("obj")):
            rows = getattr(request, "rows_now", None)
            if rows is None:
                inlines = [each.formset for each in context["inline_admin_formsets"] if each.has_change_permission]
                rows = state_of(context["adminform"].form, inlines)
            context |= {
                "shown": Shown(at=timezone.now(), rows=rows).as_text(),
                "conflict": getattr(request, "conflict", None),
            }
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, where Django would write a new row over one that has its key since a moment ago."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.save(force_insert=True)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """The same for the rows of an inline."""
        formset.save(commit=False)
        for row in formset.deleted_objects:
            row.delete()
        for row, _ in formset.changed_objects:
            row.save()
        for row in formset.new_objects:
            row.save(force_insert=True)
        formset.save_m2m()

    def hold(self, request: HttpRequest, object_id: str) -> Any:
        """Return the row, which nobody else changes before the open transaction ends; nothing where there is none."""
        to_field = request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR))
        if to_field and not self.to_field_allowed(request, to_field):
            return None  # which the view refuses
        found = self.get_object(request, unquote(object_id), to_field)
        if found is None:
            return None
        _lock(type(found), pk=found.pk)
        return self.get_object(request, unquote(object_id), to_field)

    def _compare(self, request: HttpRequest, object_id: str) -> None:
        """Look whether the row is what the form had shown; if not, let the request go on to what is to be said."""
        obj = self.hold(request, object_id)
        if obj is None or not self.has_change_permission(request, obj):
            return  # which the view refuses
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            if inline.has_change_permission(request, obj):
                _lock(formset.model, **{formset.fk.name: obj.pk})
        looking: Any = copy(request)
        looking.method = "GET"
        fresh = self._forms(looking, obj)
        now, shown = state_of(fresh.form, fresh.formsets), Shown.read(request.POST.get(INPUT, ""))
        request.rows_now = now  # type: ignore[attr-defined]
        rows = shown.rows if shown else {"": {}}
        if _values_of(rows) == _values_of(now):
            return
        sent = self._forms(request, obj)
        request.conflict = Conflict(  # type: ignore[attr-defined]
            who=who_and_when(obj, shown.at) if shown else "",
            changes=differences(fresh, sent, rows, now) if shown else [],
            files_lost=bool(request.FILES),
        )
        request.POST = carried_over(request.POST, sent.form, sent.formsets, rows, now)  # type: ignore[assignment]
        request.FILES.clear()  # no page can show them again

    def _forms(self, request: HttpRequest, obj: Any) -> Forms:
        """Return the forms as the view makes them: bound to what was sent, unless the request is a GET."""
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        made = self.get_form(request, obj, change=True, fields=fields)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = made(*sent, instance=obj)
        formsets, inlines = self._create_formsets(request, obj, change=True)
        changeable = [
            formset
            for formset, inline in zip(formsets, inlines, strict=True)
            if inline.has_change_permission(request, obj)
        ]
        return Forms(form=form, formsets=changeable)


def _lock(model: type[Model], **which: Any) -> None:
    alias = router.db_for_write(model)
    rows = model._base_manager.using(alias).filter(**which).order_by("pk")
    # Others may go on to refer to the row, such as an order's line to a variant.
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def _values_of(rows: State) -> State:
    return {key: {name: values for name, values in row.items() if name != NAME} for key, row in rows.items()}


def _refusing(form: type[ModelForm]) -> type[ModelForm]:
    class Refusing(form):  # type: ignore[misc, valid-type]
        def is_valid(self) -> bool:
            super().is_valid()  # so that what else is wrong is shown, too
            return False

    return Refusing
