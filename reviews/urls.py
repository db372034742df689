"""Addresses of the room."""

from django.urls import path

from reviews.views import board, my_work

app_name = "reviews"
urlpatterns = [
    path("", my_work.my_work, name="my_work"),
    path("board/", board.board, name="board"),
]
