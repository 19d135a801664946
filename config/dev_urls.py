from django.urls import path

from config import dev_mail

urlpatterns = [
    path("mail/", dev_mail.mail_list, name="dev_mail"),
    path("mail/<str:name>/", dev_mail.mail_detail, name="dev_mail_detail"),
]
