from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import Tags, register


class SeminarAdminConfig(AdminConfig):
    default_site = "config.admin_site.SeminarAdminSite"


class SeminarConfig(AppConfig):
    """Holds the commands that run the whole: `up`, `demo_course`."""

    name = "config"
    label = "seminar"

    def ready(self) -> None:
        """Register our check of a database."""
        from config import checks  # noqa: PLC0415 - it needs the models, which exist only now

        register(checks.no_demo_accounts, Tags.database)
