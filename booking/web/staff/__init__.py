"""The coordinators' desk: queues, proposals, groups, places by hand."""

from flask import Blueprint

door = Blueprint("staff", __name__, url_prefix="/samordnare")
