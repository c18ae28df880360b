"""Lake Formation: LF-tags that are not there, and the tags of a resource, of which moto keeps those of the last call.

Source: Lake Formation API reference, GetLFTag, AddLFTagsToResource, GetResourceLFTags, RemoveLFTagsFromResource.
"""

from __future__ import annotations

from typing import Any

from moto.lakeformation.exceptions import EntityNotFound
from moto.lakeformation.models import LakeFormationBackend

from catalog.sandbox.services.keeping import keep, kept

GET = LakeFormationBackend.get_lf_tag
NO_TAG = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Tag or tag value does not exist."}
KEPT = "lakeTags"
Tags = list[dict[str, Any]]


def install() -> None:
    """Replace moto's operations."""
    for method in (get_lf_tag, add_lf_tags_to_resource, get_resource_lf_tags, remove_lf_tags_from_resource):
        setattr(LakeFormationBackend, method.__name__, method)


def get_lf_tag(backend: LakeFormationBackend, catalog_id: str, key: str) -> list[str]:
    """GetLFTag of a tag that is there."""
    values = GET(backend, catalog_id, key)
    if not values:
        raise EntityNotFound
    return values


def _paths(backend: LakeFormationBackend, resource: dict[str, Any]) -> list[tuple[str, ...]]:
    """What a resource is: a database, a table, or columns of one."""
    paths: list[tuple[str, ...]] = []
    for kind, body in resource.items():
        catalog = body.get("CatalogId") or backend.account_id
        named = [kind, catalog, *(body[name] for name in ("DatabaseName", "Name") if body.get(name))]
        columns = body.get("ColumnNames")
        paths += [(*named, column) for column in columns] if columns else [tuple(named)]
    return paths


def _tags(backend: LakeFormationBackend, path: tuple[str, ...]) -> Tags:
    """The tags of a resource that are still there."""
    given: dict[tuple[str, ...], Tags] = kept(backend).get(KEPT, {})
    return [tag for tag in given.get(path, ()) if tag["TagKey"] in backend.list_lf_tags(tag["CatalogId"])]


def _set(backend: LakeFormationBackend, path: tuple[str, ...], tags: Tags) -> None:
    keep(backend, {KEPT: {**kept(backend).get(KEPT, {}), path: tags}})


def add_lf_tags_to_resource(
    backend: LakeFormationBackend, catalog_id: str, resource: dict[str, Any], tags: Tags
) -> Tags:
    """AddLFTagsToResource; the value of a tag takes the place of the one that the resource has."""
    given = [{"CatalogId": catalog_id, **tag} for tag in tags]
    known = {tag["CatalogId"]: backend.list_lf_tags(tag["CatalogId"]) for tag in given}
    failures = [
        {"LFTag": tag, "Error": NO_TAG}
        for tag in given
        if not {*tag["TagValues"]} <= {*known[tag["CatalogId"]].get(tag["TagKey"], ())}
    ]
    for path in () if failures else _paths(backend, resource):
        keys = {tag["TagKey"] for tag in given}
        _set(backend, path, [*(tag for tag in _tags(backend, path) if tag["TagKey"] not in keys), *given])
    return failures


def get_resource_lf_tags(
    backend: LakeFormationBackend, catalog_id: str, resource: dict[str, Any]
) -> tuple[Tags, Tags, Tags]:
    """GetResourceLFTags: the tags of a database, a table, or columns."""
    paths = _paths(backend, resource)
    by_kind = {kind: [path for path in paths if path[0] == kind] for kind in resource}
    database, table = (
        [tag for path in by_kind.get(kind, ()) for tag in _tags(backend, path)] for kind in ("Database", "Table")
    )
    columns = [(path[-1], _tags(backend, path)) for path in by_kind.get("TableWithColumns", ())]
    return database, table, [{"Name": name, "LFTags": tags} for name, tags in columns if tags]


def remove_lf_tags_from_resource(
    backend: LakeFormationBackend, catalog_id: str, resource: dict[str, Any], tags: Tags
) -> None:
    """RemoveLFTagsFromResource of the API reference."""
    keys = {tag["TagKey"] for tag in tags}
    for path in _paths(backend, resource):
        _set(backend, path, [tag for tag in _tags(backend, path) if tag["TagKey"] not in keys])
