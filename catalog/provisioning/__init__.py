"""Provisioned products: launch one, and run its service actions, as the identity that calls.

    lookup    the product, its version, a launch path and the provisioned product, as the caller sees them
    launch    the checks of a launch against the content, then ProvisionProduct
    offer     the products, versions and launch paths that an account offers its caller
    form      what one version asks for on one launch path: parameters in groups, rules, TagOptions, outputs
    choices   the values that a parameter may have after the rules
    execute   the service actions of a provisioned product

Each module checks what is asked before the call that changes something, and returns AWS's record. Following the record
is `catalog.aws.provisioning`.
"""
