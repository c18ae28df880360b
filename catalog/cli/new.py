"""`catalog new`: the group of `product`, `portfolio` and `control`."""

from __future__ import annotations

import click

from catalog.cli.new_control import control
from catalog.cli.new_portfolio import portfolio
from catalog.cli.new_product import product
from catalog.cli.options import CommandGroup

EPILOG = """\b
Examples:
  catalog new product queue --from ../templates/queue.yaml --portfolio platform-dev
  catalog new portfolio platform-prod --stage prod --principal role/deploy --product bucket
  catalog new control dead_letters --resource-type AWS::SQS::Queue --property RedrivePolicy
"""


@click.group(cls=CommandGroup, epilog=EPILOG)
def new() -> None:
    """Write a new product, portfolio or control."""


for command in (product, portfolio, control):
    new.add_command(command)
