"""Answering: an offer, a meeting one cannot come to, leaving the queue or the group."""
