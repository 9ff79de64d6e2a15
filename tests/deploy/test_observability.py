import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.model import Outcome
from tests.deploy.kit import DEPLOY, yaml_of
from tests.deploy.metrics import HISTOGRAMS, METRICS, STEPS

PROMETHEUS = DEPLOY / "prometheus"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "frontdesk.json"
ALERTS = [rule for group in yaml_of(PROMETHEUS / "alerts.yaml")["groups"] for rule in group["rules"]]
COLUMNS = 24
PROMTOOL = shutil.which("promtool")

needs_promtool = pytest.mark.skipif(not PROMTOOL, reason="promtool is not installed: Debian has it in `prometheus`")


def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return read


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dashboard()["panels"]
    return found


def expressions() -> Iterator[str]:
    """Every PromQL expression of the dashboard and the alert rules."""
    yield from (target["expr"] for panel in panels() for target in panel["targets"])
    yield from (annotation["expr"] for annotation in dashboard()["annotations"]["list"])
    yield from (rule["expr"] for rule in ALERTS)


def series(name: str) -> set[str]:
    """The series that Prometheus keeps of the metric *name*."""
    return {f"{name}_bucket", f"{name}_sum", f"{name}_count"} if name in HISTOGRAMS else {name}


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    assert PROMTOOL
    return subprocess.run([PROMTOOL, *arguments], cwd=PROMETHEUS, capture_output=True, text=True, check=False)


@needs_promtool
@pytest.mark.parametrize(
    "arguments",
    [("check", "config", "prometheus.yml"), ("check", "rules", "alerts.yaml"), ("test", "rules", "alerts_test.yaml")],
    ids=" ".join,
)
def test_prometheus_takes_it(arguments: tuple[str, ...]) -> None:
    verdict = promtool(*arguments)

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


@needs_promtool
def test_prometheus_understands_every_expression_of_the_dashboard(tmp_path: Path) -> None:
    rules = [
        {"record": f"panel:{number}", "expr": re.sub(r"\$(__\w+)", "5m", expression).replace("$platform", ".*")}
        for number, expression in enumerate(expressions())
    ]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))

    verdict = promtool("check", "rules", tmp_path / "rules.yaml")

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_every_metric_that_is_asked_for_is_one_of_the_list_and_each_of_these_is_shown() -> None:
    asked = {name for expression in expressions() for name in re.findall(r"\bfrontdesk_\w+", expression)}

    assert asked <= {kept for name in METRICS for kept in series(name)}
    assert all(asked & series(name) for name in METRICS)


def test_every_label_and_value_that_is_asked_for_is_there() -> None:
    for expression in expressions():
        for name, selector in re.findall(r"\b(frontdesk_\w+?)(?:_bucket)?\{([^}]*)\}", expression):
            for label, value in re.findall(r'(\w+)[=!~]+"([^"]*)"', selector):
                assert label in METRICS[name]
                assert label != "outcome" or value in {outcome.value for outcome in Outcome}
                assert label != "step" or value in STEPS
        grouped = {label for labels in re.findall(r"by \(([^)]*)\)", expression) for label in labels.split(", ")}
        assert grouped <= {"le"} | {label for labels in METRICS.values() for label in labels}


@pytest.mark.skipif(not importlib.util.find_spec("bot.observing"), reason="the program has no metrics yet")
def test_the_list_is_what_the_program_shows() -> None:
    from bot.observing.metrics import Metrics  # noqa: PLC0415 - where it is there

    def nothing() -> Any:
        raise AssertionError

    shown = Metrics(nothing, lambda: 0.0)
    families = {family.name: family for family in shown.registry.collect() if family.name.startswith("frontdesk_")}
    made = {
        f"{name}_total" if family.type == "counter" else name: family.type == "histogram"
        for name, family in families.items()
    }

    assert made == {name: name in HISTOGRAMS for name in METRICS}


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_is_wrong_how_urgent_it_is_and_where_to_read_on(rule: dict[str, Any]) -> None:
    runbook = (DEPLOY / "RUNBOOK.md").read_text(encoding="utf-8")

    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["runbook"] == f"deploy/RUNBOOK.md#{rule['alert'].lower()}"
    assert re.search(rf"(?m)^#+ {rule['alert']}$", runbook)


def test_every_alert_is_seen_to_fire() -> None:
    cases = [case for story in yaml_of(PROMETHEUS / "alerts_test.yaml")["tests"] for case in story["alert_rule_test"]]

    fired = {case["alertname"] for case in cases if case.get("exp_alerts")}

    assert fired == {rule["alert"] for rule in ALERTS}


def test_the_dashboard_is_laid_out_without_gaps_in_its_numbers_and_without_overlaps() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}

        assert at["x"] + at["w"] <= COLUMNS
        assert not cells & taken
        taken |= cells
    assert [panel["id"] for panel in panels()] == list(range(1, len(panels()) + 1))


def test_every_panel_says_what_it_shows_and_asks_the_chosen_source() -> None:
    for panel in panels():
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]

        assert panel["title"]
        assert panel["description"]
        assert all(source == {"type": "prometheus", "uid": "${datasource}"} for source in sources)


def test_grafana_finds_prometheus_and_the_dashboard_where_compose_puts_them() -> None:
    provisioning = DEPLOY / "grafana" / "provisioning"
    services = yaml_of(DEPLOY / "compose.yaml")["services"]
    (source,) = yaml_of(provisioning / "datasources" / "prometheus.yaml")["datasources"]
    (provider,) = yaml_of(provisioning / "dashboards" / "frontdesk.yaml")["providers"]

    assert source["url"] == "http://prometheus:9090"
    assert "127.0.0.1:9090:9090" in services["prometheus"]["ports"]
    assert f"./grafana/dashboards:{provider['options']['path']}:ro" in services["grafana"]["volumes"]


def test_prometheus_asks_the_service_that_compose_runs_at_the_port_that_it_has() -> None:
    (job,) = yaml_of(PROMETHEUS / "prometheus.yml")["scrape_configs"]
    ((target,),) = [config["targets"] for config in job["static_configs"]]
    service, _, port = target.partition(":")

    assert service in yaml_of(DEPLOY / "compose.yaml")["services"]
    assert f"FRONTDESK_HTTP_ADDR=0.0.0.0:{port}" in (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert job["job_name"] == "frontdesk"
