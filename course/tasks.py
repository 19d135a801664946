from celery import shared_task
from django.utils import timezone

from course.actions.announcements import publish_due as publish


@shared_task(name="course.publish_due")
def publish_due() -> None:
    """Publish announcements whose time has come."""
    publish(now=timezone.now())
