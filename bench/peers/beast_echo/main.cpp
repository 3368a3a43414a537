// A peer of the benchmark: Beast's own websocket stream, one thread, with just enough Engine.IO and
// Socket.IO in front to let clients join. It parses no JSON and keeps no rooms, so it is the least
// that framing by Beast costs.
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <charconv>
#include <deque>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

// The executor's real type rather than any_io_executor: no type erasure on the path of a message.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr auto ping_interval = std::chrono::seconds(25);
constexpr std::size_t message_bytes_max = 1'000'000;

/// One client, owned by the operations it has under way.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Socket socket, std::uint64_t number)
      : number_(number), stream_(std::move(socket)), heartbeat_(stream_.get_executor()) {}

  void run() {
    beast::http::async_read(stream_.next_layer(), buffer_, *request_,
                            beast::bind_front_handler(&Session::on_request, shared_from_this()));
  }

 private:
  using Request = beast::http::request<beast::http::string_body>;

  void on_request(error_code error, std::size_t) {
    if (error || !beast::websocket::is_upgrade(*request_)) {
      return;
    }
    stream_.read_message_max(message_bytes_max);
    stream_.auto_fragment(false);
    stream_.text(true);
    stream_.async_accept(*request_,
                         beast::bind_front_handler(&Session::on_accept, shared_from_this()));
  }

  void on_accept(error_code error) {
    request_.reset();
    if (error) {
      return;
    }
    send(R"(0{"sid":"b)" + std::to_string(number_) +
         R"(","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})");
    wait_to_ping();
    read();
  }

  void read() {
    stream_.async_read(buffer_, beast::bind_front_handler(&Session::on_read, shared_from_this()));
  }

  void on_read(error_code error, std::size_t) {
    if (error) {
      heartbeat_.cancel();
      return;
    }
    const auto data = buffer_.cdata();
    const std::string_view packet(static_cast<const char*>(data.data()), data.size());
    if (packet.starts_with("42")) {
      send(std::string(packet));
    } else if (packet.starts_with("40")) {
      send(R"(40{"sid":"s)" + std::to_string(number_) + R"("})");
    }
    buffer_.consume(buffer_.size());
    read();
  }

  /// A stream takes one write at a time; the others wait here.
  void send(std::string packet) {
    outbox_.push_back(std::move(packet));
    if (outbox_.size() == 1) {
      write();
    }
  }

  void write() {
    stream_.async_write(asio::buffer(outbox_.front()),
                        beast::bind_front_handler(&Session::on_write, shared_from_this()));
  }

  void on_write(error_code error, std::size_t) {
    if (error) {
      return;
    }
    outbox_.pop_front();
    if (!outbox_.empty()) {
      write();
    }
  }

  void wait_to_ping() {
    heartbeat_.expires_after(ping_interval);
    heartbeat_.async_wait([self = weak_from_this()](error_code error) {
      const auto session = self.lock();
      if (!error && session) {
        session->send("2");
        session->wait_to_ping();
      }
    });
  }

  std::uint64_t number_;
  beast::websocket::stream<Socket, false> stream_;  // without compression, which nobody asks for
  beast::flat_buffer buffer_;
  std::unique_ptr<Request> request_ = std::make_unique<Request>();
  std::deque<std::string> outbox_;
  Timer heartbeat_;
};

class Server {
 public:
  Server(asio::io_context& context, std::uint16_t port)
      : acceptor_(context.get_executor(), tcp::endpoint(asio::ip::address_v4::loopback(), port)) {}

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void accept() {
    acceptor_.async_accept([this](error_code error, Socket socket) {
      if (!error) {
        socket.set_option(tcp::no_delay(true));
        std::make_shared<Session>(std::move(socket), ++sessions_)->run();
      } else if (error == asio::error::operation_aborted) {
        return;
      }
      accept();
    });
  }

 private:
  Acceptor acceptor_;
  std::uint64_t sessions_ = 0;
};

std::uint16_t port_of(int argc, char** argv) {
  std::uint16_t port = 0;
  if (argc == 1) {
    return port;
  }
  const std::string_view text = argc == 3 ? argv[2] : "";
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (std::string_view(argv[1]) != "--port" || text.empty() || error != std::errc() ||
      end != text.data() + text.size()) {
    throw std::runtime_error("usage: quickclinic_beast_echo [--port N]");
  }
  return port;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    asio::io_context context(1);
    Server server(context, port_of(argc, argv));
    server.accept();
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](error_code, int) { context.stop(); });
    std::cout << "listening on " << server.port() << std::endl;
    context.run();
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "quickclinic_beast_echo: " << error.what() << std::endl;
    return EXIT_FAILURE;
  }
}
