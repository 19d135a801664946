from django.urls import path
from django.views.generic import RedirectView

app_name = "presentations"
urlpatterns = [
    path("presentations/", RedirectView.as_view(url="../"), name="schedule"),
]
