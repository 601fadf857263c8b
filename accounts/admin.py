"""Django's admin for developers: people, units and appointments as they are stored."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils import timezone

from accounts.access.models import AccessLog
from accounts.models import Appointment, StandIn, Unit, User


class ReadOnly:
    """To be read, never changed here: the product's own pages ask the rules and leave a trail."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody writes here by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody removes a row."""
        return False


class AppointmentInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    """A person's appointments beside the person."""

    model = Appointment
    fk_name = "user"
    extra = 0


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """People; the password page is Django's own."""

    list_display = ("username", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "name")
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "name", "password", "must_change_password")}),
        (None, {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "joined_at")}),
    )
    readonly_fields = ("last_login", "joined_at")
    add_fieldsets = ((None, {"fields": ("username", "name", "usable_password", "password1", "password2")}),)
    inlines = (AppointmentInline,)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """An account that is put back into use has its time again."""
        if change and obj.is_active and "is_active" in form.changed_data:
            obj.reopened_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(StandIn)
class StandInAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who is away, and who stands in for a role at a unit."""

    list_display = ("substitute", "person", "role", "unit", "starts_on", "ends_on")
    list_filter = ("role",)
    autocomplete_fields = ("person", "substitute", "unit")
    exclude = ("created_by",)


@admin.register(Unit)
class UnitAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """The organisation tree."""

    ordering = ("path",)
    list_display = ("name", "kind", "code", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "code")


@admin.register(Appointment)
class AppointmentAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Who holds which role where."""

    list_display = ("user", "role", "unit", "starts_on", "ends_on")
    list_filter = ("role",)
    search_fields = ("user__name", "user__username", "unit__name")
    list_select_related = ("user", "unit")


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Looks at sensitive data."""

    list_display = ("at", "user", "channel", "action", "object_type", "object_id", "ip")
    list_select_related = ("user",)
