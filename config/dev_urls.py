from django.urls import path

from config import dev_mail, dev_states

urlpatterns = [
    path("mail/", dev_mail.mail_list, name="dev_mail"),
    path("mail/<str:name>/", dev_mail.mail_detail, name="dev_mail_detail"),
    path("states/quiz/", dev_states.quiz_states, name="dev_quiz_states"),
]
