"""What people do in a browser, from sign-in to the end. The programs that make their worlds are the system's."""

from mappa import eyes

eyes.outside_requests(eyes.EVERYTHING)
