"""Addresses in the AWS Management Console. Unproven without an account: docs/unproven.md, rows 160 and 176.

Domains: AWS General Reference, "AWS Management Console endpoints"; AWS GovCloud (US) User Guide; AWS in China.
"""

from __future__ import annotations

from urllib.parse import quote

from catalog.cfn.pseudo import partition_of

HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def service_catalog_page(region: str, page: str, id_: str = "") -> str:
    """A page of the Service Catalog console of a Region, such as `products`; empty where the console has no address.

    The isolated partitions and the European Sovereign Cloud have consoles of their own, whose domains we do not know.
    """
    host = HOSTS.get(partition_of(region)[0])
    if not host:
        return ""
    where = f"{page}/{quote(id_, safe='')}" if id_ else page
    return f"https://{region}.{host}/servicecatalog/home?region={region}#{where}"
