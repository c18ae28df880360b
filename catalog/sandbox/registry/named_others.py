"""What calls of the services of email, file transfer and others name: the same as `named_things`, with its own kinds.

Sources of the words: floci-io/floci pull request 1812 (SES, configuration set, verified against AWS),
aws-cloudformation/rain issue 271 (SES, sending pool).
"""

from __future__ import annotations

from catalog.sandbox.registry.references import NamedThing, Thing

CONFIGURATION_SET = NamedThing(
    "ConfigurationSetName",
    Thing("sesv2", "GetConfigurationSet", lambda it: {"ConfigurationSetName": it}),
    "NotFoundException",
    "Configuration set <{it}> does not exist.",
)
POOLS_OF_SES = ("ses-default-dedicated-pool", "ses-shared-pool")
POOL = Thing("sesv2", "GetDedicatedIpPool", lambda it: {"PoolName": it}, known=lambda it: it not in POOLS_OF_SES)
NO_POOL = ("BadRequestException", "SendingPool <{it}> doesn't exist")

OTHERS: dict[tuple[str, ...], tuple[NamedThing, ...]] = {
    ("sesv2", "CreateEmailIdentity", "PutEmailIdentityConfigurationSetAttributes"): (CONFIGURATION_SET,),
    ("sesv2", "CreateConfigurationSet"): (NamedThing("DeliveryOptions.SendingPoolName", POOL, *NO_POOL),),
    ("sesv2", "PutConfigurationSetDeliveryOptions"): (NamedThing("SendingPoolName", POOL, *NO_POOL),),
}
"""(Service, operation, …) → what it looks for."""
