from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin_base import ReadOnlyAdmin
from exchange.models import FolderFile, FolderUpload


@admin.register(FolderFile)
class FolderFileAdmin(ReadOnlyAdmin):
    reason = "What folder and course last had in common is kept by each exchange: the next merge compares with it."
    list_display = ["path", "course", "kind", "ref", "exchanged_at"]
    list_filter = ["kind", ("course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["course"]
    search_fields = ["path", "course__code"]
    date_hierarchy = "exchanged_at"
    fields = ["course", "path", "kind", "ref", "exchanged_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FolderFile]:
        """Leave the bytes where they are."""
        return super().get_queryset(request).defer("base", "stored", "printed")


@admin.register(FolderUpload)
class FolderUploadAdmin(ReadOnlyAdmin):
    reason = "An upload waits on the course's folder page for the person who brought it, and ends after a week."
    list_display = ["filename", "course", "person", "created_at"]
    list_filter = [("course", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["course", "person"]
    search_fields = ["filename", "course__code", "person__name", "person__email"]
    date_hierarchy = "created_at"
    fields = ["course", "filename", "person", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FolderUpload]:
        """Leave the bytes where they are."""
        return super().get_queryset(request).defer("content", "table")
