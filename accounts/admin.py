from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.admin_base import BaseAdmin, ReadOnlyAdmin
from accounts.models import Invitation, User

# Rights come from the enrollment in a course, or from being an admin: groups would be a third place to look.
admin.site.unregister(Group)


if TYPE_CHECKING:
    from django import forms

    _UserAdmin = UserAdmin[User]
    _NewPersonForm = AdminUserCreationForm[User]
else:
    _UserAdmin = UserAdmin
    _NewPersonForm = AdminUserCreationForm


class NewPersonForm(_NewPersonForm):
    """A new person; without a password until they answer an invitation, unless the admin sets one."""

    class Meta:
        model = User
        fields = ("email", "name")


@admin.register(User)
class PersonAdmin(BaseAdmin, _UserAdmin):
    add_form = NewPersonForm
    list_display = ["name", "email", "is_active", "is_staff", "date_joined", "last_login"]
    list_display_links = ["name", "email"]
    list_filter = ["is_active", "is_staff", "enrollments__role", "enrollments__course__term"]
    search_fields = ["name", "email", "public_id"]
    ordering = ["name", "email"]
    filter_horizontal = []
    readonly_fields = ["public_id", "date_joined", "last_login"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("Settings", {"fields": ["zone", "theme"]}),
        (
            "Rights",
            {
                "fields": ["is_active", "is_staff", "is_superuser"],
                "description": "Rights in a course are given by an enrollment there.",
            },
        ),
        ("Record", {"fields": ["public_id", "date_joined", "last_login"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"classes": ["wide"], "fields": ["email", "name", "usable_password", "password1", "password2"]},
        ),
    ]

    def save_model(self, request: HttpRequest, obj: User, form: "forms.ModelForm[User]", change: bool) -> None:
        """Store the person; an address that an admin sets for somebody who can sign in is vouched for, and the only one."""
        super().save_model(request, obj, form, change)
        if obj.has_usable_password() and (not change or "email" in form.changed_data):
            obj.confirm_address()


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    reason = "Invitations are sent, and sent again, on the people page of a course."
    list_display = ["user", "invited_by", "created_at", "expires_at", "accepted_at"]
    list_filter = ["created_at", ("accepted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "invited_by"]
    search_fields = ["user__name", "user__email"]
    exclude = ["token_hash"]
