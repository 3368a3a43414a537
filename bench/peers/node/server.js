// The official Socket.IO server with the events the load generator speaks, and nothing else. Its settings are the
// defaults: what somebody gets who follows the documentation.
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { Server } from "socket.io";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`--port must be a number from 0 to 65535, not ${values.port}`);
  process.exit(1);
}

const http = createServer();
const io = new Server(http);

io.on("connection", (socket) => {
  const { room } = socket.handshake.query;
  if (typeof room === "string") {
    socket.join(room);
    socket.on("room", (data) => io.to(room).emit("room", data));
  }
  socket.on("echo", (data) => socket.emit("echo", data));
  socket.on("ack", (data, acknowledge) => acknowledge(data));
});

http.listen(port, "127.0.0.1", () => console.log(`listening on ${http.address().port}`));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => process.exit(0));
}
