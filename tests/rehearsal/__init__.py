"""Rehearsals of sending: many messages, workers of their own, and stand-ins for the providers, each a real process."""
