from django.urls import path
from django.views.generic import RedirectView

app_name = "quizzes"
urlpatterns = [
    path("quizzes/", RedirectView.as_view(url="../"), name="quizzes"),
]
