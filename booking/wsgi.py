"""The process that serves the web: `gunicorn booking.wsgi:app`. Missing settings stop it at once, by name."""

import os

from booking import create_app
from config import read

app = create_app(read(os.environ))
