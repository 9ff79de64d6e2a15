import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from bot.faq.load import load
from tests.deploy.kit import DEPLOY, ROOT, secrets, variables
from tests.deploy.kustomize import MERGED_BY, Resource, build

KUBERNETES = DEPLOY / "kubernetes"
OVERLAYS = sorted(folder.name for folder in (KUBERNETES / "overlays").iterdir())
VERSIONS = ("1.30", "newest")  # the oldest that has all that is used, and the newest whose schemas are here
GRACE_OF_HTTP, DRAIN = 5, 20  # seconds; see adapters/slack
SOCKETS = 10  # that Slack allows an app

many = pytest.mark.parametrize("overlay", [*OVERLAYS, "many-workspaces"])


@pytest.fixture(scope="module")
def many_workspaces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's folder with an overlay that takes the component for many workspaces."""
    root = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "faq.yaml", root)
    shutil.copytree(KUBERNETES, root / "deploy" / "kubernetes")
    overlay = root / "deploy" / "kubernetes" / "overlays" / "many-workspaces"
    shutil.copytree(overlay.with_name("slack-http"), overlay)
    with (overlay / "kustomization.yaml").open("a", encoding="utf-8") as file:
        file.write("  - ../../many-workspaces\n")
    return overlay


@pytest.fixture
def folder(overlay: str, many_workspaces: Path) -> Path:
    return many_workspaces if overlay == "many-workspaces" else KUBERNETES / "overlays" / overlay


@cache
def built(folder: Path) -> list[Resource]:
    return build(folder)


def of_kind(resources: list[Resource], *kinds: str) -> list[Resource]:
    return [each for each in resources if each["kind"] in kinds]


def workload(resources: list[Resource]) -> Resource:
    (found,) = of_kind(resources, "Deployment")
    return found


def pod(resources: list[Resource]) -> dict[str, Any]:
    spec: dict[str, Any] = workload(resources)["spec"]["template"]["spec"]
    return spec


def main_container(resources: list[Resource]) -> dict[str, Any]:
    (container,) = pod(resources)["containers"]
    found: dict[str, Any] = container
    return found


@many
@pytest.mark.parametrize("version", VERSIONS)
def test_every_resource_keeps_to_its_schema(folder: Path, version: str) -> None:
    number = str(kubernetes_validate.latest_version()) if version == "newest" else version

    for resource in built(folder):
        kubernetes_validate.validate(resource, number, strict=True)


