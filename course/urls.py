"""Every page of a course. One block per topic; the views are in `course.views`, a module per topic."""

from django.urls import path
from django.views.generic import RedirectView

from course.views import landing, people

app_name = "course"
urlpatterns = [
    # --- what do I do next
    path("", landing.now, name="now"),
    # --- weeks
    path("weeks/", RedirectView.as_view(url="../"), name="weeks"),
    # --- announcements
    path("announcements/", RedirectView.as_view(url="../"), name="announcements"),
    # --- people
    path("people/", people.people, name="people"),
    path("people/invite/", people.person_invite, name="person_invite"),
    path("people/<str:person>/role/", people.person_role, name="person_role"),
    path("people/<str:person>/remove/", people.person_remove, name="person_remove"),
    path("people/<str:person>/restore/", people.person_restore, name="person_restore"),
    path("people/<str:person>/reinvite/", people.person_reinvite, name="person_reinvite"),
]
