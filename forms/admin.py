"""Code tables in Django's admin, for developers."""

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest

from forms import actions
from forms.models import Code, CodeTable


@admin.register(CodeTable)
class CodeTableAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The tables; their rows are under codes."""

    list_display = ("key", "title", "note", "changed_at")
    search_fields = ("key", "title")
    ordering = ("key",)


@admin.register(Code)
class CodeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows of code tables: official ones can be switched off, the school's own edited freely."""

    list_display = ("table", "code", "name", "name_en", "parent_code", "is_active", "is_local")
    list_filter = ("is_active", "is_local", "table")
    list_select_related = ("table",)
    search_fields = ("code", "name", "name_en")
    readonly_fields = ("is_local",)

    def get_readonly_fields(self, request: HttpRequest, obj: Code | None = None) -> tuple[str, ...]:
        """Everything but the switch, for an official row (codes, rule 5)."""
        if obj is None or obj.is_local:
            return ("is_local",)
        return tuple(field.name for field in Code._meta.fields if field.name != "is_active")

    def has_delete_permission(self, request: HttpRequest, obj: Code | None = None) -> bool:
        """Codes are switched off, never deleted: old records point at them."""
        return False

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Code, form: "ModelForm[Code]", change: bool) -> None:
        """Save through the action, so that every process sees the new row."""
        actions.save_code(obj)