@many
def test_the_build_is_what_kubectl_builds(folder: Path) -> None:
    if not (kubectl := shutil.which("kubectl")):
        pytest.skip("kubectl is not installed: what is checked is built by tests/deploy/kustomize.py alone")

    command = [kubectl, "kustomize", "--load-restrictor", "LoadRestrictionsNone", str(folder)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert comparable(list(yaml.safe_load_all(text))) == comparable(built(folder))


def comparable(resources: list[Resource]) -> list[Any]:
    """*resources* in one order, without the digests at the ends of generated names."""
    text = re.sub(r"\b(frontdesk-(?:content|settings))-[a-z0-9]{10}\b", r"\1", json.dumps(resources))
    return sorted((ordered(each) for each in json.loads(text)), key=lambda each: json.dumps(each, sort_keys=True))


def ordered(value: Any, field: str = "") -> Any:
    if isinstance(value, dict):
        return {name: ordered(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        inner = [ordered(each) for each in value]
        return (
            sorted(inner, key=lambda each: str(each[MERGED_BY[field]]))
            if field in MERGED_BY and _keyed(inner, field)
            else inner
        )
    return value


def _keyed(items: list[Any], field: str) -> bool:
    return all(isinstance(each, dict) and MERGED_BY[field] in each for each in items)


@many
def test_a_pod_may_do_nothing_that_it_need_not(folder: Path) -> None:
    spec = pod(built(folder))

    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    for container in (*spec["containers"], *spec["initContainers"]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"]
        assert ":" in container["image"]
        assert not container["image"].endswith(":latest")


@many
def test_a_pod_runs_as_the_user_whom_the_image_has(folder: Path) -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")

    context = pod(built(folder))["securityContext"]

    assert f"USER {context['runAsUser']}:{context['runAsGroup']}\n" in dockerfile
    assert context["fsGroup"] == context["runAsGroup"]


@many
def test_every_probe_asks_where_the_bot_answers(folder: Path) -> None:
    container = main_container(built(folder))

    (port,) = container["ports"]
    paths = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}

    assert {name: get["path"] for name, get in paths.items()} == {
        "startup": "/healthz",
        "liveness": "/healthz",
        "readiness": "/readyz",
    }
    assert {get["port"] for get in paths.values()} == {port["name"]}
    assert environment(container)["FRONTDESK_HTTP_ADDR"] == f"0.0.0.0:{port['containerPort']}"


def environment(container: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each.get("value", "") for each in container["env"]}


@many
def test_a_pod_has_the_time_that_it_takes_to_end_in_order(folder: Path) -> None:
    container = main_container(built(folder))

    waits = container["lifecycle"]["preStop"]["sleep"]["seconds"]

    assert waits + GRACE_OF_HTTP + DRAIN < pod(built(folder))["terminationGracePeriodSeconds"]


@many
def test_every_secret_is_a_file_that_a_secret_brings(folder: Path) -> None:
    container, spec = main_container(built(folder)), pod(built(folder))
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    mounted = {mount["mountPath"]: volumes[mount["name"]] for mount in container["volumeMounts"]}

    given = environment(container)

    assert secrets().isdisjoint(given)
    for name in sorted(secrets()):
        if path := given.get(f"{name}_FILE"):
            folder_of_secret, _, file = path.rpartition("/")
            assert file == name.lower()
            assert mounted[folder_of_secret]["secret"]["defaultMode"] == 0o440


@many
def test_a_pod_writes_only_where_it_is_let(folder: Path) -> None:
    container, spec = main_container(built(folder)), pod(built(folder))
    writable = {volume["name"] for volume in spec["volumes"] if "emptyDir" in volume}

    mounts = {mount["mountPath"]: mount["name"] in writable or mount["readOnly"] for mount in container["volumeMounts"]}

    assert {"/var/cache/frontdesk", "/var/lib/frontdesk", "/tmp"} <= set(mounts)  # noqa: S108 - a mount's path
    assert all(mounts.values())


@many
def test_the_content_that_is_served_is_the_reviewed_file(folder: Path, tmp_path: Path) -> None:
    resources = built(folder)
    (content,) = (each for each in of_kind(resources, "ConfigMap") if "faq.yaml" in each["data"])
    (volume,) = (each for each in pod(resources)["volumes"] if "configMap" in each)
    (tmp_path / "faq.yaml").write_text(content["data"]["faq.yaml"], encoding="utf-8")

    served = load(tmp_path / "faq.yaml")

    assert volume["configMap"]["name"] == content["metadata"]["name"]
    assert served.digest == load(ROOT / "faq.yaml").digest
    assert len(json.dumps(content)) < 1_000_000, "a ConfigMap holds 1 MiB at most"


@many
def test_what_selects_the_pods_finds_them(folder: Path) -> None:
    resources = built(folder)
    labels = workload(resources)["spec"]["template"]["metadata"]["labels"]

    selectors = list(selecting(resources))

    assert len(selectors) >= 3
    assert all(selector.items() <= labels.items() for selector in selectors)


def selecting(resources: list[Resource]) -> Iterator[dict[str, str]]:
    yield workload(resources)["spec"]["selector"]["matchLabels"]
    for each in of_kind(resources, "Service"):
        yield each["spec"]["selector"]
    for each in of_kind(resources, "PodDisruptionBudget"):
        yield each["spec"]["selector"]["matchLabels"]
    for each in of_kind(resources, "NetworkPolicy"):
        yield each["spec"]["podSelector"]["matchLabels"]
    for constraint in pod(resources)["topologySpreadConstraints"]:
        yield constraint["labelSelector"]["matchLabels"]


@many
def test_a_drain_of_machines_leaves_a_replica_at_work(folder: Path) -> None:
    resources = built(folder)
    (budget,) = of_kind(resources, "PodDisruptionBudget")

    replicas = workload(resources)["spec"]["replicas"]

    assert replicas >= 2
    assert budget["spec"]["maxUnavailable"] < replicas


@many
def test_the_image_is_of_this_version(folder: Path) -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'(?m)^version = "(.+)"$', project)

    images = {
        container["image"] for container in (*pod(built(folder))["containers"], *pod(built(folder))["initContainers"])
    }

    assert version
    assert images == {f"registry.example.com/frontdesk:{version[1]}"}


@many
def test_every_setting_is_one_that_the_program_reads(folder: Path) -> None:
    resources = built(folder)
    settings = [each["data"] for each in of_kind(resources, "ConfigMap") if "faq.yaml" not in each["data"]]

    named = set(environment(main_container(resources))).union(*settings)

    assert named <= variables()


def test_slack_over_http_is_reached_from_outside_only_at_slacks_own_paths() -> None:
    resources = built(KUBERNETES / "overlays" / "slack-http")
    (ingress,) = of_kind(resources, "Ingress")
    (service,) = of_kind(resources, "Service")

    paths = [path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]

    assert {path["path"] for path in paths} == {"/slack/"}
    assert {path["backend"]["service"]["name"] for path in paths} == {service["metadata"]["name"]}
    assert {path["backend"]["service"]["port"]["name"] for path in paths} <= {
        port["name"] for port in service["spec"]["ports"]
    }


def test_replicas_by_socket_mode_stay_within_slacks_sockets_while_they_are_rolled_out() -> None:
    spec = workload(built(KUBERNETES / "overlays" / "slack-sockets"))["spec"]

    assert spec["replicas"] + spec["strategy"]["rollingUpdate"]["maxSurge"] <= SOCKETS


def test_replicas_on_discord_share_the_shards_out_themselves() -> None:
    """Which they do where none is told its own, and all use one database."""
    given = environment(main_container(built(KUBERNETES / "overlays" / "discord")))

    assert "DISCORD_SHARD_IDS" not in given
    assert "DATABASE_URL_FILE" in given


def test_many_workspaces_bring_their_own_tokens(many_workspaces: Path) -> None:
    given = environment(main_container(built(many_workspaces)))

    assert "SLACK_BOT_TOKEN_FILE" not in given
    assert {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET_FILE", "SLACK_SIGNING_SECRET_FILE", "FRONTDESK_KEYS_FILE"} <= set(
        given
    )
