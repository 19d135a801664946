"""Every page of a course. One block per topic; the views are in `course.views`, a module per topic."""

from django.urls import path

from course.views import (
    announcements,
    files,
    landing,
    pages,
    people,
    release,
    versions,
    week_edit,
    week_import,
    week_parts,
    weeks,
)

app_name = "course"
urlpatterns = [
    # --- what do I do next
    path("", landing.now, name="now"),
    # --- weeks
    path("weeks/", weeks.weeks, name="weeks"),
    path("weeks/new/", weeks.week_new, name="week_new"),
    path("weeks/import/", week_import.week_import, name="week_import"),
    path("weeks/import/<str:draft>/", week_import.week_import_review, name="week_import_review"),
    path("weeks/<slug:week>/", weeks.week, name="week"),
    path("weeks/<slug:week>/edit/", week_edit.week_edit, name="week_edit"),
    path("weeks/<slug:week>/parts/", week_parts.week_parts, name="week_parts"),
    path("weeks/<slug:week>/parts/<slug:place>/", week_parts.week_part, name="week_part"),
    path("weeks/<slug:week>/parts/<slug:place>/text/", week_parts.week_part_text, name="week_part_text"),
    path("weeks/<slug:week>/parts/<slug:place>/add/", week_parts.week_part_add, name="week_part_add"),
    path("weeks/<slug:week>/parts/<slug:place>/move/", week_parts.week_part_move, name="week_part_move"),
    path("weeks/<slug:week>/parts/<slug:place>/remove/", week_parts.week_part_remove, name="week_part_remove"),
    path("weeks/<slug:week>/versions/", versions.week_versions, name="week_versions"),
    path("weeks/<slug:week>/versions/<int:number>/", versions.week_version, name="week_version"),
    path("weeks/<slug:week>/versions/<int:number>/restore/", versions.week_restore, name="week_restore"),
    path("weeks/<slug:week>/preview/", week_edit.week_preview, name="week_preview"),
    path("weeks/<slug:week>/release/", release.week_release, name="week_release"),
    path("weeks/<slug:week>/file/", weeks.week_file, name="week_file"),
    path("weeks/<slug:week>/readings/add/", week_edit.reading_add, name="reading_add"),
    path("readings/<str:reading>/tick/", weeks.reading_tick, name="reading_tick"),
    path("readings/<str:reading>/assign/", weeks.reading_assign, name="reading_assign"),
    # --- other texts
    path("pages/new/", pages.page_new, name="page_new"),
    path("pages/<slug:page>/", pages.page, name="page"),
    path("pages/<slug:page>/edit/", pages.page_edit, name="page_edit"),
    path("pages/<slug:page>/versions/", versions.page_versions, name="page_versions"),
    path("pages/<slug:page>/versions/<int:number>/", versions.page_version, name="page_version"),
    path("pages/<slug:page>/versions/<int:number>/restore/", versions.page_restore, name="page_restore"),
    path("pages/<slug:page>/release/", release.page_release, name="page_release"),
    # --- pictures
    path("files/", files.files, name="files"),
    path("files/<slug:picture>/delete/", files.file_delete, name="file_delete"),
    path("files/<slug:picture>/<str:filename>", files.file, name="file"),
    # --- announcements
    path("announcements/", announcements.announcements, name="announcements"),
    path("announcements/new/", announcements.announcement_new, name="announcement_new"),
    path("announcements/preview/", announcements.announcement_preview, name="announcement_preview"),
    path("announcements/<str:announcement>/", announcements.announcement, name="announcement"),
    path("announcements/<str:announcement>/edit/", announcements.announcement_edit, name="announcement_edit"),
    path("announcements/<str:announcement>/back/", announcements.announcement_call_back, name="announcement_call_back"),
    # --- people
    path("people/", people.people, name="people"),
    path("people/invite/", people.person_invite, name="person_invite"),
    path("people/<str:person>/role/", people.person_role, name="person_role"),
    path("people/<str:person>/remove/", people.person_remove, name="person_remove"),
    path("people/<str:person>/restore/", people.person_restore, name="person_restore"),
    path("people/<str:person>/reinvite/", people.person_reinvite, name="person_reinvite"),
]
