from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("settings/mail/", views.mail_kinds, name="mail_kinds"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
