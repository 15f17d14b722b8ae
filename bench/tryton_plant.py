"""Five hundred productions in Tryton, by its own client library; run by bench/peer.py with the
Python of Tryton's environment.
"""

import sys
from decimal import Decimal

from proteus import Model, Wizard, config

TOGETHER = 100


def main(settings: str) -> None:
    config.set_trytond(config_file=settings, database="tryton", user="admin")
    company()
    (unit,) = Model.get("product.uom").find([("symbol", "=", "u")])
    template = Model.get("product.template")(
        name="Laundry liquid, 2 kg", type="goods", default_uom=unit, list_price=Decimal(10)
    )
    template.producible = True
    template.save()
    Production = Model.get("production")
    made = [
        Production(product=template.products[0], quantity=100.0 + number) for number in range(500)
    ]
    for first in range(0, len(made), TOGETHER):
        Production.save(made[first : first + TOGETHER])


def company() -> None:
    """Tryton produces nothing without one."""
    Party, Currency = Model.get("party.party"), Model.get("currency.currency")
    party = Party(name="Plant")
    party.save()
    currency = Currency(name="Yuan", symbol="¥", code="CNY")
    currency.save()
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party, wizard.form.currency = party, currency
    wizard.execute("add")
    config.get_config()._context = Model.get("res.user").get_preferences(True, {})


main(sys.argv[1])
