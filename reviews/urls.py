"""Addresses of the room."""

from django.urls import path

from reviews import views

app_name = "reviews"
urlpatterns = [
    path("", views.my_work, name="my_work"),
    path("board/", views.board, name="board"),
]
