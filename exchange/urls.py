from django.urls import path

from exchange import views
from exchange.serving import folder_file

app_name = "exchange"
urlpatterns = [
    path("folder/", views.folder, name="folder"),
    path("folder/download/", views.folder_download, name="folder_download"),
    path("folder/upload/", views.folder_upload, name="folder_upload"),
    path("folder/upload/<str:upload>/", views.folder_review, name="folder_review"),
    path("folder/files/<str:key>/<path:path>", folder_file, name="folder_file"),
]
