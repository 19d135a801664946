from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SeminarAdminConfig(AdminConfig):
    default_site = "config.admin_site.SeminarAdminSite"


class SeminarConfig(AppConfig):
    """Holds the commands that run the whole: `up`, `demo_course`."""

    name = "config"
    label = "seminar"
