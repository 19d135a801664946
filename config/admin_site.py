from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.utils.decorators import method_decorator


class SeminarAdminSite(AdminSite):
    """The stock admin behind the same door and limits as everybody's sign-in (safety.md row 24)."""

    site_header = "Seminar administration"
    site_title = "Seminar admin"
    index_title = "Everything in Seminar"
    login = method_decorator(secure_admin_login)(AdminSite.login)
