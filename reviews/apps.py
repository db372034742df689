from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        # Not before the models are there.
        from agencies.outbox import WRITERS
        from reviews import message_words, messages, weekly

        WRITERS[messages.WRITER] = message_words.write
        WRITERS[weekly.WRITER] = weekly.write
