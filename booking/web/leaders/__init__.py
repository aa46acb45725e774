"""The leaders' door: the next meeting, the roster, attendance."""

from flask import Blueprint

door = Blueprint("leaders", __name__, url_prefix="/ledare")
