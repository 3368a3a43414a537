"""tools/setup.sh asks for nothing it does not need, and says in one sentence what it cannot do."""

import os
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Setup(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name) / "bin"
        self.path.mkdir()
        self.calls = Path(self.folder.name) / "calls"

    def command(self, name, body):
        """Stands for a program of the system; notes its calls."""
        file = self.path / name
        file.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.calls}\n{body}\n')
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    def bash(self, text):
        """Runs `text` in a copy of nothing but setup.sh, with only the stated programs and the shell's own tools."""
        for tool in ("mkdir", "tail", "uname", "cmp", "cp", "rm", "env"):
            if not (self.path / tool).exists():
                (self.path / tool).symlink_to(f"/usr/bin/{tool}")
        script = f"set -euo pipefail\n. {ROOT}/tools/setup.sh\n{text}"
        return subprocess.run(["/bin/bash", "-c", script], cwd=self.folder.name, capture_output=True, text=True,
                              timeout=60, env={"PATH": str(self.path), "HOME": self.folder.name})

    def called(self):
        return self.calls.read_text().splitlines() if self.calls.exists() else []

    def test_installed_packages_are_not_installed_again(self):
        self.command("dpkg-query", "printf installed")
        self.command("apt-get", "exit 9")
        ended = self.bash("install_packages cmake ninja-build")
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))
        self.assertFalse([call for call in self.called() if call.startswith("apt-get")])

    def test_only_what_is_missing_is_installed(self):
        self.command("dpkg-query", '[ "$4" = cmake ] && printf installed || exit 1')
        self.command("id", "echo 0")
        self.command("apt-get", "exit 0")
        ended = self.bash("install_packages cmake ninja-build ccache")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        installs = [call for call in self.called() if "install" in call and call.startswith("apt-get")]
        self.assertEqual(installs, ["apt-get install -q -y --no-install-recommends ninja-build ccache"])

    def server_commands(self, install_code=0):
        self.command("dpkg-query", '[ "$4" = postgresql ] && printf installed || exit 1')
        self.command("id", "echo 0")
        self.command("apt-get", f"case $* in *install*) exit {install_code} ;; esac")
        for name in ("install", "rm", "update-rc.d"):
            self.command(name, "cat >/dev/null" if name == "install" else "exit 0")
        (self.path / "cat").symlink_to("/usr/bin/cat")

    def test_a_server_is_installed_without_being_started(self):
        self.server_commands()
        ended = self.bash("install_servers postgresql pgbouncer")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        calls = [call for call in self.called() if call.split()[0] in ("install", "apt-get", "rm", "update-rc.d")]
        drop_in = "/etc/postgresql-common/createcluster.d/quickclinic.conf"
        self.assertEqual(calls[0], f"install -D -m 644 /dev/stdin {drop_in}")
        self.assertIn("apt-get install -q -y --no-install-recommends pgbouncer", calls)
        self.assertEqual(calls[-2], "update-rc.d pgbouncer disable")
        self.assertTrue(calls[-1].startswith(f"rm -f {drop_in}"), calls[-1])

    def test_a_server_that_cannot_be_installed_leaves_nothing_behind(self):
        self.server_commands(install_code=100)
        ended = self.bash("install_servers postgresql pgbouncer; echo went on")
        self.assertNotIn("went on", ended.stdout)
        self.assertEqual(ended.returncode, 1)
        self.assertTrue(self.called()[-1].startswith("rm -f /etc/postgresql-common/"), self.called()[-1])

    def test_a_server_that_is_there_is_left_alone(self):
        self.server_commands()
        ended = self.bash("install_servers postgresql")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertEqual([call.split()[0] for call in self.called()], ["dpkg-query"])

    def test_neither_root_nor_sudo_is_said_in_a_sentence(self):
        self.command("dpkg-query", "exit 1")
        self.command("id", "echo 1000")
        ended = self.bash("install_packages cmake")
        self.assertEqual(ended.returncode, 1)
        self.assertEqual(ended.stderr, "These Debian packages are missing and there is neither root nor sudo to "
                                       "install them: cmake\n")

    def test_a_failing_step_shows_its_output_and_stops(self):
        self.command("broken", "echo the reason; exit 3")
        ended = self.bash("quietly some-step broken; echo went on")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("the reason\nThis failed: broken", ended.stderr)
        self.assertNotIn("went on", ended.stdout)

    def test_a_good_node_is_left_alone(self):
        self.command("node", "exit 0")
        self.command("npm", "exit 9")
        ended = self.bash("provide_node")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertFalse([call for call in self.called() if call.startswith("npm")])

    def test_an_old_node_is_replaced_by_one_in_the_project(self):
        self.command("node", "exit 1")
        own = f"{self.folder.name}/.node/node_modules/node-linux-{'x64' if os.uname().machine == 'x86_64' else 'arm64'}/bin"
        self.command("npm", f'mkdir -p {own} && printf "#!/bin/sh\\necho own node\\n" > {own}/node && /bin/chmod +x {own}/node')
        ended = self.bash("provide_node; node")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(ended.stdout, "own node\n")

    def test_npm_packages_are_installed_once_for_a_lock(self):
        self.command("npm", "mkdir -p examples/node_modules")
        examples = Path(self.folder.name) / "examples"
        examples.mkdir()
        lock = examples / "package-lock.json"
        lock.write_text("{}")
        for expected in (1, 1):
            self.assertEqual(self.bash("npm_folder examples").returncode, 0)
            self.assertEqual(len(self.called()), expected)
        lock.write_text('{"changed": true}')
        self.assertEqual(self.bash("npm_folder examples").returncode, 0)
        self.assertEqual(len(self.called()), 2)


    def web_commands(self):
        """A web/ whose page is what the tools that stand for Next and the packer make of it."""
        for tool in ("find", "sort", "xargs", "sha256sum", "cat"):
            (self.path / tool).symlink_to(f"/usr/bin/{tool}")
        self.command("npm", "exit 0")
        self.command("node", 'case $1 in *pack.mjs) mkdir -p build/web; cat web/out/page > build/web/web.pack ;; esac')
        web = Path(self.folder.name) / "web"
        (web / "src").mkdir(parents=True)
        (web / "node_modules/.bin").mkdir(parents=True)
        (web / "package-lock.json").write_text("{}")
        (web / "node_modules/.installed-lock").write_text("{}")
        (web / "src/page.tsx").write_text("one")
        next_build = web / "node_modules/.bin/next"
        next_build.write_text(f'#!/bin/sh\necho "next $* $QUICKCLINIC_EXPORT" >> {self.calls}\nmkdir -p out\ncp src/page.tsx out/page\n')
        next_build.chmod(0o755)
        return web

    def exports(self):
        return [call for call in self.called() if call.startswith("next")]

    def test_the_web_front_end_is_packed_when_a_source_of_it_has_changed(self):
        web = self.web_commands()
        pack = Path(self.folder.name) / "build/web/web.pack"
        for _ in range(2):
            ended = self.bash("web")
            self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual((pack.read_text(), self.exports()), ("one", ["next build 1"]))
        (web / "src/page.test.tsx").write_text("no part of it")
        self.assertEqual(self.bash("web").stderr, "")
        (web / "src/page.tsx").write_text("two")
        self.assertEqual(self.bash("web").returncode, 0)
        self.assertEqual((pack.read_text(), len(self.exports())), ("two", 2))
        pack.unlink()
        self.assertEqual(self.bash("web").returncode, 0)
        self.assertEqual((pack.read_text(), len(self.exports())), ("two", 3))

    def test_a_web_front_end_that_does_not_build_stops_and_is_built_again(self):
        web = self.web_commands()
        good = (web / "node_modules/.bin/next").read_text()
        (web / "node_modules/.bin/next").write_text("#!/bin/sh\necho a type is wrong; exit 1\n")
        ended = self.bash("web; echo went on")
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        self.assertIn("a type is wrong", ended.stderr)
        (web / "node_modules/.bin/next").write_text(good)
        self.assertEqual(self.bash("web").returncode, 0)
        self.assertTrue((Path(self.folder.name) / "build/web/web.pack").exists())


class Run(unittest.TestCase):
    def test_options_must_stand_behind_the_dashes(self):
        ended = subprocess.run([str(ROOT / "run"), "--port", "5000"], capture_output=True, text=True, timeout=60)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("./run -- --port 5000", ended.stderr)

    def test_an_unknown_suite_is_refused_before_anything_is_installed(self):
        ended = subprocess.run([str(ROOT / "test"), "unti"], capture_output=True, text=True, timeout=60)
        self.assertEqual(ended.returncode, 2)
        self.assertIn('"unti"', ended.stderr)

    def test_locks_name_no_host(self):
        for lock in ROOT.rglob("package-lock.json"):
            if "node_modules" not in lock.parts and "build" not in lock.parts:
                with self.subTest(lock=lock):
                    self.assertNotIn('"resolved"', lock.read_text())


if __name__ == "__main__":
    unittest.main()
