from django.urls import path

from presentations.views import booking, slots, staff

app_name = "presentations"
urlpatterns = [
    path("presentations/", slots.schedule, name="schedule"),
    path("presentations/add/", staff.slots_add, name="slots_add"),
    path("presentations/<str:slot>/claim/", slots.claim, name="claim"),
    path("presentations/<str:slot>/undo/", slots.undo, name="undo"),
    path("presentations/<str:slot>/assign/", staff.assign, name="assign"),
    path("presentations/<str:slot>/move/", staff.slot_move, name="slot_move"),
    path("presentations/<str:slot>/delete/", staff.slot_delete, name="slot_delete"),
    path("presentations/<str:slot>/people/<str:person>/", booking.booking_edit, name="booking_edit"),
    path("presentations/<str:slot>/people/<str:person>/unassign/", staff.unassign, name="unassign"),
]
