"""IAM: boundaries and paths of users, clients of OIDC providers and tags of SAML providers, which moto leaves out.

A role that an instance profile does not have cannot be taken from it: NoSuchEntity (RemoveRoleFromInstanceProfile).

Sources: IAM API reference, PutUserPermissionsBoundary, UpdateUser, UpdateGroup, DeleteUser and DeleteGroup
(DeleteConflict), AddClientIDToOpenIDConnectProvider, TagSAMLProvider.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.exceptions import DeleteConflictException, NotFoundException
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse

from catalog.sandbox.services.managed_policies import check_boundary

CREATE_USER, CREATE_LOGIN, CREATE_SAML = (
    IamResponse.create_user,
    IamResponse.create_login_profile,
    IamResponse.create_saml_provider,
)
UPDATE_USER, UPDATE_GROUP = IAMBackend.update_user, IAMBackend.update_group
DELETE_USER, DELETE_GROUP = IAMBackend.delete_user, IAMBackend.delete_group
REMOVE_ROLE = IAMBackend.remove_role_from_instance_profile


def install() -> None:
    """Replace moto's methods, and add operations."""
    for answer in (
        create_user,
        create_login_profile,
        put_user_permissions_boundary,
        delete_user_permissions_boundary,
        add_client_id_to_open_id_connect_provider,
        remove_client_id_from_open_id_connect_provider,
        create_saml_provider,
        tag_saml_provider,
        untag_saml_provider,
        list_saml_provider_tags,
    ):
        setattr(IamResponse, answer.__name__, answer)
    for method in (update_user, update_group, delete_user, delete_group, remove_role_from_instance_profile):
        setattr(IAMBackend, method.__name__, method)


def remove_role_from_instance_profile(backend: IAMBackend, profile_name: str, role_name: str) -> None:
    """RemoveRoleFromInstanceProfile, which moto ends with an error of Python when the profile has another role."""
    if backend.get_role(role_name) not in backend.get_instance_profile(profile_name).roles:
        raise NotFoundException(f"The role with name {role_name} cannot be found in instance profile {profile_name}.")
    REMOVE_ROLE(backend, profile_name, role_name)


# Users and groups


def create_user(response: IamResponse) -> ActionResult:
    """CreateUser, with a permissions boundary."""
    boundary = response._get_param("PermissionsBoundary")
    if boundary:
        check_boundary(response.backend, boundary)
    answer = CREATE_USER(response)
    if boundary:
        put_user_permissions_boundary(response)
    return answer


def put_user_permissions_boundary(response: IamResponse) -> ActionResult:
    """PutUserPermissionsBoundary, with a policy that exists."""
    user, arn = response.backend.get_user(response._get_param("UserName")), response._get_param("PermissionsBoundary")
    check_boundary(response.backend, arn)
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    setattr(user, "permissions_boundary", boundary)  # noqa: B010  # mypy allows no other form
    return EmptyResult()


def delete_user_permissions_boundary(response: IamResponse) -> ActionResult:
    """DeleteUserPermissionsBoundary."""
    vars(response.backend.get_user(response._get_param("UserName"))).pop("permissions_boundary", None)
    return EmptyResult()


def create_login_profile(response: IamResponse) -> ActionResult:
    """CreateLoginProfile, which says whether a new password is needed."""
    answer = CREATE_LOGIN(response)
    user = response.backend.get_user(response._get_param("UserName"))
    user.password_reset_required = response._get_bool_param("PasswordResetRequired", False)
    return answer


def update_user(
    backend: IAMBackend, user_name: str, new_path: str | None = None, new_user_name: str | None = None
) -> None:
    """UpdateUser; the tags stay with a user whose ARN changes."""
    user = backend.get_user(user_name)
    tags = user.tags or []
    backend.tagger.delete_all_tags_for_resource(user.arn)
    UPDATE_USER(backend, user_name, new_path, new_user_name)
    backend.tagger.tag_resource(user.arn, tags)


def update_group(backend: IAMBackend, group_name: str, new_group_name: str | None, new_path: str | None) -> None:
    """UpdateGroup, also for a new path alone."""
    if not new_group_name and new_path:
        backend.get_group(group_name).path = new_path
    UPDATE_GROUP(backend, group_name, new_group_name, new_path)


def delete_user(backend: IAMBackend, user_name: str) -> None:
    """Refuse to delete a user with keys, a password or groups."""
    user = backend.get_user(user_name)
    for held, words in (
        (user.access_keys, "delete access keys"),
        (user.password, "delete login profile"),
        (backend.get_groups_for_user(user_name), "remove users from group"),
    ):
        if held:
            raise DeleteConflictException(f"Cannot delete entity, must {words} first.")
    DELETE_USER(backend, user_name)


def delete_group(backend: IAMBackend, group_name: str) -> None:
    """Refuse to delete a group with users or policies."""
    group = backend.groups.get(group_name)
    for held, words in (
        (group and group.users, "remove users from group"),
        (group and group.managed_policies, "detach all policies"),
        (group and group.policies, "delete policies"),
    ):
        if held:
            raise DeleteConflictException(f"Cannot delete entity, must {words} first.")
    DELETE_GROUP(backend, group_name)


# Identity providers


def _clients(response: IamResponse) -> list[str]:
    arn = response._get_param("OpenIDConnectProviderArn")
    clients: list[str] = response.backend.get_open_id_connect_provider(arn).client_id_list
    return clients


def add_client_id_to_open_id_connect_provider(response: IamResponse) -> ActionResult:
    """AddClientIDToOpenIDConnectProvider; one that is there already is no error."""
    clients, client = _clients(response), response._get_param("ClientID")
    if client not in clients:
        clients.append(client)
    return EmptyResult()


def remove_client_id_from_open_id_connect_provider(response: IamResponse) -> ActionResult:
    """RemoveClientIDFromOpenIDConnectProvider; one that is not there is no error."""
    clients, client = _clients(response), response._get_param("ClientID")
    if client in clients:
        clients.remove(client)
    return EmptyResult()


def _saml(response: IamResponse) -> Any:
    return response.backend.get_saml_provider(response._get_param("SAMLProviderArn"))


def create_saml_provider(response: IamResponse) -> ActionResult:
    """CreateSAMLProvider, with tags."""
    answer = CREATE_SAML(response)
    provider: Any = response.backend.saml_providers[response._get_param("Name")]
    provider.tags = response._get_param("Tags", [])
    return answer


def tag_saml_provider(response: IamResponse) -> ActionResult:
    """TagSAMLProvider."""
    provider, given = _saml(response), response._get_param("Tags", [])
    keys = {tag["Key"] for tag in given}
    provider.tags = [*(tag for tag in provider.tags if tag["Key"] not in keys), *given]
    return EmptyResult()


def untag_saml_provider(response: IamResponse) -> ActionResult:
    """UntagSAMLProvider."""
    provider, keys = _saml(response), response._get_param("TagKeys", [])
    provider.tags = [tag for tag in provider.tags if tag["Key"] not in keys]
    return EmptyResult()


def list_saml_provider_tags(response: IamResponse) -> ActionResult:
    """ListSAMLProviderTags."""
    return ActionResult({"Tags": _saml(response).tags, "IsTruncated": False})
