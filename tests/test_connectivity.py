"""``netlint connectivity``: what NetworkPolicies let through, by the rules of networking.k8s.io/v1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from netlint.cli import main

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = ["TCP 1-65535", "UDP 1-65535", "SCTP 1-65535"]


def pod(name: str, *, namespace: str = "shop", labels: str = "", ports: str = "", more: str = "") -> str:
    return f"""
---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {namespace}, labels: {{app: {name}{labels and f", {labels}"}}}}}
spec:
{more}  containers:
    - name: main
      image: registry.example/{name}
      ports: [{ports}]
"""


def policy(spec: str, *, namespace: str = "shop", name: str = "policy") -> str:
    return f"""
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: {namespace}}}
spec: {spec}
"""


WEB_AND_DB = pod("web") + pod("db", ports="{name: sql, containerPort: 5432}")


def connectivity(folder: Path, text: str) -> dict[tuple[str, str], list[str]]:
    """What is let through, by the names of both ends."""
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["connectivity", "--no-config", "--format", "json", str(folder)])
    assert result.exit_code == 0, result.output
    return {
        (_name(row["from"]), _name(row["to"])): [f"{item['protocol']} {item['ports']}" for item in row["allow"]]
        for row in json.loads(result.output)
    }


def _name(end: str | dict[str, str]) -> str:
    return end if isinstance(end, str) else end["name"]


def test_without_policies_everything_is_let_through(tmp_path: Path) -> None:
    found = connectivity(tmp_path, WEB_AND_DB)
    assert set(found) == {("web", "db"), ("db", "web"), ("web", "external"), ("external", "web"), ("db", "external"), ("external", "db")}
    assert all(allowed == EVERYTHING for allowed in found.values())


@pytest.mark.parametrize(
    ("spec", "web_to_db", "db_to_web", "outside_to_db"),
    [
        pytest.param("{podSelector: {matchLabels: {app: db}}}", [], EVERYTHING, [], id="no rule lets nothing in"),
        pytest.param("{podSelector: {matchLabels: {app: db}}, ingress: [{}]}", EVERYTHING, EVERYTHING, EVERYTHING, id="empty rule"),
        pytest.param("{podSelector: {}, policyTypes: [Egress]}", [], [], EVERYTHING, id="all pods of the namespace"),
        pytest.param("{podSelector: {}, egress: []}", [], [], [], id="empty egress without types isolates ingress only"),
        pytest.param(
            "{podSelector: {matchLabels: {app: web}}, egress: [{}]}", EVERYTHING, [], EVERYTHING, id="egress alone isolates ingress"
        ),
        pytest.param(
            "{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: sql}]}]}",
            ["TCP 5432"],
            EVERYTHING,
            ["TCP 5432"],
            id="a name means the pods' port",
        ),
        pytest.param(
            "{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: sql, protocol: UDP}]}]}",
            [],
            EVERYTHING,
            [],
            id="a name of the other protocol",
        ),
        pytest.param(
            "{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 80, endPort: 90}, {port: 91}, {protocol: UDP}]}]}",
            ["TCP 80-91", "UDP 1-65535"],
            EVERYTHING,
            ["TCP 80-91", "UDP 1-65535"],
            id="ranges that touch are one",
        ),
        pytest.param(
            "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}",
            EVERYTHING,
            EVERYTHING,
            [],
            id="pods of the own namespace",
        ),
        pytest.param(
            "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}",
            [],
            EVERYTHING,
            EVERYTHING,
            id="blocks are for the outside",
        ),
        pytest.param(
            "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}]}]}",
            [],
            EVERYTHING,
            [],
            id="a block without an address",
        ),
    ],
)
def test_one_policy(tmp_path: Path, spec: str, web_to_db: list[str], db_to_web: list[str], outside_to_db: list[str]) -> None:
    found = connectivity(tmp_path, WEB_AND_DB + policy(spec))
    assert found["web", "db"] == web_to_db
    assert found["db", "web"] == db_to_web
    assert found["external", "db"] == outside_to_db


def test_both_ends_count(tmp_path: Path) -> None:
    sending = policy("{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{ports: [{port: 80}, {port: 5432}]}]}")
    taking = policy("{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 5432}, {port: 9187}]}]}", name="db")
    assert connectivity(tmp_path, WEB_AND_DB + sending + taking)["web", "db"] == ["TCP 5432"]


def test_rules_of_all_policies_add_up(tmp_path: Path) -> None:
    first = policy("{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 5432}]}]}")
    second = policy("{podSelector: {}, ingress: [{ports: [{port: 9187}]}]}", name="metrics")
    assert connectivity(tmp_path, WEB_AND_DB + first + second)["web", "db"] == ["TCP 5432", "TCP 9187"]


def test_namespaces_are_selected_by_their_labels_and_by_their_name(tmp_path: Path) -> None:
    namespace = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: tools, labels: {team: ops}}\n"
    pods = pod("db") + pod("scraper", namespace="tools") + pod("other", namespace="misc") + namespace
    by_label = policy("{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}]}]}")
    by_name = policy("{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: misc}}}]}]}")
    labelled, named = connectivity(tmp_path, pods + by_label), connectivity(tmp_path, pods + by_name)
    assert (labelled["scraper", "db"], labelled["other", "db"]) == (EVERYTHING, [])
    assert (named["scraper", "db"], named["other", "db"]) == ([], EVERYTHING)


def test_a_policy_is_for_its_own_namespace_and_so_is_a_peer_without_a_namespace_selector(tmp_path: Path) -> None:
    pods = pod("web") + pod("db") + pod("web", namespace="tools").replace("name: web,", "name: stranger,") + pod("db2", namespace="tools")
    found = connectivity(tmp_path, pods + policy("{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}"))
    assert (found["web", "db"], found["stranger", "db"]) == (EVERYTHING, [])
    assert found["web", "db2"] == EVERYTHING


def test_an_unset_namespace_is_the_default_one(tmp_path: Path) -> None:
    pods = pod("web", namespace="default") + pod("db", namespace='""')
    found = connectivity(tmp_path, pods + policy("{podSelector: {matchLabels: {app: db}}}", namespace="default"))
    assert found["web", "db"] == []


def test_selectors_of_one_peer_must_both_match_and_two_peers_either(tmp_path: Path) -> None:
    pods = pod("db") + pod("scraper", namespace="tools") + pod("shell", namespace="tools")
    tools = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: tools}}"
    scraper = "podSelector: {matchLabels: {app: scraper}}"
    both = connectivity(tmp_path, pods + policy(f"{{podSelector: {{}}, ingress: [{{from: [{{{tools}, {scraper}}}]}}]}}"))
    either = connectivity(tmp_path, pods + policy(f"{{podSelector: {{}}, ingress: [{{from: [{{{tools}}}, {{{scraper}}}]}}]}}"))
    assert (both["scraper", "db"], both["shell", "db"]) == (EVERYTHING, [])
    assert (either["scraper", "db"], either["shell", "db"]) == (EVERYTHING, EVERYTHING)


def test_pods_of_one_controller_are_one_and_static_pods_are_their_own(tmp_path: Path) -> None:
    owned = "apiVersion: v1\nkind: PodList\nitems:\n" + "".join(
        f"  - metadata: {{name: web-{number}, ownerReferences: [{{kind: ReplicaSet, name: web, controller: true}}]}}\n"
        f"    spec: {{containers: [{{name: main, image: web}}]}}\n"
        for number in (1, 2)
    )
    static = (
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: etcd, ownerReferences: [{kind: Node, name: n1}]}\n"
        "spec: {containers: [{name: main}]}\n"
    )
    assert {source for source, _ in connectivity(tmp_path, owned + static)} == {"web", "etcd", "external"}


def test_text_says_what_else_decides(tmp_path: Path) -> None:
    foreign = "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {}\n"
    (tmp_path / "all.yaml").write_text(WEB_AND_DB + foreign, encoding="utf-8")
    result = CliRunner().invoke(main, ["connectivity", "--no-config", str(tmp_path)])
    assert "CiliumNetworkPolicy decide here as well and are not evaluated" in result.output
    assert "  Pod web in shop -> Pod db in shop: everything" in result.output


def test_text_says_which_pods_policies_may_not_hold_for(tmp_path: Path) -> None:
    on_node = pod("agent", more="  hostNetwork: true\n")
    (tmp_path / "all.yaml").write_text(WEB_AND_DB + on_node + policy("{podSelector: {}}"), encoding="utf-8")
    shown = CliRunner().invoke(main, ["connectivity", "--no-config", str(tmp_path)]).output
    assert "Pod agent in shop is on the network of its node: most network plugins take such pods for the node" in shown
    (tmp_path / "all.yaml").write_text(WEB_AND_DB + on_node, encoding="utf-8")
    assert "network of its node" not in CliRunner().invoke(main, ["connectivity", "--no-config", str(tmp_path)]).output
