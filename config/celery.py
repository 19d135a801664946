"""The Celery application. The broker only rings the bell: every task's work is a row in the database,
and the beat schedule below finds what a lost message would have done (architecture.md).
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("seminar")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# name: (task, every how many seconds, queue)
BEAT = {
    "heartbeat": ("notifications.beat", 20, "default"),
    "close-overdue-attempts": ("quizzes.close_overdue", 30, "default"),
    "grade-what-was-missed": ("quizzes.grade_owed", 30, "default"),
    "publish-announcements": ("course.publish_due", 60, "default"),
    "plan-notices": ("notifications.plan", 60, "default"),
    "send-deliveries": ("notifications.send_due", 30, "mail"),
}
app.conf.beat_schedule = {
    name: {"task": task, "schedule": float(seconds), "options": {"queue": queue, "expires": seconds * 2}}
    for name, (task, seconds, queue) in BEAT.items()
}
