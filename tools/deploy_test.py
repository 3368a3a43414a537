"""The files of deploy/, as far as they can be held to something without a cluster or a container engine: that they parse,
that what they name is there, and that systemd has nothing to say against the units."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"


class Loader(yaml.SafeLoader):
    """Knows the two tags of Compose files that merge."""


Loader.add_constructor("!reset", lambda loader, node: None)
Loader.add_constructor("!override", lambda loader, node: loader.construct_sequence(node))


def documents(path):
    return list(yaml.load_all(path.read_text(encoding="utf-8"), Loader))


def settings():
    return set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))


class Compose(unittest.TestCase):
    one, = documents(ROOT / "docker-compose.yml")
    two, = documents(DEPLOY / "docker/two-instances.yml")

    def test_builds_from_files_that_are_there(self):
        for service in self.one["services"].values():
            build = service.get("build")
            if isinstance(build, dict):
                self.assertTrue((ROOT / build["context"] / build["dockerfile"]).is_file(), build)
            self.assertTrue(build or ":" in service["image"], "an image names its version")

    def test_waits_only_for_services_that_say_how_they_are(self):
        services = {**self.two["services"], **self.one["services"]}
        for service in services.values():
            for name, wait in service.get("depends_on", {}).items():
                self.assertEqual(wait, {"condition": "service_healthy"})
                self.assertTrue("healthcheck" in services[name] or "build" in services[name] or "extends" in services[name], name)

    def test_names_settings_that_exist(self):
        self.assertLessEqual(set(self.one["services"]["server"]["environment"]), settings())

    def test_declares_its_volumes(self):
        declared = set(self.one["volumes"]) | set(self.two["volumes"])
        for service in [*self.one["services"].values(), *self.two["services"].values()]:
            for volume in service.get("volumes", []):
                source = volume.split(":")[0]
                self.assertTrue((ROOT / source).exists() if source.startswith(".") else source in declared, source)

    def test_has_no_secret_of_its_own(self):
        text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
        for name in ("JWT_SECRET", "POSTGRES_PASSWORD"):
            self.assertEqual(re.findall(rf"(?m)^\s+{name}: (?!\$\{{{name}:\?)", text), [])

    def test_leads_the_proxy_to_both_servers(self):
        proxy = (DEPLOY / "docker/haproxy.cfg").read_text(encoding="utf-8")
        servers = set(re.findall(r"^  server \w+ ([\w-]+):4000 ", proxy, re.MULTILINE))
        self.assertEqual(servers, {"server", "server-two"})

    @unittest.skipUnless(shutil.which("haproxy", path="/usr/sbin:/usr/bin"), "HAProxy is not installed")
    def test_has_a_proxy_that_haproxy_understands(self):
        ended = subprocess.run(["/usr/sbin/haproxy", "-c", "-f", DEPLOY / "docker/haproxy.cfg"], capture_output=True, text=True)
        self.assertEqual(ended.returncode, 0, ended.stderr)


class Dockerfile(unittest.TestCase):
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last = text[text.rindex("\nFROM "):]

    def test_runs_as_nobody_who_matters(self):
        self.assertRegex(self.last, r"(?m)^USER 10001:10001$")

    def test_asks_the_program_how_it_is_by_a_command_that_exists(self):
        command = re.search(r'HEALTHCHECK .*CMD \["quickclinic", "(\w+)"\]', self.last).group(1)
        self.assertIn(f"\n  {command} ", (ROOT / "src/server/settings/help.cpp").read_text(encoding="utf-8"))

    def test_sets_what_exists(self):
        names = re.findall(r"([A-Z_]+)=", re.search(r"(?m)^ENV (.*)$", self.last).group(1))
        self.assertLessEqual(set(names), settings())

    def test_takes_the_steps_of_setup(self):
        setup = (ROOT / "tools/setup.sh").read_text(encoding="utf-8")
        for step in ("install_packages", "web", "build"):
            self.assertIn(f"\n{step}() {{", setup)
            self.assertRegex(self.text, rf"\b{step}\b")


class Kubernetes(unittest.TestCase):
    folder = DEPLOY / "kubernetes"
    kustomization, = documents(folder / "kustomization.yaml")

    def setUp(self):
        self.objects = {name: documents(self.folder / name)[0] for name in self.kustomization["resources"]}

    def of_kind(self, kind):
        found = [each for each in self.objects.values() if each["kind"] == kind]
        self.assertEqual(len(found), 1, kind)
        return found[0]

    def test_lists_every_file(self):
        self.assertEqual({path.name for path in self.folder.glob("*.yaml")}, {*self.objects, "kustomization.yaml"})

    def test_calls_everything_by_one_name(self):
        for each in self.objects.values():
            self.assertEqual(each["metadata"]["name"], "quickclinic")
            self.assertTrue(each["apiVersion"])

    def test_finds_its_pods(self):
        labels = self.of_kind("Deployment")["spec"]["template"]["metadata"]["labels"]
        for selector in (self.of_kind("Deployment")["spec"]["selector"]["matchLabels"], self.of_kind("Service")["spec"]["selector"],
                         self.of_kind("PodDisruptionBudget")["spec"]["selector"]["matchLabels"]):
            self.assertLessEqual(selector.items(), labels.items())
        target = self.of_kind("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
        self.assertEqual((target["kind"], target["name"]), ("Deployment", "quickclinic"))
        backend = self.of_kind("Ingress")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
        ports = [port["name"] for port in self.of_kind("Service")["spec"]["ports"]]
        self.assertEqual((backend["name"], backend["port"]["name"]), ("quickclinic", *ports))

    def test_probes_what_the_server_answers(self):
        container, = self.of_kind("Deployment")["spec"]["template"]["spec"]["containers"]
        paths = {probe: container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
        self.assertEqual(paths, {"startupProbe": "/health", "livenessProbe": "/health", "readinessProbe": "/ready"})
        self.assertEqual({port["name"]: port["containerPort"] for port in container["ports"]}, {"http": 4000, "metrics": 9400})

    def test_gives_pods_no_rights(self):
        pod = self.of_kind("Deployment")["spec"]["template"]["spec"]
        container, = pod["containers"]
        self.assertTrue(pod["securityContext"]["runAsNonRoot"])
        self.assertFalse(pod["automountServiceAccountToken"])
        self.assertEqual(container["securityContext"], {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}})

    def test_stops_them_only_when_they_have_finished(self):
        pod = self.of_kind("Deployment")["spec"]["template"]["spec"]
        wait = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
        drain = int(self.of_kind("ConfigMap")["data"]["SHUTDOWN_TIMEOUT"])
        self.assertGreater(pod["terminationGracePeriodSeconds"], wait + drain)

    def test_names_settings_that_exist(self):
        self.assertLessEqual(set(self.of_kind("ConfigMap")["data"]), settings())


class Systemd(unittest.TestCase):
    unit = (DEPLOY / "systemd/quickclinic.service").read_text(encoding="utf-8")

    def test_reads_the_files_that_the_package_installs(self):
        self.assertEqual(re.findall(r"--env-file (\S+)", self.unit),
                         ["/etc/quickclinic/secrets.env", "/etc/quickclinic/quickclinic.env"])

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_has_units_that_systemd_understands(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("quickclinic.service", "quickclinic.socket"):
                text = (DEPLOY / "systemd" / name).read_text(encoding="utf-8")
                # Neither the program nor its page are installed where this runs.
                text = text.replace("/usr/bin/quickclinic ", f"{shutil.which('true')} ").replace("Documentation=man:quickclinic(1)\n", "")
                Path(folder, name).write_text(text, encoding="utf-8")
            ended = subprocess.run(["systemd-analyze", "verify", "--man=no", Path(folder, "quickclinic.service"), Path(folder, "quickclinic.socket")],
                                   capture_output=True, text=True, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"})
        said = [line for line in ended.stderr.splitlines() if "quickclinic" in line]
        self.assertEqual((ended.returncode, said), (0, []), ended.stderr)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_exposes_little(self):
        ended = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", DEPLOY / "systemd/quickclinic.service"],
                               capture_output=True, text=True)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)


class Debian(unittest.TestCase):
    def test_has_scripts_that_a_shell_understands(self):
        for name in ("postinst", "prerm", "postrm"):
            path = DEPLOY / "debian" / name
            self.assertTrue(os.access(path, os.X_OK), name)
            self.assertEqual(subprocess.run(["sh", "-n", path], check=False).returncode, 0, name)
        self.assertEqual(subprocess.run(["bash", "-n", DEPLOY / "debian/quickclinic.bash-completion"], check=False).returncode, 0)

    def test_names_settings_that_exist(self):
        text = (DEPLOY / "debian/quickclinic.env").read_text(encoding="utf-8")
        self.assertLessEqual(set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)), settings())


if __name__ == "__main__":
    unittest.main()
