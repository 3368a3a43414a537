#include "cluster/redis/stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include <array>
#include <utility>
#include <vector>

namespace quickclinic::redis {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t read_bytes = 64UL << 10U;

Result<> as_result(const error_code& error) {
  if (error) return fail(Condition::unavailable, error.message());
  return {};
}

void say_host(asio::ssl::stream<tcp::socket>& layer, const Address& address, bool verify_name) {
  if (verify_name) layer.set_verify_callback(asio::ssl::host_name_verification(address.host));
  error_code no_address;
  asio::ip::make_address(address.host, no_address);
  if (!no_address) return;  // an address is never named (RFC 6066, section 3)
  SSL_set_tlsext_host_name(layer.native_handle(), address.host.c_str());
}

/// `Layer` is what is read from and written to: the socket, or TLS over it.
template <class Layer>
class StreamOver final : public Stream, public std::enable_shared_from_this<StreamOver<Layer>> {
 public:
  template <class... Arguments>
  StreamOver(const asio::any_io_executor& executor, TlsContext tls, bool verify_name,
             Arguments&... arguments)
      : tls_(std::move(tls)),
        verify_name_(verify_name),
        layer_(executor, arguments...),
        resolver_(executor),
        buffer_(read_bytes) {}

  void connect(const Address& address, Done done) override {
    address_ = address;
    error_code no_address;
    const auto ip = asio::ip::make_address(address.host, no_address);
    if (!no_address) {  // no thread is needed to look it up
      connect_to(std::array{tcp::endpoint(ip, address.port)}, std::move(done));
      return;
    }
    resolver_.async_resolve(
        address.host, std::to_string(address.port),
        [self = this->shared_from_this(), done = std::move(done)](
            const error_code& error, const tcp::resolver::results_type& found) mutable {
          if (self->closed_) return;
          if (error) {
            done(as_result(error));
            return;
          }
          self->connect_to(found, std::move(done));
        });
  }

  void read(Read done) override {
    layer_.async_read_some(asio::buffer(buffer_),
                           [self = this->shared_from_this(), done = std::move(done)](
                               const error_code& error, std::size_t size) {
                             if (self->closed_) return;
                             if (error) {
                               done(fail(Condition::unavailable, error.message()));
                             } else {
                               done(std::string_view(self->buffer_.data(), size));
                             }
                           });
  }

  void write(std::string bytes, Done done) override {
    writing_ = std::move(bytes);
    asio::async_write(layer_, asio::buffer(writing_),
                      [self = this->shared_from_this(), done = std::move(done)](
                          const error_code& error, std::size_t) {
                        if (!self->closed_) done(as_result(error));
                      });
  }

  // Without the farewell of TLS: whoever closes has no use for the rest, and every reply says how
  // long it is.
  void close() override {
    closed_ = true;
    resolver_.cancel();
    error_code nothing_to_do_about_it;
    socket().close(nothing_to_do_about_it);
  }

 private:
  static constexpr bool encrypted = !std::is_same_v<Layer, tcp::socket>;

  tcp::socket& socket() {
    if constexpr (encrypted) {
      return layer_.next_layer();
    } else {
      return layer_;
    }
  }

  template <class Endpoints>
  void connect_to(const Endpoints& endpoints, Done done) {
    asio::async_connect(socket(), endpoints,
                        [self = this->shared_from_this(), done = std::move(done)](
                            const error_code& error, const tcp::endpoint&) mutable {
                          if (!self->closed_) self->connected(error, std::move(done));
                        });
  }

  void connected(const error_code& error, Done done) {
    error_code slower_only;
    if (!error) socket().set_option(tcp::no_delay(true), slower_only);
    if constexpr (encrypted) {
      if (!error) {
        shake_hands(std::move(done));
        return;
      }
    }
    done(as_result(error));
  }

  void shake_hands(Done done)
    requires(encrypted)
  {
    say_host(layer_, address_, verify_name_);
    layer_.async_handshake(
        asio::ssl::stream_base::client,
        [self = this->shared_from_this(), done = std::move(done)](const error_code& error) {
          if (!self->closed_) done(as_result(error));
        });
  }

  TlsContext tls_;  // outlives the layer
  bool verify_name_;
  Layer layer_;
  tcp::resolver resolver_;
  Address address_;
  std::vector<char> buffer_;
  std::string writing_;
  bool closed_ = false;
};

}  // namespace

std::shared_ptr<Stream> make_stream(const asio::any_io_executor& executor, TlsContext tls,
                                    bool verify_name) {
  if (tls == nullptr) {
    return std::make_shared<StreamOver<tcp::socket>>(executor, nullptr, false);
  }
  asio::ssl::context& context = *tls;
  return std::make_shared<StreamOver<asio::ssl::stream<tcp::socket>>>(executor, std::move(tls),
                                                                      verify_name, context);
}

}  // namespace quickclinic::redis
