"""The command that says which addresses an SMS gateway is to be given."""

from __future__ import annotations

import click

from booking.commands.plainly import Command, services


@click.command("sms-addresses", cls=Command)
def sms_addresses() -> None:
    """Print the addresses at which an SMS gateway reports. Keep them secret: whoever knows them can pose as it."""
    from booking.outbox import gateway

    settings = services().settings
    click.echo("Answers by SMS, to be typed in at the gateway for the number (46elks: sms_url):")
    click.echo(gateway.answer_address(settings.base_url, settings.secret_key))
    click.echo("Receipts, which go along with every message by themselves (46elks: whendelivered):")
    click.echo(f"{gateway.receipt_address(settings.base_url, settings.secret_key)}/REFERENCE")
    if not settings.sms_answerable:
        click.echo("LIKAPLATS_SMS_FROM is not a number, so nobody can answer as it is now.", err=True)
