// The official Socket.IO server on the Bun engine with the events the load generator speaks, and nothing else. Its
// settings are the defaults: what somebody gets who follows the documentation.
import { Server as Engine } from "@socket.io/bun-engine";
import { Server } from "socket.io";
import { parseArgs } from "node:util";

const { values } = parseArgs({ args: Bun.argv.slice(2), options: { port: { type: "string", default: "0" } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`--port must be a number from 0 to 65535, not ${values.port}`);
  process.exit(1);
}

const io = new Server();
const engine = new Engine({ path: "/socket.io/" });
io.bind(engine);

io.on("connection", (socket) => {
  const { room } = socket.handshake.query;
  if (typeof room === "string") {
    socket.join(room);
    socket.on("room", (data) => io.to(room).emit("room", data));
  }
  socket.on("echo", (data) => socket.emit("echo", data));
  socket.on("ack", (data, acknowledge) => acknowledge(data));
});

const http = Bun.serve({ hostname: "127.0.0.1", port, ...engine.handler() });
console.log(`listening on ${http.port}`);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => process.exit(0));
}
