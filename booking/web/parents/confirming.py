"""Confirming a mobile or an e-mail with a code, and asking for a new link."""
