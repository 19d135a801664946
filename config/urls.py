from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts import views as account_views
from config import errors, health
from course import views as course_views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("", course_views.home, name="home"),
    path("courses/", course_views.courses, name="courses"),
    path("settings/", account_views.settings, name="settings"),
    path("account/", include("accounts.allauth_urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("courses/<slug:course>/", include("course.urls")),
    path("courses/<slug:course>/", include("quizzes.urls")),
    path("courses/<slug:course>/", include("presentations.urls")),
    path("courses/<slug:course>/", include("exchange.urls")),
]
if settings.DEV_PAGES:
    urlpatterns += [path("dev/", include("config.dev_urls"))]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
