"""Runs the load generator against the Beast peer, and against small servers that misbehave in one way each.

Usage: load_end_to_end_test.py GENERATOR BEAST_PEER
"""

import base64
import hashlib
import json
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

GENERATOR, BEAST_PEER = sys.argv[1:3]
SECONDS_MAX = 60  # for a whole run: beyond it something hangs
OPEN = '0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'


def generate(*arguments):
    return subprocess.run([GENERATOR, *map(str, arguments)], capture_output=True, text=True, timeout=SECONDS_MAX)


def short(port, pid):
    return ("--port", port, "--pid", pid, "--connections", 1, "--warm-up", 0, "--seconds", 0.2)


def frame(payload):
    data = payload.encode()
    length = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack(">H", len(data))
    return b"\x81" + length + data


class ScriptedServer:
    """Takes one WebSocket connection at a time, joins it, and leaves the rest to `answer(text)`, whose bytes go out
    in pieces as small as `piece_bytes`."""

    def __init__(self, answer, piece_bytes=65536):
        self.answer = answer
        self.piece_bytes = piece_bytes
        self.heard = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                try:
                    self.converse(connection)
                except (OSError, EOFError):
                    pass

    def send(self, connection, data):
        for at in range(0, len(data), self.piece_bytes):
            connection.sendall(data[at:at + self.piece_bytes])

    def converse(self, connection):
        stream = connection.makefile("rb")
        key = b""
        while (line := stream.readline().strip()):
            if line.lower().startswith(b"sec-websocket-key:"):
                key = line.split(b":", 1)[1].strip()
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        head = b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        self.send(connection, head + frame(OPEN))
        while True:
            text = self.read(stream)
            self.heard.append(text)
            if text.startswith("40"):
                self.send(connection, frame('40{"sid":"def"}'))
            elif text.startswith("42"):
                answer = self.answer(text)
                if answer is None:
                    return
                self.send(connection, answer)

    @staticmethod
    def read(stream):
        head = stream.read(2)
        if len(head) < 2:
            raise EOFError
        length = head[1] & 0x7F
        if length == 126:
            length = struct.unpack(">H", stream.read(2))[0]
        mask = stream.read(4)
        return bytes(byte ^ mask[i % 4] for i, byte in enumerate(stream.read(length))).decode()


class AgainstTheBeastPeer(unittest.TestCase):
    def setUp(self):
        self.peer = subprocess.Popen([BEAST_PEER], stdout=subprocess.PIPE, text=True)
        self.port = re.match(r"listening on (\d+)", self.peer.stdout.readline()).group(1)

    def tearDown(self):
        self.peer.terminate()
        self.peer.wait()
        self.peer.stdout.close()

    def run_scenario(self, *arguments):
        run = generate(arguments[0], *short(self.port, self.peer.pid), *arguments[1:])
        self.assertEqual(run.stderr, "")
        self.assertEqual(run.returncode, 0)
        return json.loads(run.stdout)

    def test_echoes_are_counted(self):
        line = self.run_scenario("echo", "--connections", 20, "--window", 4)
        self.assertGreater(line["messages"], 20)
        self.assertGreater(line["p50_us"], 0)
        self.assertGreaterEqual(line["p99_us"], line["p50_us"])

    def test_a_rate_is_kept_and_not_exceeded(self):
        line = self.run_scenario("echo", "--rate", 500, "--seconds", 1)
        self.assertGreater(line["messages"], 0)
        self.assertLessEqual(line["messages"], 500 * line["seconds"] + 1)

    def test_large_messages_go_through_whole(self):
        line = self.run_scenario("echo", "--text-bytes", 200_000)
        self.assertGreater(line["messages"], 0)

    def test_idle_sessions_are_held_and_weighed(self):
        line = self.run_scenario("idle", "--connections", 500)
        self.assertEqual(line["messages"], 0)
        self.assertGreater(line["resident_bytes_per_connection"], 0)

    def test_sessions_come_and_go(self):
        line = self.run_scenario("handshake", "--connections", 10)
        self.assertGreater(line["messages"], 10)


class AgainstAServerThatIsOdd(unittest.TestCase):
    def echo(self, answer, **options):
        with ScriptedServer(answer, **options) as server:
            return generate("echo", *short(server.port, os.getpid())), server

    def test_bytes_may_come_one_by_one(self):
        run, _ = self.echo(frame, piece_bytes=1)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertGreater(json.loads(run.stdout)["messages"], 0)

    def test_a_message_may_come_in_fragments(self):
        def fragmented(text):
            whole = frame(text[4:])
            return b"\x01\x04" + text[:4].encode() + b"\x80" + whole[1:]

        run, _ = self.echo(fragmented)
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_a_ping_in_the_same_bytes_is_answered(self):
        run, server = self.echo(lambda text: frame("2") + frame(text))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("3", server.heard)

    def test_a_wrong_answer_spoils_the_run(self):
        run, _ = self.echo(lambda text: frame(text.replace("hello", "jello")))
        self.assertEqual(run.returncode, 1)
        self.assertIn("not expected", run.stderr)

    def test_an_answer_too_many_spoils_the_run(self):
        run, _ = self.echo(lambda text: frame(text) * 3)
        self.assertEqual(run.returncode, 1)
        self.assertIn("was not made", run.stderr)

    def test_a_lost_session_spoils_the_run(self):
        run, _ = self.echo(lambda text: None)
        self.assertEqual(run.returncode, 1)
        self.assertIn("was lost", run.stderr)

    def test_a_broken_frame_spoils_the_run(self):
        run, _ = self.echo(lambda text: b"\xc1\x01x")
        self.assertEqual(run.returncode, 1)
        self.assertIn("no server may send", run.stderr)


