"""Registering: one question a page, answers kept until they are sent."""
