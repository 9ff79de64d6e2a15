import re
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tests.deploy.kit import DEPLOY, secrets, variables, yaml_of

FILE = DEPLOY / "compose.yaml"
SINCE_DRAIN = 25  # seconds that a process takes to end in order, at most; see adapters/slack
NOT_OURS = {"TAG"}  # what Compose alone reads

Duration = Annotated[str, StringConstraints(pattern=r"^(\d+(ms|s|m|h))+$")]
Size = Annotated[str, StringConstraints(pattern=r"^\d+[bkmg]$")]
Short = Annotated[str, StringConstraints(pattern=r"^[^:]+:/[^:]*(:ro)?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]


class Strict(BaseModel):
    """A part of a Compose file, as the Compose Specification has it; a word that we do not use is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Build(Strict):
    context: str
    dockerfile: str


class Logging(Strict):
    driver: Literal["local", "json-file", "none"]
    options: dict[str, str] = {}


class Dependency(Strict):
    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]
    required: bool = True
    restart: bool = False


class Healthcheck(Strict):
    test: list[str]
    interval: Duration
    timeout: Duration
    retries: int
    start_period: Duration = "0s"


class Service(Strict):
    image: str
    build: Build | None = None
    profiles: list[Name] = []
    user: str = ""
    restart: Literal["no", "always", "on-failure", "unless-stopped"]
    init: bool
    read_only: bool
    cap_drop: list[str]
    security_opt: list[str]
    pids_limit: int
    mem_limit: Size
    shm_size: Size | None = None
    stop_grace_period: Duration | None = None
    logging: Logging
    tmpfs: list[str] = []
    volumes: list[Short] = []
    ports: list[Annotated[str, StringConstraints(pattern=r"^[\d.]+:\d+:\d+$")]] = []
    networks: list[Name] = []
    depends_on: list[Name] | dict[Name, Dependency] = Field(default_factory=list)
    environment: dict[str, str] = {}
    secrets: list[Name] = []
    healthcheck: Healthcheck | None = None


class Network(Strict):
    internal: bool = False


class Volume(Strict):
    name: str = ""


class Secret(Strict):
    file: str


class Compose(Strict):
    name: Name
    services: dict[Name, Service]
    networks: dict[Name, Network]
    volumes: dict[Name, Volume]
    secrets: dict[Name, Secret]


@pytest.fixture(scope="module")
def compose() -> Compose:
    document: dict[str, Any] = yaml_of(FILE)
    return Compose.model_validate({name: part for name, part in document.items() if not name.startswith("x-")})


def interpolated(value: str, environ: dict[str, str]) -> str:
    """*value* with ``${NAME:-default}`` and ``${NAME:+instead}`` carried out, as Compose does."""

    def filled(found: re.Match[str]) -> str:
        name, sign, word = found.groups()
        given = environ.get(name, "")
        return (given or word) if sign == "-" else (word if given else "")

    return re.sub(r"\$\{(\w+):([-+])([^}]*)\}", filled, value)


def test_every_word_is_one_of_the_compose_specification(compose: Compose) -> None:
    assert {"bot", "postgres", "prometheus", "grafana"} == set(compose.services)


def test_whatever_a_service_names_is_there(compose: Compose) -> None:
    for service in compose.services.values():
        named = [volume.partition(":")[0] for volume in service.volumes]

        assert {name for name in named if not name.startswith(".")} <= set(compose.volumes)
        assert set(service.networks) <= set(compose.networks)
        assert set(service.secrets) <= set(compose.secrets)
        assert set(service.depends_on) <= set(compose.services)
        if service.build:
            assert (DEPLOY / service.build.context / service.build.dockerfile).is_file()


@pytest.mark.parametrize("name", ["bot", "postgres", "prometheus", "grafana"])
def test_no_service_may_do_more_than_it_must(compose: Compose, name: str) -> None:
    service = compose.services[name]

    assert service.read_only
    assert service.cap_drop == ["ALL"]
    assert service.security_opt == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service.ports)
    assert service.build or re.search(r":v?\d", service.image), "a version is named"


def test_the_bot_alone_starts_where_no_profile_is_asked_for(compose: Compose) -> None:
    profiles = {name: service.profiles for name, service in compose.services.items()}

    assert profiles == {
        "bot": [],
        "postgres": ["postgres"],
        "prometheus": ["observability"],
        "grafana": ["observability"],
    }
    dependencies = compose.services["bot"].depends_on
    assert isinstance(dependencies, dict)
    assert not any(dependency.required for dependency in dependencies.values())


def test_the_bot_has_the_time_that_it_takes_to_end_in_order(compose: Compose) -> None:
    grace = compose.services["bot"].stop_grace_period

    assert grace
    assert int(grace.removesuffix("s")) > SINCE_DRAIN


def test_the_database_is_reached_by_the_bot_alone(compose: Compose) -> None:
    reached = [name for name, service in compose.services.items() if "store" in service.networks]

    assert reached == ["bot", "postgres"]
    assert compose.networks["store"].internal
    assert not compose.services["postgres"].ports


def test_every_setting_can_be_given_and_none_that_there_is_not(compose: Compose) -> None:
    fixed_by_the_image = {"FRONTDESK_HTTP_ADDR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"}
    wanted = variables() - secrets() - fixed_by_the_image

    assert set(compose.services["bot"].environment) == wanted
    assert set(re.findall(r"\$\{(\w+)", FILE.read_text(encoding="utf-8"))) <= variables() | NOT_OURS


@pytest.mark.parametrize("secret", sorted(secrets()))
def test_a_secret_that_is_named_comes_as_a_file_and_one_that_is_not_counts_as_not_set(
    compose: Compose, secret: str
) -> None:
    bot, variable, name = compose.services["bot"], f"{secret}_FILE", secret.lower()
    given = {variable: f"./secrets/{name}"}

    inside, outside = bot.environment[variable], compose.secrets[name].file

    assert name in bot.secrets
    assert interpolated(inside, given) == f"/run/secrets/{name}"
    assert interpolated(outside, given) == f"./secrets/{name}"
    assert interpolated(inside, {}) == ""
    assert interpolated(outside, {}) == "/dev/null"


def test_a_setting_that_is_given_arrives_as_it_is(compose: Compose) -> None:
    bot = compose.services["bot"]
    plain = {name: value for name, value in bot.environment.items() if not name.endswith("_FILE")}

    for name, value in plain.items():
        assert interpolated(value, {name: "given"}) == "given"
        assert interpolated(value, {}) == ""


def test_no_secret_can_be_committed_by_mistake() -> None:
    ignored = (DEPLOY / ".gitignore").read_text(encoding="utf-8").splitlines()

    assert "secrets/" in ignored