class AConversation(unittest.TestCase):
    def chat(self, acknowledgement):
        def answer(text):
            number = re.match(r'42(\d+)\["send_message"', text).group(1)
            return frame('42["new_message",{}]') + frame(f"43{number}[{acknowledgement}]")

        with tempfile.NamedTemporaryFile("w", suffix=".txt") as people, ScriptedServer(answer) as server:
            people.write("a.b-c_d r1\n")
            people.flush()
            run = generate("chat", "--identities", people.name, "--window", 2, *short(server.port, os.getpid()))
            return run, server

    def test_messages_count_when_they_are_acknowledged(self):
        run, server = self.chat('{"ok":true,"message":{}}')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertGreater(json.loads(run.stdout)["messages"], 0)
        self.assertEqual(server.heard[0], '40{"token":"a.b-c_d","relationId":"r1"}')

    def test_each_message_has_an_id_of_its_own(self):
        _, server = self.chat('{"ok":true}')
        ids = [match.group(1) for text in server.heard if (match := re.search(r'"clientMessageId":"([^"]+)"', text))]
        self.assertGreater(len(ids), 1)
        self.assertEqual(len(ids), len(set(ids)))

    def test_a_refused_message_spoils_the_run(self):
        run, _ = self.chat('{"ok":false,"error":{"code":"x","message":"Rate limit exceeded"}}')
        self.assertEqual(run.returncode, 1)
        self.assertIn("Rate limit exceeded", run.stderr)


class PairServer(ScriptedServer):
    """Two members at once, whose connections it knows by their tokens."""

    def __init__(self, answer):
        super().__init__(answer)
        self.members = {}

    def serve(self):
        threads = []
        for _ in range(2):
            try:
                connection, _ = self.listener.accept()
            except OSError:
                break
            threads.append(threading.Thread(target=self.hold, args=(connection,), daemon=True))
            threads[-1].start()
        for thread in threads:
            thread.join()

    def hold(self, connection):
        with connection:
            try:
                self.converse(connection)
            except (OSError, EOFError):
                pass

    def send(self, connection, data):
        if self.heard and data.endswith(b'{"sid":"def"}'):
            self.members[json.loads(self.heard[-1][2:])["token"]] = connection
        super().send(connection, data)


class TwoWhoTalk(unittest.TestCase):
    def talk(self, acknowledgement='{"ok":true}', copies=1, arguments=()):
        def answer(text):
            number = re.match(r'42(\d+)\["send_message"', text).group(1)
            server.members["listener"].sendall(frame('42["new_message",{}]') * copies)
            return frame('42["new_message",{}]') + frame(f"43{number}[{acknowledgement}]")

        with tempfile.NamedTemporaryFile("w", suffix=".txt") as people, PairServer(answer) as server:
            people.write("sender r1\nlistener r1\n")
            people.flush()
            return generate("talk", "--identities", people.name, *short(server.port, os.getpid()), "--connections", 2,
                            "--database-pid", os.getpid(), *arguments)

    def test_a_message_counts_when_the_other_has_it(self):
        run = self.talk()
        self.assertEqual(run.returncode, 0, run.stderr)
        line = json.loads(run.stdout)
        self.assertGreater(line["messages"], 0)
        self.assertGreaterEqual(line["database_cpu_us_per_message"], 0)

    def test_a_rate_is_kept(self):
        run = self.talk(arguments=("--rate", 100, "--seconds", 1))
        self.assertEqual(run.returncode, 0, run.stderr)
        line = json.loads(run.stdout)
        self.assertLessEqual(line["messages"], 100 * line["seconds"] + 1)

    def test_a_message_delivered_twice_spoils_the_run(self):
        run = self.talk(copies=2, arguments=("--rate", 20))
        self.assertEqual(run.returncode, 1)
        self.assertIn("delivered twice", run.stderr)

    def test_a_refused_message_spoils_the_run(self):
        run = self.talk('{"ok":false,"error":{"code":"x","message":"Failed to send message"}}')
        self.assertEqual(run.returncode, 1)
        self.assertIn("Failed to send message", run.stderr)


class APageOfHistory(unittest.TestCase):
    def test_counts_when_it_is_acknowledged(self):
        def answer(text):
            number = re.match(r'42(\d+)\["get_initial_messages",{"page":1,"limit":20}\]$', text).group(1)
            return frame('42["initial_messages",{"messages":[]}]') + frame(f'43{number}[{{"ok":true}}]')

        with tempfile.NamedTemporaryFile("w", suffix=".txt") as people, ScriptedServer(answer) as server:
            people.write("somebody r1\n")
            people.flush()
            run = generate("history", "--identities", people.name, *short(server.port, os.getpid()))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertGreater(json.loads(run.stdout)["messages"], 0)


class TheCommandLine(unittest.TestCase):
    def test_an_address_that_is_not_loopback_is_refused(self):
        for host in ("192.0.2.1", "0.0.0.0", "::1", "example.org"):
            run = generate("echo", "--host", host, *short(9, os.getpid()))
            self.assertEqual(run.returncode, 1)
            self.assertIn("loopback", run.stderr)

    def test_a_server_that_is_not_there_is_said(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        run = generate("echo", *short(port, os.getpid()))
        self.assertEqual(run.returncode, 1)
        self.assertIn("cannot connect", run.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
